package form

import "slices"

// NamesNobody tells whether an answer may be kept once its person must not be found any more: one that says nothing of a person,
// or a quasi-identifier chosen from a short list. Words, files, addresses and rows of groups never.
func (f *Field) NamesNobody() bool {
	lists := []Kind{Choice, Choices, Bool}
	switch f.Privacy {
	case NoPrivacy:
		return slices.Contains(append(lists, Number, Decimal, Money, Date), f.Kind)
	case Quasi:
		return slices.Contains(lists, f.Kind)
	}
	return false
}
