package portal

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"time"

	"guichet/internal/report"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

const heldPath = accountPath + "/data"

// mostHeld is how many dossiers stand on the page; the copies have them all.
const mostHeld = 20

// heldPart is a titled list of what is held; the page and the printed copy show the same ones.
type heldPart struct {
	title string
	rows  []components.Row
}

// heldView is the page of all that is held about a person.
type heldView struct {
	account  []heldPart
	dossiers []heldDossierView
	more     bool // dossiers that the copies alone have
}

type heldDossierView struct {
	title    string
	rows     []components.Row
	readings heldPart
	links    []components.Link
}

func (p *portal) getHeld(v *web.Visit) error {
	h, ctx := holdings{p: p, v: v}, v.R.Context()
	a, err := h.account(ctx)
	if err != nil {
		return err
	}
	x := &heldView{account: accountParts(v, p, a)}
	err = h.each(ctx, func(d heldDossier) error {
		if len(x.dossiers) == mostHeld {
			x.more = true
			return io.EOF
		}
		x.dossiers = append(x.dossiers, p.heldDossierView(v, d))
		return nil
	})
	if err != nil && err != io.EOF { //nolint:errorlint // our own, as it is
		return err
	}
	pg := v.Frame(v.P.T("portal.held.title"))
	pg.Back = accountPath
	return v.Page(heldPage(pg, x))
}

// accountParts are what is held beside dossiers.
func accountParts(v *web.Visit, p *portal, a heldAccount) []heldPart {
	t := v.P.T
	row := func(key string, values ...string) components.Row { return components.Row{Key: key, Values: values} }
	said := func(s string) string {
		if s == "" {
			return t("ui.no_answer")
		}
		return s
	}
	who := heldPart{t("portal.account.title"), []components.Row{
		row(t("portal.account.email"), a.Email), row(t("portal.account.identifier"), a.Identifier),
		row(t("portal.account.last_name"), said(a.LastName)), row(t("portal.account.first_names"), said(a.FirstNames)),
		row(t("portal.account.language"), map[string]string{"fr": "Français", "en": "English"}[a.Language]),
	}}
	who.rows[2].Change, who.rows[3].Change, who.rows[4].Change = accountPath+"#names", accountPath+"#names", accountPath+"#mail-language"
	if a.EmailAsked != "" {
		who.rows = append(who.rows, components.Row{Key: t("portal.account.move.next"), Values: []string{a.EmailAsked}, Change: emailPath})
	}
	if a.EmailBefore != "" {
		who.rows = append(who.rows, components.Row{Key: t("portal.account.move.before"), Values: []string{a.EmailBefore}})
	}
	if a.Mobile != "" {
		who.rows = append(who.rows, components.Row{Key: t("portal.held.mobile"), Values: []string{a.Mobile}, Change: reachPath})
	}
	for _, x := range a.Factors {
		said := []string{t("factor.kind." + x.Kind), t("factor.made", "at", v.P.DateTimeAt(x.Made))}
		if x.Name != "" {
			said[0] = t("factor.kind.passkey_named", "name", x.Name)
		}
		if x.Used != nil {
			said = append(said, t("factor.used", "at", v.P.DateTimeAt(*x.Used)))
		}
		who.rows = append(who.rows, row(t("portal.held.factor"), said...))
	}
	if len(a.Factors) > 0 {
		who.rows = append(who.rows, row(t("factor.codes.title"), t("factor.codes.left", "n", a.Recovery)))
	}
	for _, x := range a.Identities {
		who.rows = append(who.rows, row(t("portal.held.identity"), x.Provider+", "+v.P.DateTimeAt(x.Linked)))
	}
	sessions := heldPart{title: t("portal.held.sessions")}
	for _, x := range a.Sessions {
		sessions.rows = append(sessions.rows, row(v.P.DateTimeAt(x.Began), t("portal.held.session", "seen", v.P.DateTimeAt(x.LastUse))))
	}
	log := heldPart{title: t("portal.account.log.title")}
	for _, x := range a.Connections {
		words := x.Act
		if key := acts[x.Act]; key != "" {
			words = t(key)
		}
		log.rows = append(log.rows, row(v.P.ShortDateTimeAt(x.At), words))
	}
	mandates := heldPart{title: t("portal.held.mandates")}
	for _, m := range a.Mandates {
		what := t("portal.held.mandate." + m.Part)
		words := t("portal.held.mandate.span", "from", v.P.DateAt(m.Starts), "to", v.P.DateAt(m.Ends))
		if m.Ended != nil {
			words = t("portal.held.mandate.ended", "from", v.P.DateAt(m.Starts), "to", v.P.DateTimeAt(*m.Ended))
		}
		mandates.rows = append(mandates.rows, row(strings.TrimSpace(m.Reference+" "+what), words))
	}
	return []heldPart{who, termsPart(v, a), firmsPart(v, a), mandates, sessions, log}
}

