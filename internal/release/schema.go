package release

import (
	"encoding/hex"
	"strconv"

	"guichet/internal/anonymise"
	"guichet/internal/dossier"
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
		ID: r.Release, Version: r.Version, K: r.K, M: r.M, Diverse: r.Diverse, Share: anonymise.Fraction(int64(r.Share*1000+0.5), 1000),
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

// ladder lists a column's values, each with what the frozen level writes for it.
func ladder(p *procedure.Procedure, c procedure.Column) [][]string {
	level := c.Levels[c.Level]
	var lines [][]string
	if len(level.Cuts) > 0 {
		for n := range mostNumber + 1 {
			lines = append(lines, []string{strconv.Itoa(n), level.Of(n)})
		}
		return lines
	}
	for _, v := range append(domain(p, c), "") {
		if g, ok := level.Group(v); ok {
			lines = append(lines, []string{v, g.ID})
		}
	}
	return lines
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

// raw is what a dossier brings to a column, as its hierarchy knows it; "" when it was not answered.
func raw(d *dossier.Dossier, j *form.Journey, c procedure.Column) string {
	if c.Derived == "outcome" {
		return d.State
	}
	switch v := value(d, j, c.Field).(type) {
	case rule.Date:
		return strconv.Itoa(min(max(yearsBetween(v, *d.ClosedAt), 0), mostNumber))
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

func value(d *dossier.Dossier, j *form.Journey, field string) any {
	if v := j.Value(field); v != nil {
		return v
	}
	if v := d.Agent[field]; len(v) == 1 { // an agent's qualification, such as the reason for settling (RP-143)
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
