package backoffice

import (
	"net/http"
	"strconv"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// conversation is what the person and the desk have written to each other, and what is owed.
type conversation struct {
	mails string // address of the copies of e-mails, "" to who may not read them

	shown   bool
	letters []letter
	write   string // address of the page that writes to the person; "" for who may not, or where nobody is reached
	owed    string // since when an answer is owed, in a sentence; "" when none is
	settle  string // address that notes that none is needed
}

// letter is a message of the exchange as it was sent (RP-124).
type letter struct {
	at, who, subject string
	paragraphs       []string
	files            []letterFile
	print            string // where it is fetched to be printed; "" where nobody does, or not this agent
}

// letterFile is a file of a message, with the addresses of its first pages as images.
type letterFile struct {
	components.Uploaded
	pages []components.Link
}

// mostLooked is how many pages of a file of a message are offered one by one.
const mostLooked = 20

func (b *desk) letterFileOf(v *web.Visit, d *dossier.Dossier, x dossier.Document) letterFile {
	f := letterFile{Uploaded: components.Uploaded{Name: x.Name, Size: v.P.Size(x.Size), Href: v.FileURL("/document/" + x.ID), Status: shutStatus(v.P, x)}}
	if f.Status.Label != "" {
		f.Href = ""
		return f
	}
	for n := 1; b.drawn(x) && n <= min(max(x.Pages, 1), mostLooked); n++ {
		f.pages = append(f.pages, components.Link{
			Href: dossierPath(d.PublicID) + "/document/" + x.ID + "/page/" + strconv.Itoa(n), Label: v.P.T("desk.papers.page", "n", n, "of", max(x.Pages, 1)),
		})
	}
	return f
}

func (b *desk) exchangeOf(v *web.Visit, f *dossier.File, names map[int64]string) conversation {
	x := conversation{shown: true, mails: b.mailsPath(v, f.Dossier)}
	at := dossierPath(f.PublicID)
	for _, m := range f.Letters {
		x.letters = append(x.letters, b.letterOf(v, f.Dossier, m, names))
	}
	if b.Office.MayReply(v.Actor, f.Dossier) {
		x.write = at + "/write"
	}
	if f.OwedSince != nil {
		x.owed = v.P.T("desk.owed.since", "age", age(v.P, *f.OwedSince, v.Now), "at", v.P.DateTimeAt(*f.OwedSince))
		if access.Can(v.Actor, access.Message, f.Dossier.Dossier, "messages") {
			x.settle = at + "/settle"
		}
	}
	return x
}

// letterOf shows a message with who wrote it: the person by their part, an agent by name.
func (b *desk) letterOf(v *web.Visit, d *dossier.Dossier, m dossier.Message, names map[int64]string) letter {
	l := letter{at: v.P.ShortDateTimeAt(m.At), subject: m.Subject, print: letterPath(v, d, m)}
	switch {
	case m.Template == dossier.MailTemplate: // RP-180
		l.who = v.P.T("desk.mail.unproven", "from", m.From)
	case m.OfService():
		l.who = v.P.T("desk.journal.service")
		l.paragraphs = paragraphs(linkless(m.Body))
		return l
	case d.Mandate.Concerns(m.AuthorID):
		l.who = v.P.T("desk.mandate.under")
	case d.ByPerson(m):
		l.who = d.Def.Flow.Owner().Label.In(v.P.Lang)
	default:
		l.who = orWords(names[m.AuthorID], v.P.T("work.lock.colleague"))
	}
	l.paragraphs = paragraphs(m.Body)
	for _, x := range m.Files {
		l.files = append(l.files, b.letterFileOf(v, d, x))
	}
	return l
}

// writeView is the page that writes to the person.
type writeView struct {
	d        *dossier.Dossier
	heading  string
	owed     string
	reads    string // in which language the person reads
	send     string // words of the button
	letters  []letter
	template components.Field
	words    components.Field
	begun    string // template the words began with
	preview  []string
	problems []components.Problem
}

func (b *desk) getWrite(v *web.Visit) error {
	return b.sendWrite(v, http.StatusOK, func(*writeView) {})
}

// sendWrite shows the page that writes to the person; add puts in what was typed.
func (b *desk) sendWrite(v *web.Visit, status int, add func(*writeView)) error {
	f, err := b.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	if !b.Office.MayReply(v.Actor, f.Dossier) {
		return fault.New(fault.NotFound, "")
	}
	names, err := b.names(v, people(f))
	if err != nil {
		return err
	}
	s := sightOf(v.Actor, f.Dossier)
	e := b.exchangeOf(v, f, names)
	x := &writeView{
		d: f.Dossier, heading: s.heading(f.Def, dossier.Heading(f.Def, f.Filed)), letters: e.letters, owed: e.owed,
		reads: v.P.T("desk.write.reads", "language", langName(v, f)), send: v.P.T("desk.write.send"),
	}
	x.template = components.Field{ID: "template", Name: "template", Label: v.P.T("desk.write.template"), Options: []components.Option{{}}}
	for _, t := range b.Office.Answers(f.Dossier, s.field) {
		x.template.Options = append(x.template.Options, components.Option{Value: t.ID, Label: t.Label.In(v.P.Lang)})
	}
	x.words = components.Field{
		ID: "words", Name: "words", Label: v.P.T("desk.write.words"), Hint: v.P.T("desk.write.hint"), Rows: 12, MaxLength: b.Office.Writing(f.Dossier).Longest,
	}
	if f.AtCounter() {
		x.words.Hint, x.send = v.P.T("counter.write_hint"), v.P.T("counter.write_keep")
	}
	add(x)
	pg := v.Frame(v.P.T("desk.write.title"))
	pg.Back, pg.Error, pg.LangURL = dossierPath(f.PublicID), len(x.problems) > 0, langAt(v, dossierPath(f.PublicID)+"/write")
	return v.PageStatus(status, writePage(pg, x))
}

// postWrite puts a template into what is typed, shows what the person will read, or sends it; whatever comes, the words stay.
func (b *desk) postWrite(v *web.Visit) error {
	posted, err := v.OneEach("words", "template", "begun", "do")
	if err != nil {
		return err
	}
	words := lined(posted["words"])
	switch posted["do"] {
	case "insert":
		return b.insert(v, words, posted)
	case "preview":
		return b.sendWrite(v, http.StatusOK, func(x *writeView) {
			x.words.Value, x.begun, x.preview = words, posted["begun"], paragraphs(words)
			x.refuse(v, words)
		})
	case "send":
	default:
		return fault.New(fault.Invalid, "error.form")
	}
	err = b.Office.Reply(v.R.Context(), v.Actor, v.Param("dossier"), posted["begun"], words)
	if fault.Key(err) == "message.length" {
		return b.sendWrite(v, http.StatusUnprocessableEntity, func(x *writeView) {
			x.words.Value, x.begun = words, posted["begun"]
			x.refuse(v, words)
		})
	}
	if err != nil {
		return err
	}
	return b.written(v)
}

// written leads back to the dossier, and to the letter where there is one to print.
func (b *desk) written(v *web.Visit) error {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	switch {
	case err != nil:
		return err
	case d.MayPrint(v.Actor):
		v.Flash("counter.written")
		return v.Redirect(dossierPath(d.PublicID) + "#made")
	case d.AtCounter():
		v.Flash("counter.written_desk")
	default:
		v.Flash("desk.write.sent")
	}
	return v.Redirect(dossierPath(d.PublicID) + "#exchange")
}

// insert adds the chosen text after what is typed already.
func (b *desk) insert(v *web.Visit, words string, posted map[string]string) error {
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	if posted["template"] == "" {
		return b.sendWrite(v, http.StatusUnprocessableEntity, func(x *writeView) {
			x.words.Value, x.begun = words, posted["begun"]
			x.template.Error = v.P.T("desk.write.choose")
			x.problems = []components.Problem{{ID: "template", Text: x.template.Error}}
		})
	}
	said, err := b.Office.AnswerText(v.Actor, d, posted["template"], sightOf(v.Actor, d).field, v.Now)
	if err != nil {
		return err
	}
	if words != "" {
		said = words + "\n\n" + said
	}
	return b.sendWrite(v, http.StatusOK, func(x *writeView) { x.words.Value, x.begun = said, posted["template"] })
}

// refuse says what is wrong with the words, where they are none or too many.
func (x *writeView) refuse(v *web.Visit, words string) {
	switch n := len([]rune(words)); {
	case n == 0:
		x.words.Error = v.P.T("desk.write.empty")
	case n > x.words.MaxLength:
		x.words.Error = v.P.T("desk.write.long", "n", v.P.Int(int64(x.words.MaxLength)))
	default:
		return
	}
	x.preview = nil
	x.problems = []components.Problem{{ID: "words", Text: x.words.Error}}
}

// postSettle notes that what the person wrote needs no answer.
func (b *desk) postSettle(v *web.Visit) error {
	err := b.Office.Settle(v.R.Context(), v.Actor, v.Param("dossier"))
	if fault.Key(err) != "message.settled" && err != nil {
		return err
	}
	v.Flash("desk.owed.settled")
	return v.Redirect(dossierPath(v.Param("dossier")))
}

// paragraphs are parted by a blank line; none for empty words.
func paragraphs(words string) []string {
	if words == "" {
		return nil
	}
	return strings.Split(words, "\n\n")
}
