package procedure

import "guichet/internal/text"

// ReleaseSchema is forms/<procedure>.release.yaml: what leaves for analysts, and how coarse. Its method is the
// release's (RP-021, RP-176 to RP-178): the level of each column is frozen here, never chosen on live dossiers,
// and the data of a release decide only what is held back.
//
// Keys of the file:
//
//	release    the procedure's id
//	version    a whole number; a new version applies to dossiers not yet judged
//	k          smallest count of every written cell, 5 at least, 11 by default
//	m          dossiers that must wait in a block before it is judged, k at least, 5k by default
//	diverse    different values of a sensitive column in every group, 3 by default and at least
//	share      largest share one of them may have, 0.8 by default and at most
//	floor      share of the designer's stream that must be released for the schema to be registered, 0.25 by default and at least
//	reference  where the counts come from on which the levels were chosen (synthetic data or frozen cohorts)
//	person     fields that name the person: of several waiting dossiers of one person only the latest counts
//	household  fields of the address: equal addresses are one household
//	kin        lists of fields (of groups) that name relatives as person does: who is named by another is of one household
//	columns    the allow-list, ten written columns at most; what is not named never leaves
//
// Keys of a column:
//
//	id         its heading in the file
//	field      the answer it comes from, or
//	derived    what the service knows: outcome (the closing state)
//	label      its words in the data dictionary
//	hierarchy  age | country | number | option: the field's own
//	sensitive  counts as a secret too; such a column is never a block's
//	levels     a ladder from fine to coarse, each level coarser than the one before
//	level      the frozen one: an index of levels, or their number, which leaves the column out of the file
//
// A level is either cuts, for age and number ([45, 65] makes: under 45, 45 to 64, 65 and over: the extremes are
// always open), or groups, for country and option, each with an id, its words, and its values (yes and no for a
// bool); one group may be `rest: true` and takes every value that no other names. A dossier without the answer
// takes the group `rest` or is held back; exact dates, texts and identifiers have no hierarchy and cannot be named.
type ReleaseSchema struct {
	Release   string     `yaml:"release"`
	Version   int        `yaml:"version"`
	K         int        `yaml:"k"`
	M         int        `yaml:"m"`
	Diverse   int        `yaml:"diverse"`
	Share     float64    `yaml:"share"`
	Floor     float64    `yaml:"floor"`
	Reference string     `yaml:"reference"`
	Person    []string   `yaml:"person"`
	Household []string   `yaml:"household"`
	Kin       [][]string `yaml:"kin"`
	Columns   []Column   `yaml:"columns"`
	Hash      [32]byte   `yaml:"-"` // of everything but the words and the reference
	Source    []byte     `yaml:"-"` // the file's bytes
}

// Column is one column a release may have.
type Column struct {
	ID        string     `yaml:"id"`
	Field     string     `yaml:"field"`
	Derived   string     `yaml:"derived"`
	Label     text.Words `yaml:"label"`
	Hierarchy string     `yaml:"hierarchy"`
	Sensitive bool       `yaml:"sensitive"`
	Levels    []Level    `yaml:"levels"`
	Level     int        `yaml:"level"`
}

// Level is one way to merge the values of a column.
type Level struct {
	Cuts   []int   `yaml:"cuts"`
	Groups []Group `yaml:"groups"`
}

// Group is a set of values written as one.
type Group struct {
	ID     string     `yaml:"id"`
	Label  text.Words `yaml:"label"`
	Values []string   `yaml:"values"`
	Rest   bool       `yaml:"rest"`
}

// The bounds of every schema, and what a silent one gets.
const (
	maxColumns     = 10
	leastK         = 5
	defaultK       = 11
	defaultDiverse = 3
	defaultShare   = 0.8
	defaultFloor   = 0.25
)

// fill gives a schema the values it is silent about.
func (s *ReleaseSchema) fill() {
	if s.K == 0 {
		s.K = defaultK
	}
	if s.M == 0 {
		s.M = 5 * s.K
	}
	if s.Diverse == 0 {
		s.Diverse = defaultDiverse
	}
	if s.Share == 0 {
		s.Share = defaultShare
	}
	if s.Floor == 0 {
		s.Floor = defaultFloor
	}
}

// Written lists the columns that stand in the file, in the order of the schema.
func (s *ReleaseSchema) Written() []Column {
	var out []Column
	for _, c := range s.Columns {
		if c.Level < len(c.Levels) {
			out = append(out, c)
		}
	}
	return out
}

// Blocks is the number of tuples of the written columns that are not sensitive.
func (s *ReleaseSchema) Blocks() int {
	n := 1
	for _, c := range s.Written() {
		if !c.Sensitive {
			n *= c.Levels[c.Level].Size()
		}
	}
	return n
}

// Size is the number of values a level leaves.
func (l Level) Size() int {
	if len(l.Cuts) > 0 {
		return len(l.Cuts) + 1
	}
	return len(l.Groups)
}
