package backoffice

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// compareView is what came back with the last answer, item by item, the old beside the new (RP-014).
type compareView struct {
	d        *dossier.Dossier
	heading  string
	items    []compareItem
	may      bool // the agent can say what they think of it now
	problems []components.Problem
}

// compareItem is one item: an answer with its changed words, or a document with its pages.
type compareItem struct {
	path, label, why, word string
	status                 components.Status
	answers                []comparedAnswer
	before, after          []comparedPaper
	as, kind, again        components.Field
}

// comparedAnswer is an answer before and after.
type comparedAnswer struct {
	label    string
	old, now []piece
}

// comparedPaper is a file, with its first page where one can be drawn; one that may not be opened has a status in place of a link.
type comparedPaper struct {
	name, href, image, alt string
	status                 components.Status
}

func comparePath(d *dossier.Dossier) string { return dossierPath(d.PublicID) + "/compare" }

// comparing is the address of what came back, "" when nothing did.
func comparing(s sight, f *dossier.File) string {
	if slices.ContainsFunc(dossier.CameBack(f.Asked), func(i dossier.AskedItem) bool { return s.field(i.Path) }) {
		return comparePath(f.Dossier)
	}
	return ""
}

func (b *desk) getCompare(v *web.Visit) error { return b.sendCompare(v, nil, nil) }

// sendCompare shows the page; posted is what was typed, by name, and problems what is wrong with it.
func (b *desk) sendCompare(v *web.Visit, posted map[string]string, problems []problem) error {
	f, err := b.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	x := b.compareOf(v, f, posted, problems)
	if len(x.items) == 0 {
		return fault.New(fault.NotFound, "")
	}
	pg := v.Frame(v.P.T("desk.compare.title"))
	pg.Back, pg.Error, pg.Wide, pg.LangURL = dossierPath(f.PublicID), len(problems) > 0, true, langAt(v, comparePath(f.Dossier))
	status := http.StatusOK
	if pg.Error {
		status = http.StatusUnprocessableEntity
	}
	return v.PageStatus(status, comparePage(pg, x))
}

func (b *desk) compareOf(v *web.Visit, f *dossier.File, posted map[string]string, problems []problem) *compareView {
	r := readingOf(v, f)
	r.old = f.Def.Form.Walk(f.AskedWith, nil, workflow.Day(v.Now))
	x := &compareView{d: f.Dossier, heading: r.sight.heading(f.Def, dossier.Heading(f.Def, f.Filed)), may: r.d != nil && f.StateKind == workflow.Open}
	errs := map[string]string{}
	for _, p := range problems {
		x.problems = append(x.problems, components.Problem{ID: p.id, Text: p.text})
		errs[p.id] = p.text
	}
	for _, i := range dossier.CameBack(f.Asked) {
		if !r.sight.field(i.Path) {
			continue
		}
		item := compareItem{path: i.Path, label: r.label(i.Path), why: v.P.T("desk.ask.why." + i.Why), word: i.Word, status: judgedStatus(v.P, i.Judgement)}
		if i.Kind == "document" {
			item.before, item.after = b.papersOfItem(v, f, i)
		} else {
			item.answers = r.compared(i.Path)
		}
		item.verdict(v, f, i, posted, errs)
		x.items = append(x.items, item)
	}
	return x
}

// compared are the answers an item covers: one, or for a group those of its rows that differ.
func (r reading) compared(path string) []comparedAnswer {
	var out []comparedAnswer
	var all []string
	for _, j := range []*form.Journey{r.old, r.now} {
		for _, f := range j.Each {
			if within := f.Path == path || strings.HasPrefix(f.Path, path+"."); within && f.Field.Kind != form.Group && !slices.Contains(all, f.Path) {
				all = append(all, f.Path)
			}
		}
	}
	for _, at := range all {
		old, now := r.shown(r.old, at), r.shown(r.now, at)
		if old == now && len(all) > 1 || !r.sight.field(at) {
			continue
		}
		c := comparedAnswer{label: r.label(at)}
		if c.label == at {
			c.label = reading{p: r.p, now: r.old}.label(at) // a row that was taken away
		}
		c.old, c.now = changedWords(old, now)
		out = append(out, c)
	}
	return out
}

func (r reading) shown(j *form.Journey, path string) string {
	if f := j.Field(path); f != nil && f.Relevant {
		return f.Display(r.p.Lang)
	}
	return ""
}

// papersOfItem are the files of a document as they were when it was asked for, and those that came.
func (b *desk) papersOfItem(v *web.Visit, f *dossier.File, i dossier.AskedItem) (before, after []comparedPaper) {
	for _, d := range f.Documents {
		if d.Path != i.Path && !strings.HasPrefix(d.Path, i.Path+".") || d.Round > f.Round {
			continue
		}
		c := comparedPaper{name: d.Name, alt: v.P.T("desk.papers.alt", "n", 1, "name", d.Name)}
		if c.status = shutStatus(v.P, d); c.status.Label == "" {
			c.href = paperPath(f, d, 1, 0)
		}
		if c.href != "" && (b.draws || d.Kind != document.PDF) {
			c.image = dossierPath(f.PublicID) + "/document/" + d.ID + "/page/1"
		}
		if d.Round <= i.Round {
			before = append(before, c)
		} else {
			after = append(after, c)
		}
	}
	return before, after
}

