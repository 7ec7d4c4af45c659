package form

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean is the normal form of a text: composed (NFC), without control characters and the marks that
// turn the direction of writing or hide, its ends trimmed. On one line, every run of blanks is one space.
func clean(s string, lines bool) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, "")) {
		switch {
		case lines && r == '\n':
			b.WriteRune(r)
			gap = false
		case unicode.IsSpace(r):
			gap = true
		case hidden(r):
		default:
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

// plain recognises at once the text that has nothing to clean: ASCII words with single spaces.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || (s[i] == ' ' && (i == 0 || i == len(s)-1 || s[i+1] == ' ')) {
			return false
		}
	}
	return true
}

// hidden reports characters that show nothing: controls, marks of direction, spaces of no width, soft
// hyphens. Joiners stay, Persian and Indic names need them.
func hidden(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u00ad', r == '\u061c', r == '\u200b', r == '\ufeff', r == '\ufffd':
		return true
	case r >= '\u200e' && r <= '\u200f', r >= '\u2028' && r <= '\u202e', r >= '\u2060' && r <= '\u206f':
		return true
	}
	return false
}

// digitZeros are the zeros of the digits people type beside ours: Arabic, Persian, Devanagari, full width.
var digitZeros = [...]rune{'\u0660', '\u06f0', '\u0966', '\uff10'}

// asciiDigits turns other scripts' digits into ours.
func asciiDigits(s string) string {
	if plain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		for _, zero := range digitZeros {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return r
	}, s)
}
