package form

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/go-playground/validator/v10"
)

// checker is validator/v10 with our own tags. It is safe for concurrent use once built.
var checker = newChecker()

func newChecker() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	for tag, ok := range map[string]func(string) bool{
		"person_name": personName, "iban_if_iban": ibanIfIBAN,
		"id_document_number": idDocumentNumber, "postcode": postcode,
	} {
		// It fails for an empty tag or function alone, and a tag that is missing is refused when a form uses it.
		_ = v.RegisterValidation(tag, func(fl validator.FieldLevel) bool { return ok(fl.Field().String()) })
	}
	return v
}

// tag checks a validator tag when the form is loaded: the library panics on one it does not know.
func (k *compiler) tag(path string, f *Field) string {
	if f.Validate == "" {
		return ""
	}
	switch f.Kind {
	case Text, LongText, Email, Phone, Country, Choice, Time:
	default:
		k.refuse(path, f.ID, fmt.Sprintf("a validator tag does not apply to the kind %s", f.Kind), "use min, max or checks")
		return ""
	}
	if err := tryTag(f.Validate); err != nil {
		k.refuse(path, f.ID, err.Error(), "use the tags of validator v10 that apply to a text, or person_name, iban_if_iban, id_document_number, postcode")
	}
	return f.Validate
}

// tryTag runs a tag over texts of several shapes: some tags only panic on their value or parameter.
func tryTag(tag string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the validator does not accept “%s”: %v", tag, p)
		}
	}()
	for _, probe := range []string{"", "a", "Élodie", "2026-01-02", "12", "a@b.mc"} {
		_ = checker.Var(probe, tag)
	}
	return nil
}

// failedTag is the first part of tag that s does not meet, with its parameter; "" when it meets all.
func failedTag(s, tag string) (name, param string, failed bool) {
	err := checker.Var(s, tag)
	if err == nil {
		return "", "", false
	}
	if list, ok := errors.AsType[validator.ValidationErrors](err); ok && len(list) > 0 {
		return list[0].Tag(), list[0].Param(), true
	}
	return "", "", true
}

// personName accepts letters of any script with their marks, spaces, hyphens and apostrophes.
func personName(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsMark(r), strings.ContainsRune(" -‐‑'’ʼ·\u200c\u200d", r):
		default:
			return false
		}
	}
	return letters > 0
}

var (
	ibanShape  = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}$`)
	idNumber   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ./-]{2,29}$`)
	anyDigit   = regexp.MustCompile(`[0-9]`)
	postalCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 -]{1,11}$`)
)

// ibanIfIBAN checks the control digits (ISO 7064, mod 97-10) of what looks like an IBAN, and lets anything else pass.
func ibanIfIBAN(s string) bool {
	s = strings.ToUpper(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '-' }), ""))
	if !ibanShape.MatchString(s) {
		return true
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest == 1
}

// idDocumentNumber accepts what passports and cards bear: letters and digits, one digit at least.
func idDocumentNumber(s string) bool { return idNumber.MatchString(s) && anyDigit.MatchString(s) }

// postcode is lenient: every country has its own.
func postcode(s string) bool { return postalCode.MatchString(s) }
