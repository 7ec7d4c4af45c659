package release

import (
	"context"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
)

// Found is the answer to the question which levels of a release schema cost least on made-up dossiers.
type Found struct {
	Levels map[string]int // by column: an index of its levels, or their number, which leaves it out
	Result anonymise.Result
}

// Levels searches the levels of a procedure's release schema by least loss. Every block must reach m records among those
// given, and hold the schema's diversity; at most the share limit of the records may stand in blocks that do not. Give it as
// many records as the service closes in the time analysts accept to wait, and never live dossiers (anonymisation.md, 2).
func Levels(ctx context.Context, p *procedure.Procedure, records []form.Raw, at time.Time, limit anonymise.Rational) (_ Found, err error) {
	defer fault.Wrap(&err, "release.Levels %s", p.ID)
	var free, secret []procedure.Column
	for _, c := range p.Release.Columns {
		switch {
		case c.Sensitive && c.Level < len(c.Levels):
			secret = append(secret, c)
		case !c.Sensitive && c.Derived == "": // made-up dossiers have no outcome
			free = append(free, c)
		}
	}
	columns := append(append([]procedure.Column(nil), free...), secret...)
	data, err := finest(p, columns, records, at)
	if err != nil {
		return Found{}, err
	}
	hierarchies := map[string]*anonymise.Hierarchy{}
	for _, c := range columns {
		if hierarchies[c.ID], err = anonymise.NewHierarchy(c.ID, rungs(p, c)); err != nil {
			return Found{}, err
		}
	}
	engine, err := anonymise.NewEngine(data, hierarchies, question(p.Release, free, secret, limit))
	if err != nil {
		return Found{}, err
	}
	r, err := engine.Optimum(ctx, 2)
	out := Found{Levels: map[string]int{}, Result: r}
	for i, c := range free {
		if r.Found {
			out.Levels[c.ID] = r.Vector[i]
		}
	}
	return out, err
}

func question(s *procedure.ReleaseSchema, free, secret []procedure.Column, limit anonymise.Rational) anonymise.Case {
	q := anonymise.Case{ID: s.Release, Limit: limit, Metric: anonymise.Metric{Name: anonymise.Loss, Aggregate: anonymise.GeometricMean, GS: 0.5}, Models: []anonymise.Model{anonymise.KAnonymity{K: s.M}}}
	for _, c := range free {
		q.QI = append(q.QI, c.ID)
	}
	for _, c := range secret {
		q.Sensitive = append(q.Sensitive, c.ID)
		q.Models = append(q.Models,
			anonymise.DistinctDiversity{Column: c.ID, L: s.Diverse},
			anonymise.MaximumShare{Column: c.ID, Share: anonymise.Fraction(int64(thousandths(s.Share)), 1000)})
	}
	return q
}

// finest generalises the records to each column's finest level; a record that a level does not know is left out.
func finest(p *procedure.Procedure, columns []procedure.Column, records []form.Raw, at time.Time) (*anonymise.Data, error) {
	var names []string
	for _, c := range columns {
		names = append(names, c.ID)
	}
	var rows [][]string
	for _, r := range records {
		j := p.Form.Walk(r, nil, at)
		row := make([]string, len(columns))
		known := true
		for i, c := range columns {
			row[i] = step(c.Levels[0], brought{journey: j, agent: r, closed: at}.raw(c))
			known = known && row[i] != ""
		}
		if known {
			rows = append(rows, row)
		}
	}
	return anonymise.NewData(p.ID, names, rows)
}

// rungs lists what a column's finest level can write, with what each coarser one writes for it, and at the top nothing.
func rungs(p *procedure.Procedure, c procedure.Column) [][]string {
	seen := map[string]bool{}
	var lines [][]string
	for _, v := range values(p, c) {
		line := make([]string, 0, len(c.Levels)+1)
		for _, l := range c.Levels {
			line = append(line, step(l, v))
		}
		if line[0] == "" || seen[line[0]] {
			continue
		}
		seen[line[0]] = true
		lines = append(lines, append(line, "*"))
	}
	return lines
}
