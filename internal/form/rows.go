package form

import (
	"maps"
	"slices"
)

// rows walks the rows of a group. While its cells are visited, rules see the row as `row`.
func (j *Journey) rows(group *node, s *FieldState) {
	ids := distinctRows(s.Raw)
	s.Rows = make([]RowState, len(ids))
	list := make([]any, len(ids))
	for i, id := range ids {
		s.Rows[i] = j.row(group, id, i+1)
		list[i] = s.Rows[i].values
	}
	delete(j.values, "row")
	if len(ids) > 0 {
		s.Value = list
	}
}

func (j *Journey) row(group *node, id string, number int) RowState {
	values := maps.Clone(group.zeroRow)
	r := RowState{ID: id, Title: *group.title(number), Fields: make([]*FieldState, len(group.cells)), values: values}
	states := make([]FieldState, len(group.cells))
	j.values["row"] = values
	for i, cell := range group.cells {
		r.Fields[i], states[i].row = &states[i], group.title(number)
		j.visit(cell, &states[i], group.path+"."+id+"."+cell.path, true)
		if states[i].Relevant && states[i].Value != nil {
			cell.put(values, states[i].Value)
		}
	}
	return r
}

// rowFiles walks the documents owed for each row of a group (RP-129); rows that owe none are left out.
// The value of the field is all their documents.
func (j *Journey) rowFiles(n *node, s *FieldState) {
	s.Raw = nil
	var all []string
	for i, row := range j.states[n.perRow.slot].Rows {
		j.values["row"] = row.values
		if !j.holds(n.rowWhen) {
			continue
		}
		f := &FieldState{Field: n.field, Path: n.path + "." + row.ID, Label: n.field.Label, Hint: n.field.Hint, Relevant: true, Required: s.Required, node: n, row: n.perRow.title(i + 1)}
		f.Raw, f.shown = j.raw[f.Path]
		f.Value, f.flaw = n.parse(f.Raw)
		if ids, ok := f.Value.([]string); ok {
			all = append(all, ids...)
		}
		s.shown = s.shown || f.shown
		s.Rows = append(s.Rows, RowState{ID: row.ID, Title: row.Title, Fields: []*FieldState{f}, values: row.values})
	}
	delete(j.values, "row")
	s.Relevant = len(s.Rows) > 0
	if len(all) > 0 {
		s.Value = all
	}
}

// distinctRows drops what cannot be the id of a row, and bounds their number.
func distinctRows(raw []string) []string {
	ids := make([]string, 0, min(len(raw), maxRows+1))
	for _, id := range raw {
		if len(ids) <= maxRows && rowID(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
