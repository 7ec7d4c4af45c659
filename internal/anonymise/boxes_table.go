package anonymise

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/fault"
)

// betweenValues joins the values of a side that has several.
const betweenValues = " | "

// Table writes every record with its box in place of its own values, sensitive columns as they are, rows sorted.
func (b *Boxes) Table(r Result) (t Table, err error) {
	defer fault.Wrap(&err, "anonymise.Boxes.Table")
	e := b.engine
	rows := b.boxOfRows()
	all := make([]int, len(rows))
	for i := range all {
		all[i] = i
	}
	for j, a := range e.attributes {
		labels := b.labels(j)
		c := tableColumn{TableColumn: TableColumn{Name: a.name}}
		c.fill(labels, all, func(row int) uint32 { return uint32(rows[row]) })
		c.Values = slices.Clone(c.values)
		t.columns = append(t.columns, c)
	}
	t.addSensitive(e, all)
	t.rows = len(rows)
	t.sort()
	t.proof = Proof{K: e.least, Smallest: Smallest{Rows: r.Smallest}, Cells: r.Classes, HeldBack: HeldBack{0, e.least}}
	for j, a := range e.attributes {
		t.proof.Loss = append(t.proof.Loss, ColumnLoss{a.name, e.cost.(*lossCost).loss(j, float64(b.linesOf(j)), 0)})
	}
	return t, nil
}

// boxOfRows numbers the box of every record.
func (b *Boxes) boxOfRows() []int {
	e := b.engine
	boxOf := make([]int, len(e.base.counts))
	for i, x := range b.list {
		for _, g := range x.groups {
			boxOf[g] = i
		}
	}
	words := e.packing.words
	known := index{words: words}
	known.begin(len(boxOf))
	for g := range boxOf {
		known.add(e.base.keys[g*words:(g+1)*words], 0)
	}
	keys := e.packed(1)
	rows := make([]int, e.data.rows)
	for i := range rows {
		rows[i] = boxOf[known.add(keys[i*words:(i+1)*words], 0)]
	}
	return rows
}

// labels names what each box covers of a column. Two boxes share a name only if they cover the same of it.
func (b *Boxes) labels(j int) []string {
	levels := b.engine.attributes[j].hierarchy.levels
	list := make([]string, len(b.list))
	covers := make(map[string]string) // by name: what it stands for
	for i, x := range b.list {
		s := x.sides[j]
		var values []string
		for _, code := range s.members {
			values = append(values, levels[s.level].values[code])
		}
		name, meaning := strings.Join(values, betweenValues), fmt.Sprint(s.level, s.members)
		if other, taken := covers[name]; taken && other != meaning {
			name = fmt.Sprintf("%s (%d)", name, s.level)
		}
		covers[name] = meaning
		list[i] = name
	}
	return list
}
