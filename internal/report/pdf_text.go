package report

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// glyphs is the font's own table of letters.
var glyphs = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(goregular.TTF) })

// printable replaces what the font has no letter for: by the letter without its
// accents if it has that one, else by a question mark. Composed forms come
// first, since some keyboards send the accent apart.
func printable(text string) string {
	font, err := glyphs()
	if err != nil {
		return text // New has told
	}
	var b strings.Builder
	var buffer sfnt.Buffer
	drawn := func(r rune) bool {
		i, err := font.GlyphIndex(&buffer, r)
		return err == nil && i != 0
	}
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "?")) {
		switch {
		case r == '\n' || drawn(r) && !unicode.IsControl(r):
			b.WriteRune(r)
		case r == '\t' || r == '\u202f' || r == '\u2007':
			b.WriteRune('\u00a0')
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			// an accent without a letter, a mark of direction: nothing to draw
		default:
			b.WriteRune(plain(r, drawn))
		}
	}
	return b.String()
}

// plain is the letter under the accents, or a question mark.
func plain(r rune, drawn func(rune) bool) rune {
	if base, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(r))); base != r && drawn(base) {
		return base
	}
	return '?'
}
