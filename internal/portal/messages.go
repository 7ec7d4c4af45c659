package portal

import (
	"net/http"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// messagesView is the exchange between the person and the desk.
type messagesView struct {
	reference string
	letters   []letter
	may       bool // the person may write now
	action    string
	words     components.Field
	files     components.Field
	many      string            // how many files may go with a message; "" for none
	upload    components.Upload // how a script sends the files
	waiting   []components.Uploaded
	problems  []components.Problem
}

// letter is a message as it was sent.
type letter struct {
	subject, at string
	paragraphs  []string
	files       []components.Uploaded
}

// getMessages shows every message ever sent, the latest first (RP-124), and asks for a new one.
func (p *portal) getMessages(v *web.Visit) error {
	return p.sendMessages(v, http.StatusOK, func(*messagesView) {})
}

// sendMessages shows the exchange; add puts in what was typed and what is wrong with it.
func (p *portal) sendMessages(v *web.Visit, status int, add func(*messagesView)) error {
	f, err := p.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if fault.Of(err) == fault.NotFound && v.R.Method == http.MethodGet {
		return p.showWhy(v, err)
	}
	if err != nil {
		return err
	}
	if !access.Can(v.Actor, access.Read, f.Dossier.Dossier, "messages") {
		return fault.New(fault.NotFound, "")
	}
	letters := slices.Clone(f.Letters)
	slices.Reverse(letters)
	m := &messagesView{reference: f.Reference, letters: p.letters(v, f.Dossier, letters), action: dossierPath(f.Dossier) + "/messages"}
	if m.may = p.Office.MayWrite(v.Actor, f.Dossier); m.may {
		if err := p.askMessage(v, f.Dossier, m); err != nil {
			return err
		}
	}
	add(m)
	pg := v.Frame(v.P.T("portal.messages.title"))
	pg.Back, pg.Error, pg.LangURL = dossierPath(f.Dossier), len(m.problems) > 0, langAt(v, m.action)
	return v.PageStatus(status, messagesPage(pg, m))
}

// askMessage asks for the words and the files of a new message.
func (p *portal) askMessage(v *web.Visit, d *dossier.Dossier, m *messagesView) error {
	rules := p.Office.Writing(d)
	m.words = components.Field{
		ID: "words", Name: "words", Label: v.P.T("portal.messages.words"), Hint: v.P.T("portal.messages.hint"), Rows: 8, MaxLength: rules.Longest,
	}
	if rules.Files == 0 {
		return nil
	}
	waiting, err := p.Office.MessageFiles(v.R.Context(), v.Actor, d)
	if err != nil {
		return err
	}
	for _, x := range waiting {
		u := attached(v, d, x)
		u.Remove = x.ID
		m.waiting = append(m.waiting, u)
	}
	m.many = v.P.N("portal.messages.many", rules.Files)
	m.upload = components.Upload{
		Script: p.Site.Assets.URL("upload.js"), Begin: dossierPath(d) + "/upload", Accept: dossier.Accepts(nil),
		MaxBytes: dossier.MostOf(nil), Most: rules.Files, Given: len(waiting), Hidden: []components.Hidden{{Name: "path", Value: dossier.MessagePath}},
	}
	m.files = components.Field{ID: "file", Name: "file", Label: v.P.T("portal.messages.files"), Hint: m.many, Optional: true}
	return nil
}

func (p *portal) letters(v *web.Visit, d *dossier.Dossier, messages []dossier.Message) []letter {
	out := make([]letter, len(messages))
	for i, m := range messages {
		l := letter{subject: p.filled(m.Subject, v.P.Lang), at: v.P.DateTimeAt(m.At)}
		switch {
		case m.OfService():
			for paragraph := range strings.SplitSeq(p.filled(m.Body, v.P.Lang), "\n\n") {
				if paragraph = dossier.Linkless(paragraph); paragraph != "" {
					l.paragraphs = append(l.paragraphs, paragraph)
				}
			}
		default: // somebody's own words: nothing is put into them
			l.subject = v.P.T(author(v, d, m.AuthorID))
			l.paragraphs = strings.Split(m.Body, "\n\n")
		}
		for _, x := range m.Files {
			l.files = append(l.files, attached(v, d, x))
		}
		out[i] = l
	}
	return out
}

// author says whose words a message is: one's own, the administration's, or those of the other who stands for the person.
func author(v *web.Visit, d *dossier.Dossier, id int64) string {
	switch {
	case id == v.Actor.AccountID:
		return "portal.messages.yours"
	case d.Mandate.Concerns(id):
		return "portal.messages.acting"
	case d.PersonSide(id):
		return "portal.messages.applicant"
	}
	return "portal.messages.theirs"
}

// attached is a file of a message.
func attached(v *web.Visit, d *dossier.Dossier, x dossier.Document) components.Uploaded {
	u := components.Uploaded{Name: x.Name, Size: v.P.Size(x.Size), Href: dossierPath(d) + "/document/" + x.ID}
	switch x.Scanned {
	case dossier.Waiting:
		u.Href, u.Status = "", components.Status{Label: v.P.T("portal.documents.waiting"), Colour: "blue"}
	case dossier.Infected:
		u.Href, u.Status = "", components.Status{Label: v.P.T("portal.messages.infected"), Colour: "red"}
	}
	return u
}

func (p *portal) filled(words string, l text.Lang) string {
	return p.say(text.Words{FR: words, EN: words}, l)
}