// verdict are the controls by which the agent says what they think of the item.
func (x *compareItem) verdict(v *web.Visit, f *dossier.File, i dossier.AskedItem, posted, errs map[string]string) {
	as := map[string]string{dossier.Accepted: dossier.Accepted, "again": "again"}[i.Judgement]
	why, word := i.Why, i.Word
	if p := f.InTheMaking(i.Path); p != nil {
		why, word = p.Why, p.Word
	}
	reason := ""
	for _, d := range f.Documents {
		if d.Path == i.Path && !d.Superseded && d.Judged.As == dossier.Rejected {
			reason = d.Judged.Reason
		}
	}
	if posted != nil {
		as, why, reason, word = posted["as."+i.Path], posted["why."+i.Path], posted["why."+i.Path], posted["word."+i.Path]
	}
	x.as = components.Field{
		ID: "as." + i.Path, Name: "as." + i.Path, Label: v.P.T("desk.compare.verdict", "item", x.label), Value: as, Error: errs["as."+i.Path],
		Options: []components.Option{{Value: dossier.Accepted, Label: v.P.T("desk.compare.accept")}, {Value: "again", Label: v.P.T("desk.compare.again")}},
	}
	x.kind = components.Field{ID: "why." + i.Path, Name: "why." + i.Path, Label: v.P.T("desk.ask.why_of", "item", x.label), Value: why, Options: whys(v.P), Error: errs["why."+i.Path]}
	if i.Kind == "document" {
		x.kind.Value, x.kind.Options, x.kind.Label = reason, rejections(f, v.P.Lang, ""), v.P.T("desk.judge.reason")
	}
	x.again = components.Field{ID: "word." + i.Path, Name: "word." + i.Path, Label: v.P.T("desk.move.word", "item", x.label), Value: word, Rows: 2, MaxLength: mostWord, Error: errs["word."+i.Path]}
}

// postCompare keeps what the agent thinks of each item; those asked for again lead on to the request.
func (b *desk) postCompare(v *web.Visit) error {
	form, err := v.Form()
	if err != nil {
		return err
	}
	posted := map[string]string{}
	for name, values := range form {
		if len(values) != 1 {
			return fault.New(fault.Invalid, "error.form")
		}
		posted[name] = strings.TrimSpace(strings.ReplaceAll(values[0], "\r\n", "\n"))
	}
	f, err := b.Office.Read(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return err
	}
	verdicts, problems := verdicts(v, f, posted)
	if len(problems) > 0 {
		return b.sendCompare(v, posted, problems)
	}
	err = b.Office.JudgeItems(v.R.Context(), v.Actor, f.PublicID, verdicts)
	if fault.Of(err) == fault.Conflict {
		return b.sendConflict(v, nil)
	}
	if err != nil {
		return err
	}
	v.Flash("desk.compare.saved")
	if m := asking(f.Dossier); m != nil && slices.ContainsFunc(verdicts, func(x dossier.Verdict) bool { return x.Again }) {
		return v.Redirect(movePath(f.Dossier, m))
	}
	return v.Redirect(dossierPath(f.PublicID))
}

// verdicts reads what was chosen for each item the agent may see; one left open is none.
func verdicts(v *web.Visit, f *dossier.File, posted map[string]string) (out []dossier.Verdict, problems []problem) {
	r := readingOf(v, f)
	for _, i := range dossier.CameBack(f.Asked) {
		as := posted["as."+i.Path]
		if as == "" || !r.sight.field(i.Path) {
			continue
		}
		x := dossier.Verdict{Path: i.Path, Again: as == "again", Word: posted["word."+i.Path]}
		if i.Kind == "document" {
			x.Reason = posted["why."+i.Path]
		} else {
			x.Why = posted["why."+i.Path]
		}
		switch n := utf8.RuneCountInString(x.Word); {
		case !x.Again:
		case i.Kind == "document" && x.Reason == "":
			problems = append(problems, problem{i.Path, "why." + i.Path, v.P.T("desk.judge.no_reason")})
		case i.Kind != "document" && n == 0:
			problems = append(problems, problem{i.Path, "word." + i.Path, v.P.T("desk.move.problem.word", "item", r.label(i.Path))})
		case n > mostWord:
			problems = append(problems, problem{i.Path, "word." + i.Path, v.P.T("desk.move.problem.word_long", "item", r.label(i.Path), "n", mostWord)})
		}
		out = append(out, x)
	}
	if len(out) == 0 {
		problems = append(problems, problem{"items", "compare", v.P.T("desk.compare.nothing")})
	}
	return out, problems
}
