package dossier

import (
	"encoding/json"
	"strings"

	"guichet/internal/form"
	"guichet/internal/seal"
)

// openRaw opens a sealed page of answers.
func openRaw(key seal.Key, sealed []byte, ad []string) (form.Raw, error) {
	plain, err := key.Open(sealed, ad...)
	if err != nil {
		return nil, err
	}
	return parseRaw(string(plain))
}

// parseRaw reads the JSON of answers, an object of lists of strings. Every save reads all steps of its dossier, and nearly
// none holds a character that JSON escapes: those are cut apart in one pass, the others decoded in full.
func parseRaw(s string) (form.Raw, error) {
	if raw, ok := cutRaw(s); ok {
		return raw, nil
	}
	var raw form.Raw
	err := json.Unmarshal([]byte(s), &raw)
	return raw, err
}

// cutRaw understands what json.Marshal writes without an escape, and says so when it does not.
func cutRaw(s string) (form.Raw, bool) {
	if strings.Contains(s, `\`) {
		return nil, false
	}
	s, ok := strings.CutPrefix(s, "{")
	raw := make(form.Raw, strings.Count(s, ":"))
	for ok && !strings.HasPrefix(s, "}") {
		var path string
		if path, s, ok = cutText(s); ok {
			raw[path], s, ok = cutList(s)
		}
		s = strings.TrimPrefix(s, ",")
	}
	return raw, ok && s == "}"
}

func cutText(s string) (text, rest string, ok bool) {
	if s, ok = strings.CutPrefix(s, `"`); !ok {
		return "", s, false
	}
	return strings.Cut(s, `"`)
}

// cutList reads what follows a path: a colon, and a list or null.
func cutList(s string) (list []string, rest string, ok bool) {
	if rest, ok = strings.CutPrefix(s, ":null"); ok {
		return nil, rest, true
	}
	rest, ok = strings.CutPrefix(s, ":[")
	for ok && !strings.HasPrefix(rest, "]") {
		var text string
		if text, rest, ok = cutText(rest); ok {
			list = append(list, text)
		}
		rest = strings.TrimPrefix(rest, ",")
	}
	return list, strings.TrimPrefix(rest, "]"), ok
}
