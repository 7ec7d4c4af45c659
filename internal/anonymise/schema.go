package anonymise

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Rules are what a release schema freezes: the columns, their levels, and the bounds (RP-021, RP-176 to RP-178).
type Rules struct {
	ID      string
	Version int
	K       int      // smallest count of every written cell, in persons, households and filers
	M       int      // smallest count of a block that is judged
	Diverse int      // different values of a sensitive column in every group
	Share   Rational // largest share that one of them may have
	Columns []ReleaseColumn
}

// ReleaseColumn is one column of a release, at the level where it is frozen.
type ReleaseColumn struct {
	Name      string
	Hierarchy *Hierarchy
	Level     int
	Sensitive bool // counts as a secret as well as as knowledge of the attacker
}

// The floors that no schema goes under (anonymisation.md, section 2).
const (
	leastK         = 5
	leastDiverse   = 3
	mostColumns    = 10
	shareNumerator = 4 // a largest share of 4/5
	shareDivisor   = 5
)

// Schema is a checked and frozen set of rules: no data of a release changes it.
type Schema struct {
	rules       Rules
	fingerprint string
}

// NewSchema refuses rules under the floors. Errors are of kind fault.Invalid.
func NewSchema(r Rules) (*Schema, error) {
	if what := r.fault(); what != "" {
		return nil, problem("schema "+r.ID, 0, what, "see the bounds of a release schema")
	}
	s := &Schema{rules: r}
	s.rules.Columns = append([]ReleaseColumn(nil), r.Columns...)
	s.fingerprint = r.hash()
	return s, nil
}

func (r Rules) fault() string {
	switch {
	case r.K < leastK:
		return fmt.Sprintf("k is under %d", leastK)
	case r.M < r.K:
		return "m is under k"
	case r.Diverse < leastDiverse:
		return fmt.Sprintf("a group may have fewer than %d sensitive values", leastDiverse)
	case r.Share.den == 0 || r.Share.num <= 0 || r.Share.num*shareDivisor > shareNumerator*r.Share.den:
		return "the largest share is not above 0 and at most 0.8"
	case len(r.Columns) == 0 || len(r.Columns) > mostColumns:
		return fmt.Sprintf("it has no column or more than %d", mostColumns)
	}
	seen := make(map[string]bool)
	for _, c := range r.Columns {
		if what := c.fault(r.Diverse); what != "" {
			return fmt.Sprintf("column %q: %s", c.Name, what)
		}
		if seen[c.Name] {
			return fmt.Sprintf("column %q stands twice", c.Name)
		}
		seen[c.Name] = true
	}
	return ""
}

func (c ReleaseColumn) fault(diverse int) string {
	switch {
	case c.Name == "":
		return "it has no name"
	case c.Hierarchy == nil:
		return "it has no hierarchy"
	case c.Level < 0 || c.Level > c.Hierarchy.Height():
		return "its level is not one of its hierarchy"
	case c.Sensitive && len(c.Hierarchy.levels[c.Level].values) < diverse:
		return fmt.Sprintf("a sensitive column needs at least %d values, or no group passes; leave it out", diverse)
	}
	return ""
}

// hash covers all that decides what is written: bounds, columns, levels, values and what each stands for.
func (r Rules) hash() string {
	sum := sha256.New() // writing to a hash never fails
	fmt.Fprintf(sum, "%q %d k%d m%d diverse%d share%d/%d\n", r.ID, r.Version, r.K, r.M, r.Diverse, r.Share.num, r.Share.den)
	for _, c := range r.Columns {
		l := c.Hierarchy.levels[c.Level]
		fmt.Fprintf(sum, "%q sensitive=%t level=%d of %d lines\n", c.Name, c.Sensitive, c.Level, c.Hierarchy.rows)
		for code, value := range l.values {
			fmt.Fprintf(sum, "%q %d\n", value, l.share[code])
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Fingerprint names the schema by its content.
func (s *Schema) Fingerprint() string { return s.fingerprint }

// Rules is a copy of what the schema freezes.
func (s *Schema) Rules() Rules {
	r := s.rules
	r.Columns = append([]ReleaseColumn(nil), r.Columns...)
	return r
}

// Generalise takes raw values, one for each column, to the frozen levels. Where a hierarchy misses one, missing
// names the columns and the record must be held back by the caller.
func (s *Schema) Generalise(raw []string) (cells, missing []string) {
	cells = make([]string, len(raw))
	for i, c := range s.rules.Columns {
		value, ok := "", false
		if i < len(raw) {
			value, ok = c.Hierarchy.At(raw[i], c.Level)
		}
		if !ok {
			missing = append(missing, c.Name)
			continue
		}
		cells[i] = value
	}
	return cells, missing
}

// admits refuses cells that are not the schema's: another number, or a value of another level.
func (s *Schema) admits(cells []string) error {
	if len(cells) != len(s.rules.Columns) {
		return s.refusal("a record has another number of columns than the schema")
	}
	for i, c := range s.rules.Columns {
		if _, ok := c.Hierarchy.levels[c.Level].lookup[cells[i]]; !ok {
			return s.refusal(fmt.Sprintf("a record has a value of column %q that is not one of its frozen level", c.Name))
		}
	}
	return nil
}

func (s *Schema) refusal(what string) error {
	return problem("schema "+s.rules.ID, 0, what, "generalise every record with the schema's own hierarchies, or hold it back")
}
