package workflow

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guichet/internal/text"
)

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// byID indexes a list, and refuses a missing, malformed or repeated id.
func byID[T any](r *refusals, list string, items []*T, id func(*T) string) map[string]*T {
	out := map[string]*T{}
	for i, item := range items {
		name, path := id(item), fmt.Sprintf("%s[%d].id", list, i)
		switch {
		case !idForm.MatchString(name):
			r.add(path, "write an id of small letters, digits and _", "%q is not an id", name)
		case out[name] != nil:
			r.add(path, "give each its own id, or remove one", "the id %q is used twice in %s", name, list)
		}
		out[name] = item
	}
	return out
}

// oneOf refuses a value outside a closed list.
func (r *refusals) oneOf(path, what, value string, allowed []string) bool {
	if slices.Contains(allowed, value) {
		return true
	}
	if value == "" {
		r.add(path, "choose one of: "+strings.Join(allowed, ", "), "%s is missing", what)
		return false
	}
	r.add(path, "choose one of: "+strings.Join(allowed, ", "), "unknown %s %q%s", what, value, meant(value, allowed))
	return false
}

// allOf refuses each value of a list that is outside a closed list, or given twice.
func (r *refusals) allOf(path, what string, values, allowed []string) {
	for i, v := range values {
		at := fmt.Sprintf("%s[%d]", path, i)
		if r.oneOf(at, what, v, allowed) && slices.Index(values, v) < i {
			r.add(at, "remove one", "%s %q is given twice", what, v)
		}
	}
}

// words refuses a text that a language lacks, or that bears an unknown value between braces.
func (r *refusals) words(path string, w text.Words, values []string) {
	for _, l := range text.Langs {
		said := w.FR
		if l == text.EN {
			said = w.EN
		}
		at := path + "." + string(l)
		if strings.TrimSpace(said) == "" {
			r.add(at, "write the text in both languages; the French one is authoritative", "the %s text is missing", languageNames[l])
		}
		for _, m := range braces.FindAllStringSubmatch(said, -1) {
			r.oneOf(at, "value between braces", m[1], values)
		}
	}
}

var (
	braces        = regexp.MustCompile(`\{([^{}]*)\}`)
	languageNames = map[text.Lang]string{text.FR: "French", text.EN: "English"}
)

// meant proposes the name that was probably intended.
func meant(name string, known []string) string {
	best, least := "", 3
	for _, k := range known {
		if d := distance(name, k); d < least && d < len(k) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		prev := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := prev
			if a[i] != b[j] {
				cost = 1 + min(prev, row[j], row[j+1])
			}
			prev, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
