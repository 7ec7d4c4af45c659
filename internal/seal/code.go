package seal

import (
	"crypto/rand"
	"strings"
)

// codeLetters are none that is read for another; ten of them are fifty bits.
const (
	codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	codeLength  = 10
)

// NewCode makes a code that a mail bears and a person types: no number of tries within its life comes near it.
func NewCode() string {
	b := make([]byte, codeLength)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	for i := range b {
		b[i] = codeLetters[int(b[i])%len(codeLetters)]
	}
	return string(b)
}

// SpellCode writes a code as it is read.
func SpellCode(code string) string { return code[:codeLength/2] + "-" + code[codeLength/2:] }

// ReadCode is a code however it is typed: in small letters, with spaces, with any hyphen or none.
func ReadCode(typed string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", "‑", "", "–", "").Replace(strings.Join(strings.Fields(typed), "")))
}
