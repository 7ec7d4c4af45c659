package workflow

import (
	"fmt"
	"slices"
	"time"

	"guichet/internal/form"
)

// checkRoles wants known kinds and verbs, one owner, and no export in a provider's hands (RP-022, RP-163).
func (c *Compiled) checkRoles(r *refusals, f *form.Form) {
	owners := 0
	for i, o := range c.Roles {
		path := fmt.Sprintf("roles[%d]", i)
		r.oneOf(path+".kind", "role kind", o.Kind, roleKinds)
		r.words(path+".label", o.Label, nil)
		r.allOf(path+".can", "verb", o.Can, verbs)
		r.allOf(path+".hide", "category", o.Hide, categories(f))
		for j, v := range o.Can {
			if o.Kind == "support" && slices.Contains(verbs, v) && !slices.Contains(supportVerbs, v) {
				r.add(fmt.Sprintf("%s.can[%d]", path, j), "take the verb away, or make the role an agent",
					"the role %q is of kind support and may not %s: a provider configures, nothing more", o.ID, v)
			}
		}
		if o.Kind == "owner" {
			owners++
		}
		c.checkBreakGlass(r, path, o)
	}
	if owners != 1 {
		r.add("roles", "declare one role with `kind: owner`: the person whose dossier it is", "%d roles of kind owner", owners)
	}
}

func (c *Compiled) checkBreakGlass(r *refusals, path string, o *Role) {
	if o.BreakGlass == "" {
		return
	}
	d, err := ParseDuration(o.BreakGlass)
	switch {
	case err != nil:
		r.add(path+".break_glass", "write for example PT1H", "%q: %v", o.BreakGlass, err)
	case d.Compare(Duration{Clock: time.Hour}) > 0:
		r.add(path+".break_glass", "give one hour at most (PT1H)", "access on written request lasts %s, longer than one hour", o.BreakGlass)
	}
}

func categories(f *form.Form) []string {
	out := slices.Clone(SystemCategories)
	for _, k := range f.Categories {
		out = append(out, k.ID)
	}
	return out
}