func termsPart(v *web.Visit, a heldAccount) heldPart {
	out := heldPart{title: v.P.T("portal.held.terms")}
	for _, x := range a.Terms {
		out.rows = append(out.rows, components.Row{Key: v.P.DateTimeAt(x.At), Values: []string{x.Text}})
	}
	return out
}

func firmsPart(v *web.Visit, a heldAccount) heldPart {
	out := heldPart{title: v.P.T("portal.firm.title")}
	for _, x := range append(a.Invitations, a.Firms...) {
		words := v.P.T("portal.firm.invited_on", "date", v.P.DateAt(x.Invited))
		switch {
		case x.Until != nil && x.Since != nil:
			words = v.P.T("portal.held.mandate.span", "from", v.P.DateAt(*x.Since), "to", v.P.DateAt(*x.Until))
		case x.Since != nil && x.Head:
			words = v.P.T("portal.firm.head_since", "date", v.P.DateAt(*x.Since))
		case x.Since != nil:
			words = v.P.T("portal.firm.since", "date", v.P.DateAt(*x.Since))
		}
		out.rows = append(out.rows, components.Row{Key: x.Name, Values: []string{words}})
	}
	return out
}

// stateName says where a dossier stands, in the words of its procedure.
func (p *portal) stateName(d heldDossier, l text.Lang) string {
	if proc := p.Catalogue.Get(d.Procedure); proc != nil && proc.Flow.State(d.State) != nil {
		return proc.Flow.State(d.State).Label.In(l)
	}
	return d.State
}

func (p *portal) heldDossierView(v *web.Visit, d heldDossier) heldDossierView {
	title := d.Procedure
	if proc := p.Catalogue.Get(d.Procedure); proc != nil {
		title = proc.Title.In(v.P.Lang)
	}
	x := heldDossierView{title: strings.TrimSpace(title + " " + d.Reference), rows: p.dossierRows(v, d), readings: p.readingRows(v, d)}
	at := "/dossier/" + d.ID
	x.links = append(x.links, components.Link{Href: at, Label: v.P.T("portal.held.open")})
	if d.Part != "holder" && len(d.Answers) > 0 {
		x.links = append(x.links, components.Link{Href: at + "/check", Label: v.P.N("portal.held.answers", len(d.Answers))})
		x.links = append(x.links, components.Link{Href: at + "/correction", Label: v.P.T("portal.held.correct")})
	}
	return x
}

// dossierRows are what one would know of a dossier before opening it.
func (p *portal) dossierRows(v *web.Visit, d heldDossier) []components.Row {
	t := v.P.T
	rows := []components.Row{{Key: t("portal.held.part"), Values: []string{t("portal.held.part_" + d.Part)}}, {Key: t("report.state"), Values: []string{p.stateName(d, v.P.Lang)}}}
	if d.Submitted != nil {
		rows = append(rows, components.Row{Key: t("portal.state.filed"), Values: []string{v.P.DateTimeAt(*d.Submitted)}})
	}
	if d.Part == "holder" {
		return rows
	}
	erased := p.keptFor(v, d)
	if day, err := time.Parse(time.DateOnly, d.ErasedOn); err == nil {
		erased = v.P.Date(day)
	}
	rows = append(rows, components.Row{Key: t("portal.state.purge"), Values: []string{erased}})
	var papers, receipts []string
	for _, x := range d.Documents {
		papers = append(papers, x.Label+t("portal.state.colon")+x.Name+" ("+v.P.Size(x.Size)+")")
	}
	for _, x := range d.Receipts {
		receipts = append(receipts, t("report.receipt."+x.Kind+".title")+", "+v.P.DateTimeAt(x.At))
	}
	for _, part := range []struct {
		key    string
		values []string
	}{{"portal.state.documents", papers}, {"portal.held.receipts", receipts}} {
		if len(part.values) > 0 {
			rows = append(rows, components.Row{Key: t(part.key), Values: part.values})
		}
	}
	return append(rows, components.Row{Key: t("portal.held.messages"), Values: []string{v.P.Int(int64(len(d.Messages)))}})
}

// keptFor says for how long a dossier at work will be kept: the day is not known yet.
func (p *portal) keptFor(v *web.Visit, d heldDossier) string {
	proc := p.Catalogue.Get(d.Procedure)
	if proc == nil || len(proc.Form.Categories) == 0 {
		return ""
	}
	keep := proc.Flow.Keep(proc.Form.Categories[0].ID)
	if keep == nil {
		return ""
	}
	x := &dataView{p: p, proc: proc, pr: v.P}
	return x.pr.T("portal.data.period_from", "period", x.period(keep.Period), "from", x.known(keepFrom, keep.From))
}

