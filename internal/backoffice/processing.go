package backoffice

import (
	"bytes"
	"encoding/hex"
	"encoding/json"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

const processingPath = "/processing"

// Processing is what is recorded of a processing, read from its definition.
type Processing struct {
	Title                                  string
	Rows                                   []components.Row
	Rights, Recipients, Exchanges, Made    []string
	Categories, Roles, Keeps, AgentsFields components.Table
	Steps                                  []components.Table
	Unlisted                               int // data that no row of the authorised processing lists
}

// processingRoutes are the controller's register of processings and the impact assessments, for administrators and supervisors.
func (b *desk) processingRoutes(d *web.Door) {
	may := web.Holder("read the register of processings", b.seesRights)
	d.Get(processingPath, may, b.informed(b.getProcessings))
	d.Get(processingPath+"/{procedure}", may, b.informed(b.getProcessing))
	d.Get(processingPath+"/{procedure}/assessment", may, b.informed(b.getAssessment))
	d.Get(processingPath+"/{procedure}/register.json", may, b.informed(b.getProcessingFile))
}

func (b *desk) getProcessings(v *web.Visit) error {
	t := components.Table{Caption: v.P.T("desk.processing.all"), HiddenCaption: true, Stacked: true, Head: []components.Column{
		{Label: v.P.T("desk.processing.name")}, {Label: v.P.T("portal.data.purpose")}, {Label: v.P.T("desk.processing.assessment")},
	}}
	for _, p := range b.Catalogue.All() {
		at := processingPath + "/" + p.ID
		t.Rows = append(t.Rows, []components.Cell{
			{Text: p.Title.In(v.P.Lang), Href: at, Header: true},
			{Text: b.say(p.Flow.Processing.Purpose, v.P.Lang)},
			{Text: v.P.T("desk.processing.assessment_open"), Href: at + "/assessment"},
		})
	}
	pg := v.Frame(v.P.T("desk.processing.title"))
	pg.LangURL = langAt(v, processingPath)
	return v.Page(processingsPage(pg, t))
}

// processingAt is the procedure of the address.
func (b *desk) processingAt(v *web.Visit) (*procedure.Procedure, error) {
	p := b.Catalogue.Get(v.Param("procedure"))
	if p == nil {
		return nil, fault.New(fault.NotFound, "")
	}
	return p, nil
}

// processingView is an entry of the register, or the assessment that begins with it.
type processingView struct {
	Processing
	at, version string
	measures    []string
	risks       components.Table
}

func (b *desk) showProcessing(v *web.Visit, key string) (components.Page, *processingView, error) {
	p, err := b.processingAt(v)
	if err != nil {
		return components.Page{}, nil, err
	}
	x := &processingView{Processing: b.Processing(p, v.P), at: processingPath + "/" + p.ID, version: version(p)}
	for _, m := range measures {
		x.measures = append(x.measures, v.P.T("desk.processing.measure."+m))
	}
	pg := v.Frame(v.P.T(key))
	pg.Wide, pg.Back = true, processingPath
	return pg, x, nil
}

// version names the definition that a record was read from.
func version(p *procedure.Procedure) string { return hex.EncodeToString(p.Hash[:6]) }

func (b *desk) getProcessing(v *web.Visit) error {
	pg, x, err := b.showProcessing(v, "desk.processing.entry")
	if err != nil {
		return err
	}
	pg.LangURL = langAt(v, x.at)
	return v.Page(processingPage(pg, x))
}

// measures are what the program does for the security of every processing.
var measures = []string{"sealed", "erased", "access", "journal", "proof", "four", "files", "network", "release", "keys"}

// harms are what an assessment weighs: each is for a human to judge.
var harms = []string{"access", "change", "loss"}

func (b *desk) getAssessment(v *web.Visit) error {
	pg, x, err := b.showProcessing(v, "desk.processing.assessment")
	if err != nil {
		return err
	}
	blank := components.Cell{Text: v.P.T("desk.processing.blank")}
	x.risks = components.Table{Caption: v.P.T("desk.processing.risks"), Stacked: true, Head: []components.Column{
		{Label: v.P.T("desk.processing.harm")},
		{Label: v.P.T("desk.processing.sources")},
		{Label: v.P.T("desk.processing.severity")},
		{Label: v.P.T("desk.processing.likelihood")},
		{Label: v.P.T("desk.processing.further")},
	}}
	for _, h := range harms {
		x.risks.Rows = append(x.risks.Rows, []components.Cell{{Text: v.P.T("desk.processing.harm_" + h), Header: true}, blank, blank, blank, blank})
	}
	pg.Back, pg.LangURL = x.at, langAt(v, x.at+"/assessment")
	return v.Page(assessmentPage(pg, x))
}

// getProcessingFile is the entry in both languages, for the register that the controller keeps elsewhere.
func (b *desk) getProcessingFile(v *web.Visit) error {
	p, err := b.processingAt(v)
	if err != nil {
		return err
	}
	out := map[string]any{"procedure": p.ID, "definition": version(p)}
	for _, l := range text.Langs {
		out[string(l)] = b.entryOf(p, b.Printer(l))
	}
	body, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	name := p.ID + "-register.json"
	return v.Send(web.File{Name: name, Kind: "application/json", Size: int64(len(body)), Body: bytes.NewReader(body)})
}

// entryOf is an entry as data: tables are lists of rows, each by the heads of its columns.
func (b *desk) entryOf(p *procedure.Procedure, pr text.Printer) map[string]any {
	r := b.Processing(p, pr)
	record := map[string][]string{}
	for _, row := range r.Rows {
		record[row.Key] = row.Values
	}
	fields := rowsOf(r.AgentsFields)
	for _, s := range r.Steps {
		fields = append(fields, rowsOf(s)...)
	}
	var does []string
	for _, m := range measures {
		does = append(does, pr.T("desk.processing.measure."+m))
	}
	return map[string]any{
		"title": r.Title, "record": record, "rights": r.Rights, "recipients": r.Recipients, "exchanges": r.Exchanges, "made": r.Made,
		"categories": rowsOf(r.Categories), "roles": rowsOf(r.Roles), "periods": rowsOf(r.Keeps), "data": fields, "security": does,
	}
}

func rowsOf(t components.Table) (out []map[string]string) {
	for _, row := range t.Rows {
		m := map[string]string{}
		for i, c := range row {
			m[t.Head[i].Label] = c.Text
		}
		out = append(out, m)
	}
	return out
}
