package anonymise

import "guichet/internal/fault"

// Concat joins the cohorts of one schema into the table that is released, in the order given, each sorted by
// its values. Every cohort is held to the schema once more.
func Concat(s *Schema, cohorts ...Cohort) (t Table, err error) {
	defer fault.Wrap(&err, "anonymise.Concat %s", s.rules.ID)
	heldBack := 0
	for i := range s.rules.Columns {
		t.columns = append(t.columns, s.column(i))
	}
	for _, c := range cohorts {
		if err := s.verify(c); err != nil {
			return Table{}, err
		}
		for _, row := range c.rows {
			t.add(s, row)
		}
		heldBack += c.heldBack
		t.proof.Smallest = t.proof.Smallest.least(c.smallest)
	}
	t.proof.K = s.rules.K
	t.proof.HeldBack = HeldBack{heldBack, s.rules.K}
	t.proof.Cells, t.proof.Smallest.Rows = t.count(func(TableColumn) bool { return true })
	for i, c := range s.rules.Columns {
		t.proof.Loss = append(t.proof.Loss, ColumnLoss{c.Name, t.columns[i].loss(c.Hierarchy, c.Level)})
	}
	return t, nil
}

// least joins the smallest cells of two cohorts. A cell of the table may count more, having grown over months:
// the rows are counted again, of households and filers this is a lower bound.
func (a Smallest) least(b Smallest) Smallest {
	if a == (Smallest{}) {
		return b
	}
	if b == (Smallest{}) {
		return a
	}
	return Smallest{min(a.Rows, b.Rows), min(a.Households, b.Households), min(a.Filers, b.Filers)}
}

func (s *Schema) column(i int) tableColumn {
	c := s.rules.Columns[i]
	values := c.Hierarchy.Values(c.Level)
	return tableColumn{TableColumn: TableColumn{c.Name, c.Level, c.Sensitive, values}, values: values}
}

func (t *Table) add(s *Schema, row []string) {
	for i, c := range s.rules.Columns {
		t.columns[i].codes = append(t.columns[i].codes, c.Hierarchy.levels[c.Level].lookup[row[i]])
	}
	t.rows++
}

// loss is the column's Loss with a gs-factor of 0.5 over the written rows (anonymisation.md, section 3).
func (c tableColumn) loss(h *Hierarchy, l int) float64 {
	shares := 0
	written := make([]int, len(c.values))
	for i, value := range c.values {
		written[i] = h.levels[l].share[h.levels[l].lookup[value]]
	}
	for _, code := range c.codes {
		shares += written[code]
	}
	rows := len(c.codes)
	if h.rows < 2 || rows == 0 {
		return 0 // one possible value, or none written: nothing is lost
	}
	return round(float64(shares-rows) / float64(rows*(h.rows-1)))
}
