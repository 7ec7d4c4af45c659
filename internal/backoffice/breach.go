package backoffice

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/breach"
	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

const breachPath = "/breaches"

// breachRoutes are the register of breaches of personal data, for who administers and who audits, as a data-protection officer does.
func (b *desk) breachRoutes(d *web.Door) {
	may := web.Holder("keep the register of breaches", b.Breaches.May)
	d.Get(breachPath, may, b.informed(b.getBreaches))
	d.Get(breachPath+"/new", may, b.informed(b.getBreachNew))
	b.post(d, breachPath+"/new", may, b.postBreachNew)
	d.Get(breachPath+"/register.xlsx", may, b.informed(b.getBreachBook))
	d.Get(breachPath+"/register.json", may, b.informed(b.getBreachFile))
	d.Get(breachPath+"/{breach}", may, b.informed(b.getBreach))
	d.Get(breachPath+"/{breach}/amend", may, b.informed(b.getBreachAmend))
	b.post(d, breachPath+"/{breach}/amend", may, b.postBreachAmend)
}

// breachList is the register, and whether it is as it was written.
type breachList struct {
	broken string
	table  components.Table
}

func (b *desk) getBreaches(v *web.Visit) error {
	all, broken, err := b.Breaches.All(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	x := &breachList{table: components.Table{Caption: v.P.T("breach.title"), HiddenCaption: true, Empty: v.P.T("breach.none"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("breach.number"), Numeric: true},
		{Label: v.P.T("breach.what")},
		{Label: v.P.T("breach.known")},
		{Label: v.P.T("breach.due")},
		{Label: v.P.T("breach.clock.title")},
	}}}
	if broken > 0 {
		x.broken = v.P.T("breach.broken", "n", v.P.Int(broken))
	}
	for _, r := range all {
		x.table.Rows = append(x.table.Rows, []components.Cell{
			{Text: v.P.Int(r.Number), Href: breachAt(r.Number), Header: true},
			{Text: clipped(r.What, 120)},
			{Text: v.P.DateTimeAt(r.Known)},
			{Text: v.P.DateTimeAt(r.Due)},
			{Status: clockStatus(v.P, r.Stands(v.Now))},
		})
	}
	pg := v.Frame(v.P.T("breach.title"))
	pg.Back, pg.LangURL = processingPath, langAt(v, breachPath)
	return v.Page(breachesPage(pg, x))
}

func breachAt(number int64) string { return breachPath + "/" + strconv.FormatInt(number, 10) }

// clipped is the beginning of a text.
func clipped(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

var clockColours = map[breach.Clock]string{breach.Running: "blue", breach.Soon: "yellow", breach.Over: "red", breach.Stopped: "green", breach.Late: "yellow"}

func clockStatus(p text.Printer, c breach.Clock) components.Status {
	return components.Status{Label: p.T("breach.clock." + string(c)), Colour: clockColours[c]}
}

// breachView is one breach, with what is still owed and how it came to stand so.
type breachView struct {
	at, left string
	status   components.Status
	owes     []string
	rows     []components.Row
	versions components.Table
}

func (b *desk) getBreach(v *web.Visit) error {
	r, versions, err := b.breachOf(v)
	if err != nil {
		return err
	}
	ids := make([]int64, len(versions))
	for i, x := range versions {
		ids[i] = x.By
	}
	names, err := b.names(v, ids)
	if err != nil {
		return err
	}
	x := &breachView{at: breachAt(r.Number), status: clockStatus(v.P, r.Stands(v.Now)), left: timeLeft(v.P, r, v.Now), rows: b.breachRows(v.P, r.Record)}
	for _, field := range r.Owes() {
		x.owes = append(x.owes, v.P.T("breach.owes."+field))
	}
	x.versions = b.versionsTable(v, versions, names)
	pg := v.Frame(v.P.T("breach.one", "n", v.P.Int(r.Number)))
	pg.Back, pg.LangURL = breachPath, langAt(v, x.at)
	return v.Page(breachPage(pg, x))
}

// breachOf is the breach of the address.
func (b *desk) breachOf(v *web.Visit) (breach.Breach, []breach.Version, error) {
	number, err := strconv.ParseInt(v.Param("breach"), 10, 64)
	if err != nil {
		return breach.Breach{}, nil, fault.New(fault.NotFound, "")
	}
	return b.Breaches.One(v.R.Context(), v.Actor, number)
}

// timeLeft says by when the authority must know, and how long that is.
func timeLeft(p text.Printer, r breach.Breach, now time.Time) string {
	due := p.DateTimeAt(r.Due)
	switch r.Stands(now) {
	case breach.Over:
		return p.T("breach.left.over", "due", due)
	case breach.Running, breach.Soon:
		return p.N("breach.left.hours", int(r.Due.Sub(now)/time.Hour), "due", due)
	}
	return p.T("breach.left.due", "due", due)
}

// breachRows are a record in words: what was not said is left out.
func (b *desk) breachRows(p text.Printer, r breach.Record) (out []components.Row) {
	for _, field := range breachFields {
		if said := b.breachWords(p, r, field); said != "" {
			out = append(out, components.Row{Key: p.T("breach." + field), Values: lines(said)})
		}
	}
	return out
}

// breachFields are those of a record, in the order of the page and of the columns of the export.
var breachFields = []string{"what", "known", "began", "kinds", "categories", "people", "consequences", "measures", "risk", "notified", "reference", "late", "why_not", "told", "not_told"}

func (b *desk) breachWords(p text.Printer, r breach.Record, field string) string {
	when := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return p.DateTimeAt(at)
	}
	switch field {
	case "known":
		return when(r.Known)
	case "began":
		return when(r.Began)
	case "notified":
		return when(r.Notified)
	case "told":
		return when(r.Told)
	case "kinds":
		out := make([]string, len(r.Kinds))
		for i, k := range r.Kinds {
			out[i] = p.T("breach.kind." + k)
		}
		return strings.Join(out, "\n")
	case "categories":
		out := make([]string, len(r.Categories))
		for i, c := range r.Categories {
			out[i] = b.breachCategory(p, c)
		}
		return strings.Join(out, "\n")
	case "risk":
		if r.Risk == "" {
			return ""
		}
		return p.T("breach.risks." + r.Risk)
	}
	return map[string]string{
		"what": r.What, "people": r.People, "consequences": r.Consequences, "measures": r.Measures,
		"reference": r.Reference, "late": r.Late, "why_not": r.WhyNot, "not_told": r.NotTold,
	}[field]
}

