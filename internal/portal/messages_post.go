package portal

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/web/components"
)

// mostWords bounds what is read of a message's words, in bytes.
const mostWords = 64 << 10

// messageForm is a message as it comes in: words first, then files, each kept as soon as it has arrived.
type messageForm struct {
	p      *portal
	v      *web.Visit
	words  string
	remove string
	failed []string
}

// postMessage keeps the files and sends the words with them. What is wrong with one takes nothing of the others: the words
// stand in their box again, and the files that were kept wait beside it.
func (p *portal) postMessage(v *web.Visit) error {
	parts, err := v.R.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "error.form")
	}
	m := &messageForm{p: p, v: v}
	if err := m.read(parts); err != nil {
		return err
	}
	if m.remove != "" {
		if err := p.Office.DropMessageFile(v.R.Context(), v.Actor, v.Param("dossier"), m.remove); err != nil {
			return err
		}
		return m.again(http.StatusOK, "", nil)
	}
	if len(m.failed) > 0 {
		return m.again(http.StatusUnprocessableEntity, "file", m.failed)
	}
	return m.send()
}

func (m *messageForm) send() error {
	v := m.v
	err := m.p.Office.Write(v.R.Context(), v.Actor, v.Param("dossier"), m.words)
	switch {
	case fault.Key(err) == "message.length" && m.words == "":
		return m.again(http.StatusUnprocessableEntity, "words", []string{v.P.T("portal.messages.empty")})
	case fault.Key(err) == "message.length" || fault.Key(err) == "message.daily":
		return m.again(http.StatusUnprocessableEntity, "words", []string{m.limit(fault.Key(err))})
	case fault.Key(err) == "message.closed":
		return m.again(http.StatusConflict, "words", []string{v.P.T("message.closed")})
	case err != nil:
		return err
	}
	v.Flash("portal.messages.sent")
	return v.Redirect("/dossier/" + v.Param("dossier") + "/messages")
}

// limit says which of the definition's limits was met.
func (m *messageForm) limit(key string) string {
	d, err := m.p.open(m.v)
	if err != nil {
		return m.v.P.T("error.form")
	}
	rules := m.p.Office.Writing(d)
	if key == "message.daily" {
		return m.v.P.T("portal.messages.daily", "n", strconv.Itoa(rules.Daily))
	}
	return m.v.P.T("portal.messages.long", "n", m.v.P.Int(int64(rules.Longest)))
}

// again shows the page with what was typed still in it.
func (m *messageForm) again(status int, field string, why []string) error {
	return m.p.sendMessages(m.v, status, func(x *messagesView) {
		x.words.Value = m.words
		for _, w := range why {
			x.problems = append(x.problems, components.Problem{ID: field, Text: w})
		}
		switch field {
		case "words":
			x.words.Error = strings.Join(why, " ")
		case "file":
			x.files.Error = strings.Join(why, " ")
		}
	})
}

func (m *messageForm) read(parts *multipart.Reader) error {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = m.take(part)
		}
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			m.failed = append(m.failed, m.v.P.T("portal.documents.too_much"))
			return nil
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return fault.New(fault.Invalid, "error.form")
		}
		if err != nil {
			return err
		}
	}
}

func (m *messageForm) take(part *multipart.Part) error {
	switch part.FormName() {
	case "words":
		b, err := io.ReadAll(io.LimitReader(part, mostWords+1))
		if len(b) > mostWords {
			return fault.New(fault.TooLarge, "error.form")
		}
		m.words = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(string(b), ""), "\r\n", "\n"))
		return err
	case "remove":
		return word(part, &m.remove)
	case "path": // where the script sends its pieces to
		var path string
		return word(part, &path)
	case "file":
		if part.FileName() == "" {
			return nil // no file chosen
		}
		return m.attach(part)
	}
	return fault.New(fault.Invalid, "error.form")
}

// attach keeps one file, or notes why not.
func (m *messageForm) attach(part *multipart.Part) error {
	v := m.v
	err := m.p.Office.AttachToMessage(v.R.Context(), v.Actor, v.Param("dossier"), part.FileName(), part)
	key := fault.Key(err)
	if err == nil || !v.P.Has(key) {
		return err
	}
	why := v.P.T(key)
	if key == "message.files" {
		why = v.P.N("portal.messages.many", m.p.filesOfMessage(v))
	}
	switch fault.Of(err) {
	case fault.Invalid, fault.TooLarge, fault.Conflict:
		m.failed = append(m.failed, v.P.T("portal.documents.refused", "name", part.FileName(), "why", why))
		return nil
	}
	return err
}

// filesOfMessage is how many files one message may have.
func (p *portal) filesOfMessage(v *web.Visit) int {
	d, err := p.open(v)
	if err != nil {
		return 0
	}
	return p.Office.Writing(d).Files
}

// lapsedMessage answers a message whose session ran out of time: it is not sent, and its words go back to the browser they
// came from, so that they can be copied; its files are not kept.
func (p *portal) lapsedMessage(v *web.Visit) error {
	parts, err := v.R.MultipartReader()
	if err != nil {
		return fault.New(fault.Invalid, "error.form")
	}
	m := &messageForm{p: p, v: v}
	for {
		part, err := parts.NextPart()
		if err != nil || part.FormName() == "file" {
			break
		}
		if err := m.take(part); err != nil {
			return err
		}
	}
	if done, err := p.visitEnded(v, func(*form.Compiled) string { return m.words }); done || err != nil {
		return err
	}
	return p.toSend(v, m.words, "/messages")
}

// toSend gives back words that sending them takes a session for, and leads to sign-in, and from there to a page of the dossier.
func (p *portal) toSend(v *web.Visit, typed, at string) error {
	signIn := web.SignInPath + "?next=/dossier/" + v.Param("dossier") + at
	return p.giveBack(v, typed, v.P.T("portal.messages.lapsed_text"), signIn, v.P.T("portal.sign_in.title"))
}

// giveBack shows who is in no session any more what they had written, and the way on.
func (p *portal) giveBack(v *web.Visit, typed, why, onward, label string) error {
	pg := v.Frame(v.P.T("portal.messages.lapsed"))
	pg.LangURL = langAt(v, web.SignInPath)
	words := components.Field{ID: "words", Name: "words", Label: v.P.T("portal.resume.typed"), Value: typed, Rows: 8, ReadOnly: true}
	return v.PageStatus(http.StatusUnauthorized, lapsedPage(pg, why, words, onward, label))
}
