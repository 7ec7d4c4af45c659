package release

import (
	"slices"

	"github.com/goccy/go-yaml"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// schemaFile is a release schema as it is written: what is silent is left out.
type schemaFile struct {
	Release   string       `yaml:"release"`
	Version   int          `yaml:"version"`
	K         int          `yaml:"k"`
	M         int          `yaml:"m"`
	Diverse   int          `yaml:"diverse"`
	Share     float64      `yaml:"share"`
	Floor     float64      `yaml:"floor"`
	Reference string       `yaml:"reference,omitempty"`
	Person    []string     `yaml:"person,flow,omitempty"`
	Household []string     `yaml:"household,flow,omitempty"`
	Kin       [][]string   `yaml:"kin,omitempty"`
	Columns   []columnFile `yaml:"columns"`
}

type columnFile struct {
	ID        string      `yaml:"id"`
	Field     string      `yaml:"field,omitempty"`
	Derived   string      `yaml:"derived,omitempty"`
	Label     text.Words  `yaml:"label,flow"`
	Hierarchy string      `yaml:"hierarchy"`
	Sensitive bool        `yaml:"sensitive,omitempty"`
	Levels    []levelFile `yaml:"levels"`
	Level     int         `yaml:"level"`
}

type levelFile struct {
	Cuts   []int       `yaml:"cuts,flow,omitempty"`
	Groups []groupFile `yaml:"groups,omitempty"`
}

type groupFile struct {
	ID     string     `yaml:"id"`
	Label  text.Words `yaml:"label,flow"`
	Values []string   `yaml:"values,flow,omitempty"`
	Rest   bool       `yaml:"rest,omitempty"`
}

// writeSchema writes a release schema so that ParseRelease reads the same.
func writeSchema(s *procedure.ReleaseSchema) (_ []byte, err error) {
	defer fault.Wrap(&err, "release.writeSchema %s", s.Release)
	out := schemaFile{s.Release, s.Version, s.K, s.M, s.Diverse, s.Share, s.Floor, s.Reference, s.Person, s.Household, s.Kin, nil}
	for _, c := range s.Columns {
		column := columnFile{c.ID, c.Field, c.Derived, c.Label, c.Hierarchy, c.Sensitive, nil, c.Level}
		for _, l := range c.Levels {
			level := levelFile{Cuts: l.Cuts}
			for _, g := range l.Groups {
				level.Groups = append(level.Groups, groupFile(g))
			}
			column.Levels = append(column.Levels, level)
		}
		out.Columns = append(out.Columns, column)
	}
	return yaml.Marshal(out)
}

// at is a schema with other levels, a number and a note on where they come from.
func at(s *procedure.ReleaseSchema, levels []int, version int, reference string) *procedure.ReleaseSchema {
	out := *s
	out.Columns = slices.Clone(s.Columns)
	for i := range out.Columns {
		out.Columns[i].Level = levels[i]
	}
	out.Version, out.Reference = version, reference
	return &out
}
