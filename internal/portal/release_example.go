package portal

import "guichet/web/components"

// invented is one kind of row of the example: its cells in words, and how many rows are alike.
type invented struct {
	cells []string
	alike int
}

// invent makes up one block: people who agree on every column that is not sensitive, with enough values of those that are.
// The example keeps the promises that the page makes.
func (r *releaseView) invent() []invented {
	rows := [][]string{nil}
	for _, c := range r.rules.Written() {
		values := r.values(c)[:1]
		if c.Sensitive {
			values = r.values(c)
			values = values[:min(r.rules.Diverse, len(values))]
		}
		var next [][]string
		for _, row := range rows {
			for _, value := range values {
				next = append(next, append(row[:len(row):len(row)], value))
			}
		}
		rows = next
	}
	out := make([]invented, len(rows))
	for i, row := range rows {
		out[i] = invented{row, r.rules.K + r.surplus(i)}
	}
	return out
}

// surplus makes the counts of the example differ a little, so that no value has more than its share.
func (r *releaseView) surplus(i int) int { return i * 4 % max(r.rules.K/2, 3) }

// example is the invented block as a table.
func (r *releaseView) example() components.Table {
	t := components.Table{Caption: r.t("portal.release.example_caption"), HiddenCaption: true, Stacked: true, Head: []components.Column{{Label: r.t("portal.release.alike")}}}
	for _, c := range r.rules.Written() {
		t.Head = append(t.Head, components.Column{Label: c.Label.In(r.pr.Lang)})
	}
	for _, row := range r.invent() {
		cells := []components.Cell{{Text: r.pr.Int(int64(row.alike)), Header: true}}
		for _, value := range row.cells {
			cells = append(cells, components.Cell{Text: value})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
