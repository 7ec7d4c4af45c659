package dossier

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// searchWords are the words of a text as the blind index knows them: lower case, without accents, of two letters or more.
func searchWords(s string) []string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(s))
	var out []string
	for _, w := range strings.Fields(folded) {
		if len(w) >= 2 {
			out = append(out, w)
		}
	}
	return out
}

// fieldOf is a path as definitions name it: "children.k1.last_name" is "children.last_name".
func fieldOf(d *Dossier, path string) string {
	f := d.Def.Form.Field(path)
	if f == nil {
		return path
	}
	if head, _, ok := strings.Cut(path, "."); ok && !strings.HasPrefix(f.ID, head+".") && f.ID != path {
		return head + "." + f.ID
	}
	return f.ID
}
