package anonymise

import (
	"fmt"
	"slices"
)

// check refuses a case that no input could answer, or not this one.
func (c Case) check(d *Data) error {
	file := c.name()
	switch {
	case d.rows == 0:
		return problem(d.label, 1, "there is no record", "give at least one line under the names of the columns")
	case len(c.QI) == 0:
		return problem(file, 0, "no quasi-identifier is named", "name at least one column in qi")
	case len(c.Models) == 0:
		return problem(file, 0, "no privacy model is named", "name at least one in privacy, for instance KAnonymity with k 5")
	case c.Limit.den == 0 || c.Limit.num < 0 || c.Limit.num > c.Limit.den:
		return problem(file, 0, "the suppression limit is not between 0 and 1", "give a share such as 0.05")
	}
	if what := c.Metric.check(len(c.QI)); what != "" {
		return problem(file, 0, what, "see the list of metrics in the help")
	}
	if err := c.checkColumns(d); err != nil {
		return err
	}
	for _, m := range c.Models {
		if what := m.valid(); what != "" {
			return problem(file, 0, "impossible model "+m.String()+": "+what, "mend the bound")
		}
		if a := m.Attribute(); a != "" && slices.Contains(c.QI, a) {
			return problem(file, 0, fmt.Sprintf("the column %q is both a quasi-identifier and that of %s", a, m), "take it out of qi")
		}
	}
	return nil
}

func (c Case) checkColumns(d *Data) error {
	named := slices.Concat(c.QI, c.Sensitive)
	for _, m := range c.Models {
		if a := m.Attribute(); a != "" && !slices.Contains(named, a) {
			named = append(named, a)
		}
	}
	for i, name := range named {
		if _, ok := d.column(name); !ok {
			return noColumn(d.label, name)
		}
		if slices.Contains(named[:i], name) {
			return problem(c.name(), 0, fmt.Sprintf("the column %q is named twice", name), "name it once, in qi or as sensitive")
		}
	}
	return nil
}

func (c Case) name() string {
	if c.ID == "" {
		return "case"
	}
	return "case " + c.ID
}
