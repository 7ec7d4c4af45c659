package anonymise

import (
	"slices"
	"strings"

	"guichet/internal/fault"
)

// Table writes the records at a vector: quasi-identifiers generalised, sensitive columns as they are, outliers
// left out, rows sorted by their values so that their order in the input is not told.
func (e *Engine) Table(v Vector) (t Table, err error) {
	defer fault.Wrap(&err, "anonymise.Table %s", v)
	if err := e.within(v); err != nil {
		return Table{}, err
	}
	kept, r := e.keptRows(v)
	for j, a := range e.attributes {
		l := a.hierarchy.levels[v[j]]
		c := tableColumn{TableColumn: TableColumn{a.name, v[j], false, slices.Clone(l.values)}}
		c.fill(l.values, kept, func(row int) uint32 { return a.maps[0][v[j]][a.lines[a.codes[row]]] })
		t.columns = append(t.columns, c)
	}
	t.addSensitive(e, kept)
	t.rows = len(kept)
	t.sort()
	t.proof = e.proof(t, r)
	return t, nil
}

// addSensitive adds the columns that are written as they are.
func (t *Table) addSensitive(e *Engine, kept []int) {
	for _, name := range e.sensitive {
		source, _ := e.data.column(name) // checked when the engine was made
		c := tableColumn{TableColumn: TableColumn{name, 0, true, nil}}
		c.fill(source.values, kept, func(row int) uint32 { return source.codes[row] })
		c.Values = c.values
		t.columns = append(t.columns, c)
	}
}

// fill enters the kept rows of a column. Its dictionary holds their values alone, so that none of a suppressed
// record is told, and is sorted, so that comparing codes compares values.
func (c *tableColumn) fill(values []string, kept []int, code func(row int) uint32) {
	met := make([]bool, len(values))
	for _, row := range kept {
		met[code(row)] = true
	}
	var byText []int
	for i := range values {
		if met[i] {
			byText = append(byText, i)
		}
	}
	slices.SortFunc(byText, func(a, b int) int { return strings.Compare(values[a], values[b]) })
	rank := make([]uint32, len(values))
	for _, i := range byText {
		if n := len(c.values); n == 0 || c.values[n-1] != values[i] {
			c.values = append(c.values, values[i])
		}
		rank[i] = uint32(len(c.values) - 1)
	}
	c.codes = make([]uint32, len(kept))
	for i, row := range kept {
		c.codes[i] = rank[code(row)]
	}
}

// keptRows lists the records that stand in no outlier at a vector, and evaluates it.
func (e *Engine) keptRows(v Vector) (kept []int, r Result) {
	w := e.newWorker()
	g, p := w.evaluate(e.base, v, e.data.rows)
	keys, sizes := w.classify(g)
	known := index{words: e.packing.words}
	known.begin(len(sizes))
	for class := range sizes {
		known.add(keys[class*known.words:][:known.words], 0)
	}
	key := make([]uint64, known.words)
	for row := range e.data.rows {
		clear(key)
		for j, a := range e.attributes {
			e.packing.fields[j].put(key, a.maps[0][v[j]][a.lines[a.codes[row]]])
		}
		if !w.outlier[known.add(key, 0)] {
			kept = append(kept, row)
		}
	}
	return kept, e.evaluated(p)
}

// sort orders the rows by counting, the last column first: each pass keeps the order of those before.
func (t *Table) sort() {
	at := make([]uint32, t.rows)
	for i := range at {
		at[i] = uint32(i)
	}
	next := make([]uint32, t.rows)
	for j := len(t.columns) - 1; j >= 0; j-- {
		c := &t.columns[j]
		begin := make([]int, len(c.values)+1)
		for _, code := range c.codes {
			begin[code+1]++
		}
		for i := 1; i < len(begin); i++ {
			begin[i] += begin[i-1]
		}
		for _, row := range at {
			code := c.codes[row]
			next[begin[code]] = row
			begin[code]++
		}
		at, next = next, at
	}
	for j := range t.columns {
		codes := make([]uint32, t.rows)
		for i, row := range at {
			codes[i] = t.columns[j].codes[row]
		}
		t.columns[j].codes = codes
	}
}

// proof of a solved case: k is that of its k-anonymity, or 1.
func (e *Engine) proof(t Table, r Result) Proof {
	p := Proof{K: 1, Smallest: Smallest{Rows: r.Smallest}, Cells: r.Classes}
	for _, m := range e.models {
		if k, ok := m.(KAnonymity); ok {
			p.K = max(p.K, k.K)
		}
	}
	p.HeldBack = HeldBack{r.Suppressed, p.K}
	for j, a := range e.attributes {
		p.Loss = append(p.Loss, ColumnLoss{a.name, t.columns[j].loss(a.hierarchy, r.Vector[j])})
	}
	return p
}
