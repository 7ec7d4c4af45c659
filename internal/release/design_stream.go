package release

import (
	"strconv"
	"time"

	"guichet/internal/design"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/workflow"
)

// designStream turns made-up dossiers into the numbers that schemas are tried on. Dossiers that live never come here: it takes
// what was made up, and nothing else.
func designStream(p *procedure.Procedure, past []Past) (_ *design.Stream, months []time.Time, err error) {
	defer fault.Wrap(&err, "release.designStream %s", p.ID)
	if len(past) == 0 {
		return nil, nil, fault.New(fault.Unavailable, "release.no_stream")
	}
	months = monthsOf(past)
	s := &numbering{p: p, months: months, ends: make([]time.Time, len(months)), keep: closedKeep(p), persons: ids{}, filers: ids{}, keys: ids{}}
	for i, m := range months {
		s.ends[i] = MonthEnd(m)
	}
	for _, c := range p.Release.Columns {
		s.column(c)
	}
	for i, x := range past {
		s.record(i, x)
	}
	out, err := design.NewStream(boundsOf(p.Release), len(months), s.columns, s.records)
	return out, months, err
}

func boundsOf(r *procedure.ReleaseSchema) design.Bounds {
	return design.Bounds{K: r.K, M: r.M, Diverse: r.Diverse, Thousandths: thousandths(r.Share)}
}

// ids numbers what it meets from 0.
type ids map[string]int32

func (m ids) of(name string) int32 {
	n, known := m[name]
	if !known {
		n = int32(len(m))
		m[name] = n
	}
	return n
}

// numbering makes numbers of made-up dossiers.
type numbering struct {
	p                     *procedure.Procedure
	months                []time.Time
	ends                  []time.Time
	keep                  workflow.Duration
	persons, filers, keys ids
	raw                   []map[string]int32 // of each column, the values it may be given
	columns               []design.Column
	records               []design.Record
}

// column numbers what a column may be given, and what each level writes for it.
func (s *numbering) column(c procedure.Column) {
	raw, out := map[string]int32{}, design.Column{Secret: c.Sensitive}
	list := values(s.p, c)
	for i, v := range list {
		raw[v] = int32(i)
	}
	for _, l := range c.Levels {
		number := map[string]int32{}
		for i, written := range l.Values() {
			number[written] = int32(i)
		}
		level := design.Level{Size: l.Size(), Of: make([]int32, len(list))}
		for i, v := range list {
			level.Of[i] = -1
			if written := step(l, v); written != "" {
				level.Of[i] = number[written]
			}
		}
		out.Levels = append(out.Levels, level)
	}
	s.raw, s.columns = append(s.raw, raw), append(s.columns, out)
}

func (s *numbering) record(i int, x Past) {
	j := s.p.Form.Walk(x.Answers, nil, x.Closed)
	for c, value := range x.values(s.p, j, s.p.Release.Columns) {
		n, known := s.raw[c][value]
		if !known {
			n = -1
		}
		s.columns[c].Raw = append(s.columns[c].Raw, n)
	}
	person, keys := householdKeys(s.p, j)
	r := design.Record{Filer: s.filers.of(x.Filer), Closed: x.Closed.UnixMicro()}
	for _, key := range keys {
		if key != "" {
			r.Keys = append(r.Keys, s.keys.of(key))
		}
	}
	if person == "" {
		person = strconv.Itoa(i)
	}
	r.Person = s.persons.of(person)
	r.From, r.Until = s.stay(x.Closed)
	s.records = append(s.records, r)
}

// stay is the first month end at which a dossier waits, and the first at which it is erased.
func (s *numbering) stay(closed time.Time) (from, until int) {
	for from < len(s.ends) && !closed.Before(s.ends[from]) {
		from++
	}
	gone := workflow.Add(closed, s.keep)
	for until = from; until < len(s.ends) && gone.After(s.ends[until]); {
		until++
	}
	if until == len(s.ends) {
		until++ // it still waits when the stream ends
	}
	return from, until
}
