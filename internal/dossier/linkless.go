package dossier

import "strings"

// Linkless ends with a full stop a paragraph of a letter whose last words were a link to this very dossier, which a kept letter
// leaves out.
func Linkless(paragraph string) string {
	words := strings.TrimSpace(paragraph)
	if !strings.HasSuffix(words, ":") {
		return words
	}
	return strings.TrimRight(words, ":\u00a0 ") + "."
}
