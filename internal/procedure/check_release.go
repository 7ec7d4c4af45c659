package procedure

import (
	"fmt"
	"slices"
	"strings"

	"guichet/internal/form"
	"guichet/internal/text"
)

// checkRelease holds a release schema to the form: what it names, how coarse it is, and the bounds of the method.
func (r *refusals) checkRelease(src *source, s *ReleaseSchema, f *form.Form, closing []string) {
	if s.Version < 1 {
		r.add(src, "version", "number the schema from 1", "the schema has no version")
	}
	s.fill()
	r.checkBounds(src, s)
	r.checkWho(src, s, f)
	seen := map[string]bool{}
	for i := range s.Columns {
		c, path := &s.Columns[i], fmt.Sprintf("columns[%d]", i)
		if seen[c.ID] || c.ID == "" {
			r.add(src, path+".id", "give each column an id of its own", "the column id %q is missing or used twice", c.ID)
		}
		seen[c.ID] = true
		r.words(src, path+".label", c.Label)
		if values, ok := r.checkOrigin(src, path, c, f, closing); ok {
			r.checkLevels(src, path, c, values)
		}
	}
	if n := len(s.Written()); n > maxColumns {
		r.add(src, "columns", "leave columns out: set their level to the number of their levels", "%d columns would be written, %d are the most", n, maxColumns)
	}
}

func (r *refusals) checkBounds(src *source, s *ReleaseSchema) {
	if s.K < leastK {
		r.add(src, "k", "choose 11, and never less than 5", "k = %d: cells of so few persons are not anonymous", s.K)
	}
	if s.M < s.K {
		r.add(src, "m", "choose 5k", "m = %d is under k = %d", s.M, s.K)
	}
	if s.Diverse < defaultDiverse {
		r.add(src, "diverse", "choose 3 or more", "%d values would give a secret away", s.Diverse)
	}
	if s.Share < 0 || s.Share > defaultShare {
		r.add(src, "share", "choose 0.8 or less", "a share of %v would give a secret away", s.Share)
	}
	if s.Floor < defaultFloor || s.Floor > 1 {
		r.add(src, "floor", "choose 0.25 or more", "a floor of %v would admit a schema that releases almost nothing", s.Floor)
	}
}

// checkOrigin finds where a column's values come from; it gives the closed list of values, if there is one.
func (r *refusals) checkOrigin(src *source, path string, c *Column, f *form.Form, closing []string) ([]string, bool) {
	switch {
	case (c.Field == "") == (c.Derived == ""):
		r.add(src, path, "give a field, or what is derived", "the column %q needs one of `field` and `derived`", c.ID)
		return nil, false
	case c.Derived == "outcome":
		if c.Hierarchy != "option" {
			r.add(src, path+".hierarchy", "write option", "an outcome has the hierarchy option")
		}
		return closing, true
	case c.Derived != "":
		r.add(src, path+".derived", "write outcome; a date, even a month, would tie a record to its person", "%q cannot be released", c.Derived)
		return nil, false
	}
	field := topField(f, c.Field)
	if field == nil {
		r.add(src, path+".field", "name a field of the form that is outside a group", "no field %q", c.Field)
		return nil, false
	}
	return optionsOf(field), r.checkPrivacy(src, path, c, field)
}

// checkPrivacy admits quasi-identifiers and sensitive values with the hierarchy the form declares.
func (r *refusals) checkPrivacy(src *source, path string, c *Column, field *form.Field) bool {
	switch field.Privacy {
	case form.Direct, form.FreeText:
		r.add(src, path+".field", "take the column away", "the field %q is %q: it never leaves", c.Field, field.Privacy)
		return false
	case form.Sensitive:
		if !c.Sensitive {
			r.add(src, path+".sensitive", "write `sensitive: true`", "the field %q is sensitive", c.Field)
		}
	}
	if field.Hierarchy == "" || c.Hierarchy != field.Hierarchy {
		r.add(src, path+".hierarchy", "write the field's own; a field without one cannot be released", "the hierarchy %q is not the one the field %q declares, %q", c.Hierarchy, c.Field, field.Hierarchy)
		return false
	}
	return true
}

