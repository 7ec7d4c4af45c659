package account

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// cleanNumber reads the number of a mobile as typed and writes it as E.164 does: +37799123456. A number of Monaco needs no
// country code; one that begins with a single 0 is another country's way of writing, and is not guessed.
func cleanNumber(typed string) (string, *Problem) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return "", problem("number", "account.problem.number_missing")
	}
	if strings.HasPrefix(typed, "0") && !strings.HasPrefix(typed, "00") {
		return "", problem("number", "account.problem.number_country")
	}
	n, err := phonenumbers.Parse(typed, "MC")
	if len(typed) > 40 || err != nil || !phonenumbers.IsValidNumber(n) {
		return "", problem("number", "account.problem.number")
	}
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return phonenumbers.Format(n, phonenumbers.E164), nil
	}
	return "", problem("number", "account.problem.number_mobile")
}

// ReadableNumber writes a number with its blanks: +377 6 12 34 56 78.
func ReadableNumber(number string) string {
	n, err := phonenumbers.Parse(number, "")
	if err != nil {
		return number
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}
