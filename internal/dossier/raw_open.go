package dossier

import (
	"encoding/json"
	"strings"

	"guichet/internal/form"
	"guichet/internal/seal"
)

// openRaw opens a sealed page of answers.
func openRaw(key seal.Key, sealed []byte, ad []string) (form.Raw, error) {
	raw := form.Raw{}
	return raw, openInto(raw, key, sealed, ad)
}

// openInto opens a sealed page of answers into others.
func openInto(raw form.Raw, key seal.Key, sealed []byte, ad []string) error {
	plain, err := key.Open(sealed, ad...)
	if err != nil {
		return err
	}
	return parseInto(raw, string(plain))
}

// parseInto reads the JSON of answers, an object of lists of strings. Every save reads all steps of its dossier, and nearly
// none holds a character that JSON escapes: those are cut apart in one pass, the others decoded in full.
func parseInto(raw form.Raw, s string) error {
	if cutInto(raw, s) {
		return nil
	}
	var slow form.Raw
	err := json.Unmarshal([]byte(s), &slow)
	merge(raw, slow)
	return err
}

// cutInto understands what json.Marshal writes without an escape, and says so when it does not.
func cutInto(raw form.Raw, s string) bool {
	if strings.Contains(s, `\`) {
		return false
	}
	texts := make([]string, 0, strings.Count(s, `"`)/2) // of all lists, so that each is not an allocation
	s, ok := strings.CutPrefix(s, "{")
	for ok && !strings.HasPrefix(s, "}") {
		var path string
		if path, s, ok = cutText(s); ok {
			from := len(texts)
			texts, s, ok = cutList(texts, s)
			raw[path] = texts[from:len(texts):len(texts)]
		}
		s = strings.TrimPrefix(s, ",")
	}
	return ok && s == "}"
}

func cutText(s string) (text, rest string, ok bool) {
	if s, ok = strings.CutPrefix(s, `"`); !ok {
		return "", s, false
	}
	return strings.Cut(s, `"`)
}

// cutList reads what follows a path, a colon and a list or null, and appends it to texts.
func cutList(texts []string, s string) (_ []string, rest string, ok bool) {
	if rest, ok = strings.CutPrefix(s, ":null"); ok {
		return texts, rest, true
	}
	rest, ok = strings.CutPrefix(s, ":[")
	for ok && !strings.HasPrefix(rest, "]") {
		var text string
		if text, rest, ok = cutText(rest); ok {
			texts = append(texts, text)
		}
		rest = strings.TrimPrefix(rest, ",")
	}
	return texts, strings.TrimPrefix(rest, "]"), ok
}
