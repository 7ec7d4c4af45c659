package rule

import (
	"slices"
	"strings"
)

// nearest finds the known name that a misspelt one most resembles, or "".
func (e *Env) nearest(name string) string {
	candidates := e.Names()
	for n, t := range e.names {
		if t.columns != nil {
			for _, c := range *t.columns {
				candidates = append(candidates, n+"."+c.Name)
			}
		}
	}
	candidates = append(candidates, functionNames...)
	slices.Sort(candidates)
	best, bestAt := "", 1+max(2, len(name)/3)
	for _, c := range candidates {
		if d := closeness(name, c); d < bestAt {
			best, bestAt = c, d
		}
	}
	return best
}

// closeness is the edit distance; the last part alone counts when the group is wrong or left out.
func closeness(typed, known string) int {
	d := distance(typed, known)
	if _, last, ok := strings.Cut(known, "."); ok {
		group, typedLast, dotted := strings.Cut(typed, ".")
		if !dotted {
			typedLast = group
		}
		d = min(d, 1+distance(typedLast, last))
	}
	return d
}

// distance is Levenshtein's, over bytes: names are ASCII.
func distance(a, b string) int {
	if len(a) > 100 || len(b) > 100 {
		return 100
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
