package verify

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// longestEntity is &#1114111; or the like.
const longestEntity = 10

// escaped reads the entity at the head of b; its length is 0 when there is none.
func escaped(b []byte) (r rune, length int) {
	n := bytes.IndexByte(b[:min(len(b), longestEntity)], ';')
	if n < 2 {
		return 0, 0
	}
	switch name := string(b[1:n]); name {
	case "lt":
		return '<', n + 1
	case "gt":
		return '>', n + 1
	case "amp":
		return '&', n + 1
	case "quot":
		return '"', n + 1
	case "apos":
		return '\'', n + 1
	default:
		return numbered(name, n+1)
	}
}

// numbered reads #39 or #x27.
func numbered(name string, length int) (rune, int) {
	if name[0] != '#' {
		return 0, 0
	}
	digits, base := name[1:], 10
	if digits != "" && digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 31)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return 0, 0
	}
	return rune(n), length
}
