package attack

import (
	"errors"
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

func (w *world) closedAt(d int32) time.Time { return w.all[w.applied[d].line].closed }
