// Package design tries the levels of a release schema on a stream of made-up or frozen records: what each choice loses, how
// much it releases, and when. It knows no dossier, no person and no clock.
package design

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"guichet/internal/fault"
)

// Bounds are those of a release schema (anonymisation.md, section 2).
type Bounds struct {
	K, M, Diverse int
	Thousandths   int // the largest share of one secret value in a group
}

// Column is one that a schema may write.
type Column struct {
	Secret bool
	Levels []Level // from fine to coarse; the level after the last leaves the column out
	Raw    []int32 // for each record what its levels start from: an index of Level.Of, or -1 for what none of them knows
}

// Level is one way of writing a column.
type Level struct {
	Size int     // values that it can write
	Of   []int32 // what it writes for each raw value; -1: it does not know it
}

// Record is a closed record of nobody: equal numbers are the same person, filer or household, and say no more.
type Record struct {
	Person, Filer int32
	Keys          []int32 // any of them in common makes a household
	Closed        int64   // the larger is the later
	From, Until   int     // the first month end at which it waits, and the first at which it is gone
}

// Stream is what schemas are tried on. It is made of numbers alone, by NewStream.
type Stream struct {
	bounds  Bounds
	months  int
	columns []column
	records []Record
	active  [][]int32 // for each month end, the records that are there, of each person the latest first
	linked  [][]int32 // of these, the ones that may meet another of their household
	alone   []bool    // of each record: no other of its person is ever there beside it
	keys    int
}

type column struct {
	Column
	loss []float64 // of each level, over all records; 1 for the one that leaves the column out
}

// NewStream makes a stream of some months. Errors are of kind fault.Invalid.
func NewStream(b Bounds, months int, columns []Column, records []Record) (*Stream, error) {
	s := &Stream{bounds: b, months: months, records: slices.Clone(records)}
	if what := s.fault(columns); what != "" {
		return nil, fault.From(fault.Invalid, "", fmt.Errorf("design.NewStream: %s", what))
	}
	for _, c := range columns {
		s.columns = append(s.columns, column{c, losses(c)})
	}
	s.shareKeys()
	order := make([]int32, len(records))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		// Of equal instants the first id in the order of its text, as the engine has it.
		return cmp.Or(cmp.Compare(records[b].Closed, records[a].Closed), cmp.Compare(strconv.Itoa(int(a)), strconv.Itoa(int(b))))
	})
	s.active, s.linked = make([][]int32, months), make([][]int32, months)
	for _, i := range order {
		for m := max(records[i].From, 0); m < min(records[i].Until, months); m++ {
			s.active[m] = append(s.active[m], i)
			if len(s.records[i].Keys) > 0 {
				s.linked[m] = append(s.linked[m], i)
			}
		}
	}
	return s, nil
}

func (s *Stream) fault(columns []Column) string {
	if len(columns) == 0 || s.months < 1 || s.bounds.K < 1 || s.bounds.M < s.bounds.K {
		return "there is no column, no month, or no bound"
	}
	for _, c := range columns {
		if len(c.Raw) != len(s.records) || len(c.Levels) == 0 {
			return "a column has not one value for each record, or no level"
		}
		for _, l := range c.Levels {
			for _, raw := range c.Raw {
				if int(raw) >= len(l.Of) || raw >= 0 && int(l.Of[raw]) >= l.Size {
					return "a value is beyond its level"
				}
			}
		}
	}
	for _, r := range s.records {
		if r.Person < 0 || r.Filer < 0 || int(r.Person) >= len(s.records) || int(r.Filer) >= len(s.records) {
			return "persons and filers are numbered from 0, and there are no more of them than records"
		}
	}
	return ""
}

// shareKeys keeps the keys by which a record can meet another that is there at the same time, numbered from 0.
func (s *Stream) shareKeys() {
	bearers, persons := map[int32][]int32{}, map[int32][]int32{}
	for i, r := range s.records {
		persons[r.Person] = append(persons[r.Person], int32(i))
		for _, k := range unique(r.Keys) {
			bearers[k] = append(bearers[k], int32(i))
		}
	}
	number := map[int32]int32{}
	s.alone = make([]bool, len(s.records))
	for i, r := range s.records {
		s.alone[i] = !s.meets(int32(i), persons[r.Person])
		var keys []int32
		for _, k := range unique(r.Keys) {
			if !s.meets(int32(i), bearers[k]) {
				continue
			}
			n, known := number[k]
			if !known {
				n = int32(len(number))
				number[k] = n
			}
			keys = append(keys, n)
		}
		s.records[i].Keys = keys
	}
	s.keys = len(number)
}

// meets reports that a record is there together with another of a list.
func (s *Stream) meets(i int32, list []int32) bool {
	a := s.records[i]
	return slices.ContainsFunc(list, func(j int32) bool {
		b := s.records[j]
		return j != i && a.From < b.Until && b.From < a.Until
	})
}

func unique(keys []int32) []int32 {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Records is how many there are.
func (s *Stream) Records() int { return len(s.records) }

// Tops are the levels at which each column is left out.
func (s *Stream) Tops() []int {
	out := make([]int, len(s.columns))
	for j, c := range s.columns {
		out[j] = len(c.Levels)
	}
	return out
}
