package release

import (
	"reflect"
	"slices"

	"guichet/internal/procedure"
)

// sameRules reports two contents that judge and write alike: they differ at most in number, words, reference and floor, or
// in what is not written.
func sameRules(a, b *procedure.ReleaseSchema) bool {
	return a.K == b.K && a.M == b.M && a.Diverse == b.Diverse && a.Share == b.Share &&
		slices.Equal(a.Person, b.Person) && slices.Equal(a.Household, b.Household) &&
		slices.EqualFunc(a.Kin, b.Kin, slices.Equal[[]string]) &&
		slices.EqualFunc(a.Written(), b.Written(), sameColumn)
}

func sameColumn(a, b procedure.Column) bool {
	if a.ID != b.ID || a.Field != b.Field || a.Derived != b.Derived || a.Hierarchy != b.Hierarchy || a.Sensitive != b.Sensitive {
		return false
	}
	return reflect.DeepEqual(bare(a.Levels[a.Level]), bare(b.Levels[b.Level]))
}

// bare is a level without its words, its values in order.
func bare(l procedure.Level) procedure.Level {
	out := procedure.Level{Cuts: slices.Clone(l.Cuts)}
	for _, g := range l.Groups {
		out.Groups = append(out.Groups, procedure.Group{ID: g.ID, Values: slices.Sorted(slices.Values(g.Values)), Rest: g.Rest})
	}
	return out
}
