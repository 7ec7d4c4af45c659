package careless

import "time"

// end is the instant after the last month.
func (t *Town) end() time.Time { return t.Months[len(t.Months)-1].AddDate(0, 1, 0) }

// monthly makes a file at every month end of all dossiers closed so far.
func (t *Town) monthly(how func([]Resident) recoding, sorted bool) []File {
	var files []File
	for _, m := range t.Months {
		dossiers := t.ClosedBefore(m.AddDate(0, 1, 0))
		f := t.file(how(dossiers), dossiers, sorted)
		f.Name = name(m)
		files = append(files, f)
	}
	return files
}

func (t *Town) file(c recoding, dossiers []Resident, sorted bool) File {
	f := File{Name: name(t.Months[len(t.Months)-1]), Columns: c.columns()}
	f.Rows = c.apply(dossiers)
	if sorted {
		f.Sort()
	}
	return f
}

// FreezeBest sets the schema's levels to those that are best for a k-anonymous file of all dossiers: they are then no leak in
// themselves.
func (t *Town) FreezeBest() *Town {
	for i, level := range optimum(&t.Schema, t.ClosedBefore(t.end())) {
		t.Schema.Columns[i].Frozen = level
	}
	return t
}

func (t *Town) frozen() recoding { return recoding{schema: &t.Schema, vector: t.Schema.vector()} }

func (s *Schema) vector() []int {
	v := make([]int, len(s.Columns))
	for i, c := range s.Columns {
		v[i] = c.Frozen
	}
	return v
}