func (p *portal) readingRows(v *web.Visit, d heldDossier) heldPart {
	out := heldPart{title: v.P.N("portal.held.readings", len(d.Readings))}
	for _, x := range d.Readings {
		out.rows = append(out.rows, components.Row{Key: v.P.ShortDateTimeAt(x.At), Values: []string{p.readBy(v, d, x)}})
	}
	return out
}

func (p *portal) readBy(v *web.Visit, d heldDossier, x heldReading) string {
	who := v.P.T("portal.state.opened_other")
	if proc := p.Catalogue.Get(d.Procedure); proc != nil && proc.Flow.Role(x.Role) != nil {
		who = proc.Flow.Role(x.Role).Label.In(v.P.Lang)
	}
	if x.OnRequest {
		who += ", " + v.P.T("portal.state.opened_request")
	}
	return who
}

// postHeldJSON sends the copy that a program reads, as it is made: a dossier at a time. What cannot be read to its end is cut,
// and does not look whole.
func (p *portal) postHeldJSON(v *web.Visit) error {
	h := holdings{p: p, v: v, whole: true}
	a, err := h.account(v.R.Context())
	if err != nil {
		return err
	}
	return v.Send(web.File{
		Name: "guichet-" + v.Now.Format(time.DateOnly) + ".json", Kind: "application/json", Size: -1,
		Write: func(w io.Writer) error { return h.encode(w, a) },
	})
}

// encode writes the whole as one object whose last member is the list of dossiers.
func (h holdings) encode(w io.Writer, a heldAccount) error {
	head, err := json.Marshal(struct {
		Format  string      `json:"format"`
		Made    time.Time   `json:"made"`
		Account heldAccount `json:"account"`
	}{heldFormat, h.v.Now, a})
	if err != nil {
		return err
	}
	if _, err := w.Write(append(bytes.TrimSuffix(head, []byte("}")), `,"dossiers":[`...)); err != nil {
		return err
	}
	comma := ""
	err = h.each(h.v.R.Context(), func(d heldDossier) error {
		one, err := json.Marshal(d)
		if err == nil {
			_, err = w.Write(append([]byte(comma), one...))
		}
		comma = ","
		return err
	})
	if err == nil {
		_, err = io.WriteString(w, "]}\n")
	}
	return err
}

// postHeldPDF sends the copy that a person reads.
func (p *portal) postHeldPDF(v *web.Visit) error {
	h, ctx := holdings{p: p, v: v, whole: true}, v.R.Context()
	a, err := h.account(ctx)
	if err != nil {
		return err
	}
	pdf := report.New(string(v.P.Lang), v.P.T("portal.held.title"), v.Now)
	pdf.H1(v.P.T("portal.held.title"))
	pdf.P(v.P.T("portal.held.made", "at", v.P.DateTimeAt(v.Now)))
	for _, part := range accountParts(v, p, a) {
		printPart(pdf, part)
	}
	err = h.each(ctx, func(d heldDossier) error {
		p.printDossier(pdf, v, d)
		return nil
	})
	if err != nil {
		return err
	}
	whole, err := pdf.Bytes()
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: "guichet-" + v.Now.Format(time.DateOnly) + ".pdf", Kind: "application/pdf", Size: int64(len(whole)), Body: bytes.NewReader(whole)})
}

func printPart(pdf *report.PDF, part heldPart) {
	var rows [][2]string
	for _, r := range part.rows {
		rows = append(rows, [2]string{r.Key, strings.Join(r.Values, "\n")})
	}
	if len(rows) > 0 {
		pdf.H2(part.title)
		pdf.Pairs(rows)
	}
}

func (p *portal) printDossier(pdf *report.PDF, v *web.Visit, d heldDossier) {
	x := p.heldDossierView(v, d)
	printPart(pdf, heldPart{x.title, x.rows})
	answers := heldPart{title: v.P.N("portal.held.answers", len(d.Answers))}
	for _, a := range d.Answers {
		answers.rows = append(answers.rows, components.Row{Key: a.Label, Values: []string{a.Value}})
	}
	messages := heldPart{title: v.P.T("portal.held.messages")}
	for _, m := range d.Messages {
		messages.rows = append(messages.rows, components.Row{Key: v.P.DateTimeAt(m.At) + ", " + v.P.T("portal.held.from."+m.From), Values: []string{strings.TrimSpace(m.Subject + "\n" + m.Body)}})
	}
	consents := heldPart{title: v.P.T("portal.held.consents")}
	for _, c := range d.Consents {
		consents.rows = append(consents.rows, components.Row{Key: v.P.DateTimeAt(c.At), Values: []string{c.Text}})
	}
	for _, part := range []heldPart{answers, messages, consents, x.readings} {
		printPart(pdf, part)
	}
}
