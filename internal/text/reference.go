package text

import "strings"

// Reference is the reference of a dossier however it is typed: in small letters, with spaces, with any hyphen.
func Reference(typed string) string {
	return strings.ToUpper(strings.Join(strings.Fields(strings.NewReplacer("‑", "-", "–", "-").Replace(typed)), ""))
}
