package backoffice

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// How wide a page of a document is drawn: to read beside the answers, and to look at closely.
const (
	pageWidth = 1100
	zoomWidth = 2200
)

// papers are the documents of a dossier: the list, and the one that is open.
type papers struct {
	table components.Table
	open  *openPaper
}

// openPaper is a page of a document, in place.
type openPaper struct {
	title, caption       string
	image, zoom, alt     string // addresses; "" where pages cannot be drawn
	lacks                string // why they cannot, and what to do
	previous, next, file string
	left, right          string // the same page turned by a quarter
	place                string
	protected            bool             // a copy of an identity document: what is taken away bears the reader's name (RP-181)
	proven               []components.Row // the answers it bears out
	judge                *judgeView
}

// papersOf lists the documents that were sent, by kind in the order of the form, and opens the one in the address.
func (b *desk) papersOf(v *web.Visit, f *dossier.File, r reading) papers {
	shown := slices.DeleteFunc(slices.Clone(f.Documents), func(d dossier.Document) bool {
		return d.Round > f.Round || !r.sight.field(d.Path)
	})
	out := papers{table: components.Table{Caption: v.P.T("desk.papers.title"), Empty: v.P.T("desk.papers.none"), Head: []components.Column{
		{Label: v.P.T("desk.papers.kind")},
		{Label: v.P.T("desk.papers.file")},
		{Label: v.P.T("desk.papers.sent")},
		{Label: v.P.T("desk.judge.column")},
	}}}
	for _, owed := range r.now.Documents() {
		if r.sight.field(owed.Path) {
			out.list(v, f, r, owed, shown)
		}
	}
	for _, d := range shown { // of kinds that the answers call for no more
		if !slices.ContainsFunc(r.now.Documents(), func(o *form.FieldState) bool { return o.Path == d.Path }) {
			out.add(v, f, f.Def.Form.Field(d.Path).Label.In(v.P.Lang), d)
		}
	}
	for _, d := range shown {
		if (d.ID == v.Query("doc") || d.ID == v.Param("document")) && shutStatus(v.P, d).Label == "" {
			out.open = b.openPaper(v, f, r, d)
			out.open.judge = judgeOf(v, f, r, d)
		}
	}
	return out
}

// list adds a kind of document: its files, newest first, or that there are none.
func (x *papers) list(v *web.Visit, f *dossier.File, r reading, owed *form.FieldState, shown []dossier.Document) {
	label, any := r.label(owed.Path), false
	for _, d := range slices.Backward(shown) {
		if d.Path == owed.Path {
			x.add(v, f, label, d)
			any = true
		}
	}
	if any {
		return
	}
	s := components.Status{Label: v.P.T("desk.papers.optional")}
	if owed.Required {
		s = components.Status{Label: v.P.T("desk.papers.missing"), Colour: "red"}
	}
	x.table.Rows = append(x.table.Rows, []components.Cell{{Text: label, Header: true}, {Status: s}, {}, r.askCell(owed.Path)})
}

func (x *papers) add(v *web.Visit, f *dossier.File, label string, d dossier.Document) {
	file := components.Cell{Text: d.Name, Href: paperPath(f, d, 1, 0)}
	switch shut := shutStatus(v.P, d); {
	case shut.Label != "":
		file.Href, file.Status = "", shut
	case d.Superseded:
		file.Status = components.Status{Label: v.P.T("desk.papers.replaced"), Colour: "grey"}
	case cameLast(f, d):
		file.Status = components.Status{Label: v.P.T("desk.papers.new"), Colour: "yellow"}
	}
	x.table.Rows = append(x.table.Rows, []components.Cell{
		{Text: label, Header: true},
		file,
		{Text: v.P.ShortDateTimeAt(d.At) + " · " + v.P.Size(d.Size)},
		{Text: spoiltWords(v, f, d), Status: judgedStatus(v.P, d.Judged.As)},
	})
}

// cameLast tells whether a document came with the last answer to a request.
func cameLast(f *dossier.File, d dossier.Document) bool {
	back := dossier.CameBack(f.Asked)
	return len(back) > 0 && d.Round == back[0].Round+1
}

// shutStatus says why a document cannot be opened, "" when it can.
func shutStatus(p text.Printer, d dossier.Document) components.Status {
	switch {
	case d.Scanned.Legible():
		return components.Status{}
	case d.Scanned == dossier.Infected:
		return components.Status{Label: p.T("desk.papers.infected"), Colour: "red"}
	}
	return components.Status{Label: p.T("desk.papers.waiting"), Colour: "blue"}
}

// paperPath is the dossier with a page of a document open, turned by so many quarters.
func paperPath(f *dossier.File, d dossier.Document, page, turn int) string {
	q := url.Values{"doc": {d.ID}}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	if turn > 0 {
		q.Set("turn", strconv.Itoa(turn))
	}
	return dossierPath(f.PublicID) + "?" + q.Encode() + "#paper"
}

