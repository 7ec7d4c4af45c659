package portal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// askedRow is one thing asked for, with the agent's word on it.
type askedRow struct {
	title, why, word, href string
	status                 components.Status
}

// askedRows are exactly the items asked for, each with the page that opens it alone (RP-014).
func askedRows(v *web.Visit, f *dossier.File) []askedRow {
	j := f.Journey(nil, v.Now)
	spoilt := f.Spoilt(j, f.Documents, today(v))
	var out []askedRow
	for _, i := range dossier.AskedNow(f.Asked, f.Round) {
		row := askedRow{title: itemTitle(v, f.Dossier, j, i.Path), why: v.P.T("portal.asked.why." + i.Why), word: i.Word, href: itemPath(f.Dossier, i)}
		row.status = components.Status{Label: v.P.T("portal.state.owed"), Colour: "yellow"}
		switch {
		case f.Answered(i) && (f.Flawed(j, i) || blocked(spoilt, i)):
			row.status = components.Status{Label: v.P.T("portal.state.mend"), Colour: "red"}
		case f.Answered(i):
			row.status = components.Status{Label: v.P.T("portal.state.given"), Colour: "green"}
		}
		out = append(out, row)
	}
	return out
}

// blocked tells whether a file given for the item may not be sent as it is.
func blocked(spoilt []dossier.Spoilt, i dossier.AskedItem) bool {
	return slices.ContainsFunc(spoilt, func(s dossier.Spoilt) bool {
		return !s.Warn && (s.Path == i.Path || strings.HasPrefix(s.Path, i.Path+"."))
	})
}

// untilWhen says until which day the person may answer, "" when no day was set.
func untilWhen(v *web.Visit, d *dossier.Dossier) string {
	switch {
	case d.AnswerBy == nil:
		return ""
	case d.AnswerBy.Before(today(v)):
		return v.P.T("portal.asked.late", "date", v.P.Date(*d.AnswerBy))
	}
	return v.P.T("portal.asked.until", "date", v.P.Date(*d.AnswerBy))
}

func today(v *web.Visit) time.Time { return workflow.Day(v.Now) }

// said is what the agent says of an item: what kind of thing is wrong, and a sentence.
func said(p text.Printer, i dossier.AskedItem) string {
	return p.T("portal.step.word", "why", p.T("portal.asked.why."+i.Why), "word", i.Word)
}

func itemPath(d *dossier.Dossier, i dossier.AskedItem) string {
	step := d.Def.Form.StepOf(i.Path)
	if step == nil {
		return dossierPath(d)
	}
	return stepPath(d, step) + "#" + i.Path
}

// itemTitle names an answer or a document, with its row when it stands in one.
func itemTitle(v *web.Visit, d *dossier.Dossier, j *form.Journey, path string) string {
	field := d.Def.Form.Field(path)
	if field == nil {
		return path
	}
	title := field.Label.In(v.P.Lang)
	for _, s := range j.Steps() {
		for _, f := range s.Fields {
			for _, r := range f.Rows {
				if strings.HasPrefix(path+".", f.Path+"."+r.ID+".") {
					return r.Title.In(v.P.Lang) + " – " + title
				}
			}
		}
	}
	return title
}

// askedID names the status of an item asked for.
func askedID(i int) string { return fmt.Sprintf("asked-%d", i+1) }

// itemFor is the asked item that a path belongs to, or nil.
func itemFor(asked []dossier.AskedItem, path string) *dossier.AskedItem {
	for i := range asked {
		if path == asked[i].Path || strings.HasPrefix(path, asked[i].Path+".") {
			return &asked[i]
		}
	}
	return nil
}
