package portal

import (
	"net/url"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/web/components"
)

// repeat is a group asked any number of times; a frozen one cannot grow.
func (s *stepView) repeat(f *form.FieldState) components.Repeat {
	r := components.Repeat{ID: f.Path, Legend: s.label(f), Hint: f.Hint.In(s.pr.Lang), Error: s.fault(f.Path)}
	if s.openTo(f.Path) && len(f.Rows) < mostRows(f.Field) {
		r.Add, r.AddValue = s.pr.T("portal.step.add", "row", s.rowName(f)), "add:"+f.Path
	}
	return r
}

// mostRows bounds a group as the form does (design, fixed values).
func mostRows(f *form.Field) int {
	if n := most(f); n > 0 && n < 30 {
		return n
	}
	return 30
}

// rowName is what a row is called inside a sentence: « enfant ».
func (s *stepView) rowName(f *form.FieldState) string {
	name := f.Field.RowTitle.In(s.pr.Lang)
	if name == "" {
		return s.label(f)
	}
	return strings.ToLower(name[:1]) + name[1:]
}

func (s *stepView) row(f *form.FieldState, r form.RowState) components.RepeatItem {
	item := components.RepeatItem{ID: rowControl(f, r), Legend: r.Title.In(s.pr.Lang)}
	if s.openTo(f.Path) {
		item.Name, item.Row = f.Path, r.ID
		item.RemoveValue = "remove:" + f.Path + ":" + r.ID
	}
	return item
}

// shown lists the paths on the page, so that a box left unticked is told from a question that was not there.
func (s *stepView) shown() string {
	var b strings.Builder
	for _, f := range s.step.Fields {
		s.writeShown(&b, f)
	}
	return b.String()
}

func (s *stepView) writeShown(b *strings.Builder, f *form.FieldState) {
	if !f.Relevant || f.Computed() {
		return
	}
	if s.openTo(f.Path) {
		b.WriteString(f.Path)
		b.WriteByte(' ')
	}
	for _, r := range f.Rows {
		for _, cell := range r.Fields {
			s.writeShown(b, cell)
		}
	}
}

// opened lists the questions that are asked now and that the posted page did not show.
func (s *stepView) opened(posted url.Values) []string {
	if !posted.Has(form.ShownName) {
		return nil
	}
	shown := strings.Fields(strings.Join(posted[form.ShownName], " "))
	return slices.DeleteFunc(strings.Fields(s.shown()), func(path string) bool { return slices.Contains(shown, path) })
}