// checkLevels wants each level to cover every value, to be coarser than the one before, and a sensitive column to stay diverse.
func (r *refusals) checkLevels(src *source, path string, c *Column, values []string) {
	if c.Level < 0 || c.Level > len(c.Levels) || len(c.Levels) == 0 {
		r.add(src, path+".level", fmt.Sprintf("choose 0 to %d; the last leaves the column out", len(c.Levels)), "no level %d", c.Level)
		return
	}
	for i, l := range c.Levels {
		at := fmt.Sprintf("%s.levels[%d]", path, i)
		if !r.checkShape(src, at, c.Hierarchy, l) {
			return
		}
		r.checkGroups(src, at, l, c.Hierarchy, values)
		if i > 0 && !c.Levels[i-1].finer(l) {
			r.add(src, at, "merge whole values of the level before, and leave fewer", "the level is not coarser than the one before it")
		}
		if c.Sensitive && c.Level == i && l.Size() < defaultDiverse {
			r.add(src, at, "choose a finer level, or leave the column out", "a sensitive column with %d values can never be diverse", l.Size())
		}
	}
}

// checkShape wants cuts for numbers and groups for the rest.
func (r *refusals) checkShape(src *source, at, hierarchy string, l Level) bool {
	numeric := hierarchy == "age" || hierarchy == "number"
	switch {
	case numeric && (len(l.Cuts) == 0 || len(l.Groups) > 0):
		r.add(src, at, "write for example `cuts: [45, 65]`", "%s is generalised by cuts", hierarchy)
		return false
	case numeric && (!slices.IsSorted(l.Cuts) || len(slices.Compact(slices.Clone(l.Cuts))) != len(l.Cuts)):
		r.add(src, at+".cuts", "put them in rising order, each once", "the cuts do not rise")
		return false
	case !numeric && (len(l.Groups) < 2 || len(l.Cuts) > 0):
		r.add(src, at, "write two groups or more, each with its values", "%s is generalised by groups", hierarchy)
		return false
	}
	return true
}

// checkGroups wants every value in one group.
func (r *refusals) checkGroups(src *source, at string, l Level, hierarchy string, values []string) {
	home, rests := map[string]string{}, 0
	for i, g := range l.Groups {
		path := fmt.Sprintf("%s.groups[%d]", at, i)
		r.words(src, path+".label", g.Label)
		if g.ID == "" || slices.IndexFunc(l.Groups, func(o Group) bool { return o.ID == g.ID }) < i {
			r.add(src, path+".id", "give each group an id of its own", "the group id %q is missing or used twice", g.ID)
		}
		if g.Rest {
			rests++
		}
		for j, v := range g.Values {
			where := fmt.Sprintf("%s.values[%d]", path, j)
			switch {
			case home[v] != "":
				r.add(src, where, "leave it in one group", "%q stands in two groups", v)
			case hierarchy == "country" && !text.IsCountry(v) && v != text.Stateless:
				r.add(src, where, "write the two capital letters of ISO 3166-1", "%q is no country", v)
			case hierarchy == "option" && !slices.Contains(values, v):
				r.add(src, where, "choose one of: "+strings.Join(values, ", "), "%q is no value of the column", v)
			}
			home[v] = g.ID
		}
	}
	if rests > 1 {
		r.add(src, at, "keep one", "%d groups take the rest", rests)
	}
	for _, v := range values {
		if home[v] == "" && rests == 0 && len(l.Groups) > 0 && hierarchy == "option" {
			r.add(src, at, "put it in a group, or let a group have `rest: true`", "the value %q is in no group", v)
		}
	}
	if hierarchy == "country" && rests == 0 {
		r.add(src, at, "let one group have `rest: true`", "some countries are in no group")
	}
}
