package seal_test

import (
	"regexp"
	"testing"

	"guichet/internal/seal"
)

func TestACodeIsReadHoweverItIsTyped(t *testing.T) {
	code := seal.NewCode()
	if !regexp.MustCompile(`^[2-9A-HJ-NP-Z]{10}$`).MatchString(code) || code == seal.NewCode() {
		t.Errorf("the code is %q", code)
	}
	if got := seal.SpellCode("ABCDEFGH23"); got != "ABCDE-FGH23" {
		t.Errorf("spelt %q", got)
	}
	for _, typed := range []string{"ABCDEFGH23", "abcde-fgh23", " ABCDE FGH23 ", "ABCDE‑FGH23", "abcde – fgh23"} {
		if got := seal.ReadCode(typed); got != "ABCDEFGH23" {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
}