func (b *desk) openPaper(v *web.Visit, f *dossier.File, r reading, d dossier.Document) *openPaper {
	n, turn := pageOf(v.Query("page"), d.Pages), turnOf(v)
	field := f.Def.Form.Field(d.Path)
	o := &openPaper{
		title: r.label(d.Path), protected: field.Protect != "", proven: r.proven(field, d.Path), caption: d.Name, file: v.FileURL("/document/" + d.ID),
		place: v.P.T("desk.papers.page", "n", n, "of", max(d.Pages, 1)), alt: v.P.T("desk.papers.alt", "n", n, "name", d.Name),
	}
	if field.Protect == "viewed" {
		o.file = ""
	}
	if !b.drawn(d) {
		o.lacks = v.P.T("desk.papers.no_renderer")
		if o.protected { // its copy is made of drawn pages
			o.file, o.lacks = "", v.P.T("desk.papers.no_copy")
		}
	} else {
		image := dossierPath(f.PublicID) + "/document/" + d.ID + "/page/" + strconv.Itoa(n)
		o.image, o.zoom = image, image+"?zoom=1"
		if turn > 0 {
			o.image, o.zoom = image+"?turn="+strconv.Itoa(turn), o.zoom+"&turn="+strconv.Itoa(turn)
		}
		o.left, o.right = paperPath(f, d, n, (turn+3)%4), paperPath(f, d, n, (turn+1)%4)
	}
	if n > 1 {
		o.previous = paperPath(f, d, n-1, turn)
	}
	if n < d.Pages {
		o.next = paperPath(f, d, n+1, turn)
	}
	return o
}

// drawn tells whether pages of the document can be drawn here.
func (b *desk) drawn(d dossier.Document) bool { return b.draws || d.Kind != document.PDF }

// proven are the answers that a document bears out, to be read beside it: of a group that it was given for, its row alone.
func (r reading) proven(field *form.Field, path string) []components.Row {
	var out []components.Row
	for _, id := range field.Proves {
		f := r.now.Field(id)
		if f == nil || !f.Relevant || !r.sight.field(id) {
			continue
		}
		if f.Field.Kind != form.Group {
			out = append(out, r.beside(f, ""))
			continue
		}
		for _, row := range f.Rows {
			if field.PerRow == id && path != field.ID+"."+row.ID {
				continue
			}
			for _, cell := range row.Fields {
				if cell.Relevant && r.sight.field(cell.Path) {
					out = append(out, r.beside(cell, row.Title.In(r.p.Lang)+" – "))
				}
			}
		}
	}
	return out
}

// beside is an answer once more, without its place on the page and what can be done about it.
func (r reading) beside(f *form.FieldState, of string) components.Row {
	x := r.row(f)
	x.Key, x.ID, x.Links = of+x.Key, "", nil
	return x
}

// pageOf reads a page's number, within what the document has.
func pageOf(s string, pages int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 1
	}
	return max(1, min(n, pages))
}

// getPageImage draws a page of a document. What it sends is an image made here, never the file itself, so it may stand on
// this origin; the original leaves by the origin of files alone. Each is noted as a reading (RP-181).
func (b *desk) getPageImage(v *web.Visit) error {
	n, err := strconv.Atoi(v.Param("page"))
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	if err := b.belongs(v, d); err != nil {
		return err
	}
	doc, err := b.Office.Download(v.R.Context(), v.Actor, v.Param("document"))
	if err != nil {
		return err
	}
	defer func() { _ = doc.Content.Close() }()
	if !strings.HasPrefix(doc.Path, "@") && (doc.Round > d.Round || !sightOf(v.Actor, d).field(doc.Path)) { // beside the form, who reads it has been asked already
		return fault.New(fault.NotFound, "")
	}
	look, err := b.look(v)
	if err != nil {
		return err
	}
	image, err := b.Office.Page(v.R.Context(), doc, n, look)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%d.png", d.Reference, n)
	return v.Send(web.File{Name: name, Kind: "image/png", Size: int64(len(image)), Body: bytes.NewReader(image), Inline: true})
}

// look reads from the address how a page is to be drawn; across an identity document stand the agent's name and the time.
func (b *desk) look(v *web.Visit) (dossier.Look, error) {
	names, err := b.names(v, []int64{v.Actor.AccountID})
	if err != nil {
		return dossier.Look{}, err
	}
	l := dossier.Look{Width: pageWidth, Turn: turnOf(v), Mark: v.P.T("report.copy.mark", "who", names[v.Actor.AccountID], "at", v.P.ShortDateTimeAt(v.Now))}
	if v.Query("zoom") != "" {
		l.Width = zoomWidth
	}
	return l, nil
}

// turnOf reads by how many quarters a page is turned clockwise; what cannot be one is none.
func turnOf(v *web.Visit) int {
	switch v.Query("turn") {
	case "1":
		return 1
	case "2":
		return 2
	case "3":
		return 3
	}
	return 0
}

// belongs answers NotFound for a document of another dossier, before anything of it is read; those replaced since are this one's too.
func (b *desk) belongs(v *web.Visit, d *dossier.Dossier) error {
	own, err := b.Office.Holds(v.R.Context(), d, v.Param("document"))
	if err != nil || own {
		return err
	}
	return fault.New(fault.NotFound, "")
}
