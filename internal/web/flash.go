package web

import "strings"

const flashKey, flashSep = "flash", "\x1f"

// Flash keeps a text to be shown once on the next page: a key of web/text and pairs of placeholder and value.
func (v *Visit) Flash(key string, args ...string) {
	v.Put(flashKey, strings.Join(append([]string{key}, args...), flashSep))
}

// flashed says the text kept by Flash, "" when there is none.
func (v *Visit) flashed() string {
	if v.Door.sessions == nil || v.held.done {
		return ""
	}
	parts := strings.Split(v.Take(flashKey), flashSep)
	if parts[0] == "" || !v.P.Has(parts[0]) {
		return ""
	}
	args := make([]any, 0, len(parts)-1)
	for _, p := range parts[1:] {
		args = append(args, p)
	}
	return v.P.T(parts[0], args...)
}
