package attack

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"

	"guichet/internal/fault"
)

// Schema is what the attacker reads in a release schema: it is published with the program, so he has it.
type Schema struct {
	Release string   `yaml:"release"`
	Version int      `yaml:"version"`
	K       int      `yaml:"k"`
	M       int      `yaml:"m"`
	Diverse int      `yaml:"diverse"`
	Share   float64  `yaml:"share"`
	Columns []Column `yaml:"columns"`
}

// Column is one column that a file may have.
type Column struct {
	ID        string  `yaml:"id"`
	Field     string  `yaml:"field"`
	Derived   string  `yaml:"derived"`
	Hierarchy string  `yaml:"hierarchy"`
	Sensitive bool    `yaml:"sensitive"`
	Levels    []Level `yaml:"levels"`
	Level     int     `yaml:"level"`
}

// Level is one way to write the values of a column: numbers by cuts, all others by groups.
type Level struct {
	Cuts   []int   `yaml:"cuts"`
	Groups []Group `yaml:"groups"`
}

// Group is a set of values written as one word.
type Group struct {
	ID     string   `yaml:"id"`
	Values []string `yaml:"values"`
	Rest   bool     `yaml:"rest"`
}

// ParseSchema reads a release schema. A schema that is silent has the bounds that the method gives it.
func ParseSchema(text []byte) (s *Schema, err error) {
	defer fault.Wrap(&err, "attack.ParseSchema")
	s = &Schema{}
	if err := yaml.Unmarshal(text, s); err != nil {
		return nil, fault.From(fault.Invalid, "", err)
	}
	if len(s.Columns) == 0 {
		return nil, fault.From(fault.Invalid, "", errors.New("the schema names no column; give forms/NAME.release.yaml"))
	}
	for _, c := range s.Columns {
		if c.ID == "" || len(c.Levels) == 0 || c.Level < 0 {
			return nil, fault.From(fault.Invalid, "", fmt.Errorf("column %q has no id, no levels or a level under 0", c.ID))
		}
	}
	s.fill()
	return s, nil
}

func (s *Schema) fill() {
	if s.K <= 0 {
		s.K = 11
	}
	if s.M <= 0 {
		s.M = 5 * s.K
	}
	if s.Diverse <= 0 {
		s.Diverse = 3
	}
	if s.Share <= 0 {
		s.Share = 0.8
	}
}

// above reports that n of all is more than the largest share that one value may have.
func (s *Schema) above(n, all int) bool {
	return n*10000 > int(s.Share*10000+0.5)*all
}

// column finds a column by its heading, -1 when the schema has none.
func (s *Schema) column(id string) int {
	return slices.IndexFunc(s.Columns, func(c Column) bool { return c.ID == id })
}

// written reports that the frozen vector keeps the column.
func (c *Column) written() bool { return c.Level < len(c.Levels) }

// words lists what a level can write.
func (l Level) words() []string {
	var out []string
	if len(l.Cuts) > 0 {
		out = append(out, l.band(0))
		for i := range l.Cuts {
			out = append(out, l.band(i+1))
		}
		return out
	}
	for _, g := range l.Groups {
		out = append(out, g.ID)
	}
	return out
}

// word is what a level writes for a raw value, "" when it knows it not.
func (l Level) word(raw string) string {
	if len(l.Cuts) > 0 {
		n, err := strconv.Atoi(raw)
		if err != nil {
			return ""
		}
		passed := 0
		for passed < len(l.Cuts) && n >= l.Cuts[passed] {
			passed++
		}
		return l.band(passed)
	}
	rest := ""
	for _, g := range l.Groups {
		if slices.Contains(g.Values, raw) {
			return g.ID
		}
		if g.Rest {
			rest = g.ID
		}
	}
	return rest
}

// band names the numbers from the i-th cut (the first has none) to below the next.
func (l Level) band(i int) string {
	if i == 0 {
		return fmt.Sprintf("<%d", l.Cuts[0])
	}
	from := l.Cuts[i-1]
	if i == len(l.Cuts) {
		return fmt.Sprintf("%d+", from)
	}
	if l.Cuts[i] == from+1 {
		return strconv.Itoa(from)
	}
	return fmt.Sprintf("%d-%d", from, l.Cuts[i]-1)
}