func (b *desk) breachCategory(p text.Printer, category string) string {
	if slices.Contains(breach.Elsewhere, category) {
		return p.T("breach.elsewhere." + category)
	}
	id, of, _ := strings.Cut(category, "/")
	return b.procedureName(p, id) + " – " + categoryName(p, b.Catalogue.Get(id), of)
}

// versionsTable is who wrote what of the breach, and when: the newest first.
func (b *desk) versionsTable(v *web.Visit, versions []breach.Version, names map[int64]string) components.Table {
	t := components.Table{Caption: v.P.T("breach.versions"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("breach.line"), Numeric: true}, {Label: v.P.T("breach.at")}, {Label: v.P.T("breach.by")}, {Label: v.P.T("breach.changed")},
	}}
	for i, x := range versions {
		var changed []string
		for _, field := range breachFields {
			was := breach.Record{}
			if i+1 < len(versions) {
				was = versions[i+1].Record
			}
			if old, now := inLine(b.breachWords(v.P, was, field)), inLine(b.breachWords(v.P, x.Record, field)); old != now {
				words := v.P.T("breach."+field) + v.P.T("portal.state.colon") + orWords(now, "–")
				if old != "" {
					words += " (" + v.P.T("breach.was", "old", old) + ")"
				}
				changed = append(changed, words)
			}
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: v.P.Int(x.Seq), Header: true}, {Text: v.P.DateTimeAt(x.At)}, {Text: names[x.By]}, {Text: orWords(strings.Join(changed, " · "), "–")},
		})
	}
	return t
}

// inLine writes what stands on several lines on one.
func inLine(words string) string {
	return strings.Join(strings.FieldsFunc(words, func(r rune) bool { return r == '\n' || r == '\r' }), " / ")
}

// getBreachFile is the register as data.
func (b *desk) getBreachFile(v *web.Visit) error {
	all, broken, err := b.Breaches.All(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	type entry struct {
		Number int64     `json:"number"`
		First  time.Time `json:"recorded"`
		At     time.Time `json:"changed"`
		Due    time.Time `json:"due"`
		Clock  string    `json:"clock"`
		breach.Record
	}
	out := []entry{}
	for _, r := range slices.Backward(all) {
		out = append(out, entry{r.Number, r.First, r.At, r.Due, string(r.Stands(v.Now)), r.Record})
	}
	body, err := json.MarshalIndent(map[string]any{"breaches": out, "whole": broken == 0}, "", "  ")
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: "breaches.json", Kind: "application/json", Size: int64(len(body)), Body: bytes.NewReader(body)})
}

// getBreachBook is the register as a workbook: a breach a row.
func (b *desk) getBreachBook(v *web.Visit) error {
	all, _, err := b.Breaches.All(v.R.Context(), v.Actor)
	if err != nil {
		return err
	}
	head := []string{v.P.T("breach.number"), v.P.T("breach.first"), v.P.T("breach.due"), v.P.T("breach.clock.title")}
	for _, field := range breachFields {
		head = append(head, v.P.T("breach."+field))
	}
	s := sheet{v.P.T("breach.sheet"), [][]string{head}}
	for _, r := range slices.Backward(all) {
		row := []string{strconv.FormatInt(r.Number, 10), v.P.DateTimeAt(r.First), v.P.DateTimeAt(r.Due), v.P.T("breach.clock." + string(r.Stands(v.Now)))}
		for _, field := range breachFields {
			row = append(row, b.breachWords(v.P, r.Record, field))
		}
		s.rows = append(s.rows, row)
	}
	body, err := wordBook(s)
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: "breaches.xlsx", Kind: bookKind, Size: int64(len(body)), Body: bytes.NewReader(body)})
}

// breachStatus is the answer to a form: refused, or overtaken by somebody else's.
func breachStatus(conflict bool) int {
	if conflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}
