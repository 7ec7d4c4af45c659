package form

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
)

// Raw is answers as they were typed, by path: "housing.tenure"; a date is [day month year]; yes/no is
// "yes" or "no"; a choice of several is a list; a group is the ids of its rows in order ("children":
// ["k1","k2"]) and its cells stand under "children.k1.last_name"; a file is document ids, those of a row
// under "documents.minor_child_papers.k1". A path that is present and empty was shown and left blank.
type Raw map[string][]string

// Answers is another name of Raw, for answers that are filed.
type Answers = Raw

// Format prints how many answers there are and never an answer, whatever the verb.
func (r Raw) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.summary()) }

// LogValue keeps answers out of the logs.
func (r Raw) LogValue() slog.Value { return slog.StringValue(r.summary()) }

func (r Raw) summary() string {
	if len(r) == 1 {
		return "[1 answer]"
	}
	return fmt.Sprintf("[%d answers]", len(r))
}

// Clone copies the answers, so that neither can change the other.
func (r Raw) Clone() Raw {
	c := make(Raw, len(r))
	for path, values := range r {
		c[path] = slices.Clone(values)
	}
	return c
}

// Equal reports whether both hold the same answers; blank and absent are equal.
func (r Raw) Equal(other Raw) bool { return len(Diff(r, other)) == 0 }

// Change is one answer that differs.
type Change struct {
	Path     string
	Old, New []string
}

// Diff lists what changed from old to new, in the order of paths. Blank and absent are equal.
func Diff(old, updated Raw) []Change {
	paths := slices.Collect(maps.Keys(old))
	for p := range updated {
		if _, ok := old[p]; !ok {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	var changes []Change
	for _, p := range paths {
		if a, b := old[p], updated[p]; !slices.Equal(a, b) && (!blank(a) || !blank(b)) {
			changes = append(changes, Change{p, a, b})
		}
	}
	return changes
}

// blank reports whether nothing was typed.
func blank(values []string) bool {
	for _, v := range values {
		if v != "" {
			return false
		}
	}
	return true
}
