package notify

import (
	"strings"
	"unicode/utf16"
)

// gsm is the alphabet of GSM 7 (3GPP TS 23.038), each letter at the place that is its code; escaped are those that take two.
var (
	gsm     = alphabet("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
	escaped = map[rune]byte{'\f': 0x0A, '^': 0x14, '{': 0x28, '}': 0x29, '\\': 0x2F, '[': 0x3C, '~': 0x3D, ']': 0x3E, '|': 0x40, '€': 0x65}
)

func alphabet(letters string) map[rune]byte {
	out := map[rune]byte{}
	for _, r := range letters {
		out[r] = byte(len(out)) // the escape has its place too, and is no letter: septets refuses it
	}
	return out
}

// How much fits: of one SMS, and of each part of a longer one, whose first six octets say which part it is.
const (
	septetsAlone, septetsPart = 160, 153
	unitsAlone, unitsPart     = 70, 67
)

// plain writes a text with the letters that telephones have in seven bits where they say the same: a curly apostrophe
// would make an SMS cost twice.
var plain = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "«\u00a0", `"`, "\u00a0»", `"`, "«\u202f", `"`, "\u202f»", `"`, "«", `"`, "»", `"`,
	"\u00a0", " ", "\u202f", " ", "–", "-", "—", "-", "…", "...")

// parted is a text cut into SMS.
type parted struct {
	wide  bool     // UCS-2; else one septet an octet
	parts [][]byte // without their headers
}

// part cuts a text into as few SMS as it takes; neither a letter of two septets nor one of two units is ever cut in two.
func part(words string) parted {
	words = plain.Replace(words)
	if letters, ok := septets(words); ok {
		return parted{false, pack(letters, septetsAlone, septetsPart)}
	}
	return parted{true, pack(units(words), 2*unitsAlone, 2*unitsPart)}
}

// Parts is how many SMS a text takes.
func Parts(words string) int { return len(part(words).parts) }

// Counted is how many SMS a text takes, and whether it needs UCS-2, in which 70 letters fit one instead of 160.
func Counted(words string) (parts int, wide bool) {
	p := part(words)
	return len(p.parts), p.wide
}

// septets gives each letter's code; false when one has none.
func septets(words string) ([][]byte, bool) {
	var out [][]byte
	for _, r := range words {
		code, single := gsm[r]
		second, double := escaped[r]
		switch {
		case double:
			out = append(out, []byte{0x1B, second})
		case single && r != '\x1b':
			out = append(out, []byte{code})
		default:
			return nil, false
		}
	}
	return out, true
}

func units(words string) [][]byte {
	var out [][]byte
	for _, r := range words {
		var letter []byte
		for _, u := range utf16.AppendRune(nil, r) {
			letter = append(letter, byte(u>>8), byte(u))
		}
		out = append(out, letter)
	}
	return out
}

// pack fills parts with whole letters: one of at most alone octets, else several of at most each.
func pack(letters [][]byte, alone, each int) [][]byte {
	total := 0
	for _, l := range letters {
		total += len(l)
	}
	limit := each
	if total <= alone {
		limit = alone
	}
	parts := [][]byte{{}}
	for _, l := range letters {
		if len(parts[len(parts)-1])+len(l) > limit {
			parts = append(parts, []byte{})
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], l...)
	}
	return parts
}
