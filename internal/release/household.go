package release

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"guichet/internal/form"
	"guichet/internal/procedure"
)

// kinship groups dossiers into households: equal addresses, or one names the other's applicant as partner or child, transitively.
type kinship struct {
	parent []int
	byKey  map[string]int
}

func newKinship(n int) *kinship {
	k := &kinship{parent: make([]int, n), byKey: map[string]int{}}
	for i := range k.parent {
		k.parent[i] = i
	}
	return k
}

func (k *kinship) find(i int) int {
	for k.parent[i] != i {
		k.parent[i] = k.parent[k.parent[i]]
		i = k.parent[i]
	}
	return i
}

// meet joins dossier i with every other that brought the same key; an empty key meets nobody.
func (k *kinship) meet(i int, key string) {
	if key == "" {
		return
	}
	first, seen := k.byKey[key]
	if !seen {
		k.byKey[key] = i
		return
	}
	k.parent[k.find(i)] = k.find(first)
}

// addressKey is the normalised address of a dossier, "" when it has none.
func addressKey(p *procedure.Procedure, j *form.Journey) string {
	return joined("home", j, p.Release.Household)
}

func personKey(p *procedure.Procedure, j *form.Journey) string {
	return joined("person", j, p.Release.Person)
}

// householdKeys are those by which a dossier meets the others of its household: its address, its person and the relatives it names.
func householdKeys(p *procedure.Procedure, j *form.Journey) (person string, keys []string) {
	person = personKey(p, j)
	return person, append([]string{addressKey(p, j), person}, kinKeys(p, j)...)
}

// kinKeys are the keys under which relatives named in a dossier would themselves file.
func kinKeys(p *procedure.Procedure, j *form.Journey) []string {
	var out []string
	for _, fields := range p.Release.Kin {
		group, _, _ := strings.Cut(fields[0], ".")
		state := j.Field(group)
		if state == nil || !state.Relevant {
			continue
		}
		for _, row := range state.Rows {
			paths := make([]string, len(fields))
			for i, f := range fields {
				paths[i] = group + "." + row.ID + strings.TrimPrefix(f, group)
			}
			out = append(out, joined("person", j, paths))
		}
	}
	return out
}

func joined(kind string, j *form.Journey, paths []string) string {
	key, any := kind, false
	for _, path := range paths {
		part := ""
		if f := j.Field(path); f != nil && f.Relevant {
			part = folded(strings.Join(f.Raw, "-"))
		}
		any = any || part != ""
		key += "|" + part
	}
	if !any {
		return ""
	}
	return key
}

// folded drops case, accents, spaces and punctuation, so that one address written twice is one.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(s))
}
