package careless

import (
	"bytes"
	"encoding/csv"
	"slices"
	"time"
)

// File is a release made without care.
type File struct {
	Name    string
	Columns []string
	Rows    [][]string
}

// CSV writes the file.
func (f File) CSV() []byte {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	_ = out.Write(f.Columns)
	_ = out.WriteAll(f.Rows)
	return b.Bytes()
}

// Sort puts the rows in the order of their cells.
func (f File) Sort() { slices.SortFunc(f.Rows, slices.Compare[[]string]) }

// name tells the month of a file.
func name(m time.Time) string { return "release-" + m.Format("2006-01") + ".csv" }

// recoding generalises every row by one vector; rows of classes under k are left out or left as stars.
type recoding struct {
	schema *Schema
	vector []int
	stars  bool
}

// columns are the headings: those that the vector does not generalise away.
func (c recoding) columns() []string {
	var out []string
	for i, col := range c.schema.Columns {
		if c.vector[i] < len(col.Levels) {
			out = append(out, col.ID)
		}
	}
	return out
}

// cells generalises one dossier; key joins those that are no secret.
func (c recoding) cells(who Resident) (cells []string, key string) {
	for i := range c.schema.Columns {
		col := &c.schema.Columns[i]
		if c.vector[i] == len(col.Levels) {
			continue
		}
		word := col.Levels[c.vector[i]].Word(who.Values[i])
		cells = append(cells, word)
		if !col.Secret {
			key += word + "\x00"
		}
	}
	return cells, key
}

// apply recodes dossiers in their order.
func (c recoding) apply(dossiers []Resident) (rows [][]string) {
	size := map[string]int{}
	cells, keys := make([][]string, len(dossiers)), make([]string, len(dossiers))
	for i, who := range dossiers {
		cells[i], keys[i] = c.cells(who)
		size[keys[i]]++
	}
	for i := range dossiers {
		if size[keys[i]] >= c.schema.K {
			rows = append(rows, cells[i])
			continue
		}
		if c.stars {
			rows = append(rows, c.starred(cells[i]))
		}
	}
	return rows
}

// starred takes everything but the secrets out of a row.
func (c recoding) starred(cells []string) []string {
	at := 0
	for i, col := range c.schema.Columns {
		if c.vector[i] == len(col.Levels) {
			continue
		}
		if !col.Secret {
			cells[at] = "*"
		}
		at++
	}
	return cells
}

// optimum is the finest vector, by the sum of levels, the last leaving the column out, that leaves at most one row in twenty in classes under k.
func optimum(s *Schema, dossiers []Resident) []int {
	var best []int
	height := 0
	packed := pack(s, dossiers)
	vector := make([]int, len(s.Columns))
	var try func(i, sum int)
	try = func(i, sum int) {
		if best != nil && sum >= height {
			return
		}
		if i == len(vector) {
			if packed.suppressed(vector, s.K)*20 <= len(dossiers) {
				best, height = slices.Clone(vector), sum
			}
			return
		}
		most := len(s.Columns[i].Levels) // leaves the column out
		if s.Columns[i].Secret {
			most = 0
		}
		for level := range most + 1 {
			vector[i] = level
			try(i+1, sum+level)
		}
		vector[i] = 0
	}
	try(0, 0)
	return best
}

// packed is dossiers as small numbers: by column, by level, by dossier.
type packed struct {
	codes [][][]uint64
	n     int
}

func pack(s *Schema, dossiers []Resident) packed {
	p := packed{n: len(dossiers)}
	for i := range s.Columns {
		c := &s.Columns[i]
		levels := [][]uint64{}
		for level := range c.Levels {
			words := c.Words(level)
			codes := make([]uint64, len(dossiers))
			for d, who := range dossiers {
				if !c.Secret {
					codes[d] = uint64(slices.Index(words, c.Levels[level].Word(who.Values[i])))
				}
			}
			levels = append(levels, codes)
		}
		p.codes = append(p.codes, append(levels, make([]uint64, len(dossiers)))) // one more, where the column is left out
	}
	return p
}

// suppressed counts the dossiers in classes under k; no level has more than sixteen words.
func (p packed) suppressed(vector []int, k int) int {
	size := make(map[uint64]int)
	for d := range p.n {
		key := uint64(0)
		for i, level := range vector {
			key = key<<4 | p.codes[i][level][d]
		}
		size[key]++
	}
	n := 0
	for _, rows := range size {
		if rows < k {
			n += rows
		}
	}
	return n
}
