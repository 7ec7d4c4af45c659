package release

import (
	"encoding/hex"
	"strconv"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/rule"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Numbers and ages that a hierarchy knows; whatever is above takes the last band.
const mostNumber = 120

// schemaOf makes the frozen rules of a procedure's release schema: its written columns, each with its one level.
func schemaOf(p *procedure.Procedure) (*anonymise.Schema, error) {
	r := p.Release
	rules := anonymise.Rules{
		ID: r.Release, Version: r.Version, K: r.K, M: r.M, Diverse: r.Diverse, Share: anonymise.Fraction(int64(thousandths(r.Share)), 1000),
	}
	for _, c := range r.Written() {
		h, err := anonymise.NewHierarchy(c.ID, ladder(p, c))
		if err != nil {
			return nil, err
		}
		rules.Columns = append(rules.Columns, anonymise.ReleaseColumn{Name: c.ID, Hierarchy: h, Level: 1, Sensitive: c.Sensitive})
	}
	return anonymise.NewSchema(rules)
}

// thousandths is a share as bounds count it, rounded.
func thousandths(share float64) int { return int(share*1000 + 0.5) }

// ladder lists a column's values, each with what the frozen level writes for it.
func ladder(p *procedure.Procedure, c procedure.Column) [][]string {
	var lines [][]string
	for _, v := range values(p, c) {
		if written := step(c.Levels[c.Level], v); written != "" {
			lines = append(lines, []string{v, written})
		}
	}
	return lines
}

// values lists what a column may be given: numbers up to the largest that is told apart, or the answers its field can have.
func values(p *procedure.Procedure, c procedure.Column) []string {
	if len(c.Levels[0].Cuts) == 0 {
		return append(domain(p, c), "")
	}
	var out []string
	for n := range mostNumber + 1 {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

// step is what a level writes for a value, "" when it knows it not.
func step(l procedure.Level, v string) string {
	if len(l.Cuts) > 0 {
		n, err := strconv.Atoi(v)
		if err != nil {
			return ""
		}
		return l.Of(n)
	}
	if g, ok := l.Group(v); ok {
		return g.ID
	}
	return ""
}

// domain lists the values an answer can have.
func domain(p *procedure.Procedure, c procedure.Column) []string {
	if c.Derived != "" {
		return p.Flow.StatesOf(workflow.Closed)
	}
	f := p.Form.Field(c.Field)
	var out []string
	switch f.Kind {
	case form.Country:
		for _, x := range text.Nationalities(text.FR) {
			out = append(out, x.Code)
		}
	case form.Bool:
		out = []string{"yes", "no"}
	default:
		for _, o := range f.Options {
			out = append(out, o.ID)
		}
	}
	return out
}

// brought is a closed dossier as a release reads it.
type brought struct {
	journey *form.Journey
	agent   form.Raw // agents' qualifications, such as the reason for settling (RP-143)
	state   string   // that closed it
	closed  time.Time
}

// cells generalises a dossier; missing names the columns whose hierarchy does not know what it brings.
func (v version) cells(b brought) (cells, missing []string) {
	columns := v.p.Release.Written()
	values := make([]string, len(columns))
	for c := range columns {
		values[c] = b.raw(columns[c])
	}
	return v.schema.Generalise(values)
}

// raw is what a dossier brings to a column, as its hierarchy knows it; "" when it was not answered.
func (b brought) raw(c procedure.Column) string {
	if c.Derived == "outcome" {
		return b.state
	}
	v := b.value(c.Field)
	if date, ok := v.(rule.Date); ok {
		return ageOf(date, b.closed)
	}
	return plainValue(v)
}

func ageOf(birth, at time.Time) string {
	return strconv.Itoa(min(max(rule.Age(birth, at), 0), mostNumber))
}

// plainValue is an answer as hierarchies know it, "" when there is none.
func plainValue(v any) string {
	switch v := v.(type) {
	case int:
		return strconv.Itoa(min(max(v, 0), mostNumber))
	case float64:
		return strconv.Itoa(min(max(int(v), 0), mostNumber))
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case string:
		return v
	}
	return ""
}

func (b brought) value(field string) any {
	if v := b.journey.Value(field); v != nil {
		return v
	}
	if v := b.agent[field]; len(v) == 1 {
		return v[0]
	}
	return nil
}

func fingerprint(s *anonymise.Schema) []byte {
	b, err := hex.DecodeString(s.Fingerprint())
	if err != nil {
		panic(err) //nolint:forbidigo // hexadecimal by construction
	}
	return b
}
