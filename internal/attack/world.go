package attack

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"guichet/internal/fault"
)

// world is all that the attacker knows, coded: who applied when, and what each release says of whom.
type world struct {
	*Options
	schemas  []*Schema
	heads    []string
	raw      [][]uint32 // by heading, by line of the register
	words    [][]string // by heading: the values that its codes stand for
	people   []string   // names of persons, by code
	all      []resident
	applied  []dossier
	profiles int
	releases []*seen
	lines    []*lineage // once asked for
	told     []*monthly // batches that rows are of
	silent   []*monthly // batches of which nothing appears
}

// dossier is a line of the register with a closing.
type dossier struct {
	line                     int
	person, household, filer int32
	month                    int
	profile                  int32
}

// seen is a release set against the register.
type seen struct {
	*Release
	*table
	schema  *Schema
	views   []view
	month   int     // the last whose dossiers can stand in it
	open    []int   // columns that are no secret and that the register has
	secret  []int   // sensitive columns
	remnant []bool  // by tuple: every open cell is a star
	class   []int32 // by tuple: rows that are equal on the open columns; -1 for a remnant
	classes []class
	inside  [][]int32 // by profile: the classes that such a person can stand in
	mixed   bool      // a person can stand in more than one class
	lineage string    // releases of one lineage show every column at the same level
}

// class is the rows that are equal on the open columns.
type class struct {
	tuples []int
	rows   int
	people []int32 // dossiers closed in time that could be in it
}

func newWorld(schemas []*Schema, reg *Register, releases []*Release, o *Options) (*world, error) {
	if len(schemas) == 0 || len(releases) == 0 {
		return nil, fault.From(fault.Invalid, "", errors.New("an attack needs a schema and a release"))
	}
	w := &world{Options: o, schemas: schemas, heads: reg.heads, all: reg.lines}
	w.codeValues()
	w.codePeople()
	for _, r := range releases {
		s, err := w.see(r)
		if err != nil {
			return nil, err
		}
		w.releases = append(w.releases, s)
	}
	w.settle()
	w.findProfiles()
	for _, s := range w.releases {
		w.place(s)
	}
	return w, nil
}

// codeValues numbers the register's values, ages in years.
func (w *world) codeValues() {
	var latest time.Time
	for i := range w.all {
		if w.all[i].closed.After(latest) {
			latest = w.all[i].closed
		}
	}
	for h := range w.heads {
		aged := w.ages(h)
		codes, words := code(len(w.all), func(i int) string {
			who := &w.all[i]
			if !aged {
				return who.values[h]
			}
			if who.closed.IsZero() {
				return (&resident{closed: latest}).age(who.values[h])
			}
			return who.age(who.values[h])
		})
		w.raw, w.words = append(w.raw, codes), append(w.words, words)
	}
}

func (w *world) ages(head int) bool {
	for _, s := range w.schemas {
		for i := range s.Columns {
			if c := &s.Columns[i]; c.Hierarchy == "age" && w.headOf(c) == head {
				return true
			}
		}
	}
	return false
}

// headOf finds the heading under which the register has a column: its id or its field.
func (w *world) headOf(c *Column) int {
	if i := slices.Index(w.heads, c.ID); i >= 0 {
		return i
	}
	if c.Field == "" {
		return -1
	}
	return slices.Index(w.heads, c.Field)
}

// codePeople numbers persons, households and filers; who has no household or filer is one alone.
func (w *world) codePeople() {
	own := func(key, person string) string {
		if key == "" {
			return "\x00" + person
		}
		return key
	}
	persons, names := code(len(w.all), func(i int) string { return w.all[i].person })
	households, _ := code(len(w.all), func(i int) string { return own(w.all[i].household, w.all[i].person) })
	filers, _ := code(len(w.all), func(i int) string { return own(w.all[i].filer, w.all[i].person) })
	w.people = names
	for i := range w.all {
		if !w.all[i].closed.IsZero() {
			w.applied = append(w.applied, dossier{
				line: i, person: int32(persons[i]), household: int32(households[i]), filer: int32(filers[i]), month: month(w.all[i].closed),
			})
		}
	}
}

// see finds the schema that fits a release best, and the level of each of its columns.
func (w *world) see(r *Release) (*seen, error) {
	t := newTable(r)
	var best *seen
	most := 0
	for i, schema := range w.schemas {
		s := &seen{Release: r, table: t, schema: schema, month: r.Month, lineage: fmt.Sprintf("schema %d: ", i)}
		if s.month == 0 {
			s.month = math.MaxInt
		}
		if fit := w.look(s); fit > most {
			best, most = s, fit
		}
	}
	if best == nil {
		return nil, fault.From(fault.Invalid, "", fmt.Errorf("%s has no column of the schema; name its own with --schema", r.Name))
	}
	return best, nil
}

// look fills the views and scores how well the schema fits: 1000 for a column it has, 1 more at the frozen level.
func (w *world) look(s *seen) (fit int) {
	s.views = make([]view, len(s.Columns))
	for j, id := range s.Columns {
		v := view{head: -1, level: noLevel}
		if c := s.schema.column(id); c >= 0 {
			v.column = &s.schema.Columns[c]
			v.head = w.headOf(v.column)
			v.fits = levelsOf(v.column, s.words[j], w.isRaw(v))
			fit += 1000
			if slices.Contains(v.fits, v.column.Level) {
				fit++
			}
		}
		s.views[j] = v
		switch {
		case v.sensitive():
			s.secret = append(s.secret, j)
		case v.head >= 0:
			s.open = append(s.open, j)
		}
	}
	s.markRemnant()
	return fit
}

// settle chooses the level of every column: of those that fit its words, the one that fits in the most releases. A few rows
// leave it open.
func (w *world) settle() {
	votes := make(map[string]int)
	key := func(s *seen, j, level int) string { return fmt.Sprintf("%p %s %d", s.schema, s.Columns[j], level) }
	for _, s := range w.releases {
		for j, v := range s.views {
			for _, level := range v.fits {
				votes[key(s, j, level)]++
			}
		}
	}
	for _, s := range w.releases {
		for j := range s.views {
			v := &s.views[j]
			if v.column == nil {
				s.lineage += fmt.Sprintf("%q unknown;", s.Columns[j])
				continue
			}
			v.level = mixedLevel
			for _, level := range v.fits {
				if v.level == mixedLevel || votes[key(s, j, level)] > votes[key(s, j, v.level)] {
					v.level = level
				}
			}
			if s.starred(j) {
				v.level = mixedLevel
			}
			if v.head >= 0 {
				v.covers = covered(v.column, v.level, s.words[j], w.words[v.head])
			}
			s.lineage += fmt.Sprintf("%q %s;", s.Columns[j], v.name())
		}
	}
}

func (w *world) isRaw(v view) func(string) bool {
	return func(word string) bool {
		return v.head >= 0 && slices.Contains(w.words[v.head], word)
	}
}

// markRemnant finds the tuples that say nothing in any open column.
func (s *seen) markRemnant() {
	s.remnant = make([]bool, len(s.count))
	for t := range s.count {
		s.remnant[t] = len(s.open) > 0
		for _, j := range s.open {
			s.remnant[t] = s.remnant[t] && star(s.words[j][s.codes[j][t]])
		}
	}
}

// starred reports a star in a row that says something elsewhere.
func (s *seen) starred(j int) bool {
	for t := range s.count {
		if !s.remnant[t] && star(s.words[j][s.codes[j][t]]) {
			return true
		}
	}
	return false
}

func (w *world) closedAt(d int32) time.Time { return w.all[w.applied[d].line].closed }
