package form

import (
	"strconv"
	"strings"
)

// parseNumber reads a whole number with spaces, points, commas or apostrophes between its thousands.
func parseNumber(s string) (int, *flaw) {
	digits, negative := digitsOf(s)
	whole, ok := ungroup(digits)
	if !ok {
		if _, _, isDecimal := splitDecimal(digits, false); isDecimal {
			return 0, flawWhole
		}
		return 0, flawNumber
	}
	n, err := strconv.Atoi(whole)
	if err != nil || len(whole) > 15 {
		return 0, flawNumberSize
	}
	if negative {
		n = -n
	}
	return n, nil
}

// parseDecimal reads a number whose mark is a comma or a point.
func parseDecimal(s string) (float64, *flaw) {
	digits, negative := digitsOf(s)
	whole, frac, ok := splitDecimal(digits, false)
	if !ok {
		return 0, flawNumber
	}
	return toFloat(whole, frac, negative)
}

// parseMoney reads an amount in euros: « 1 234,50 € », "€1,234.50", "1.500" (which is 1500).
func parseMoney(s string) (float64, *flaw) {
	s = strings.TrimSpace(s)
	for _, sign := range []string{"€", "EUR", "eur", "euros", "euro"} {
		if t, ok := strings.CutSuffix(s, sign); ok {
			s = t
			break
		}
		if t, ok := strings.CutPrefix(s, sign); ok {
			s = t
			break
		}
	}
	digits, negative := digitsOf(s)
	whole, frac, ok := splitDecimal(digits, true)
	if !ok {
		return 0, flawMoney
	}
	if len(frac) > 2 {
		return 0, flawCents
	}
	return toFloat(whole, frac, negative)
}

// blanks are what people put between thousands and does not mark decimals.
var blanks = strings.NewReplacer(" ", "", "'", "", "’", "")

// digitsOf drops blanks and the sign, and makes the digits ours.
func digitsOf(s string) (digits string, negative bool) {
	if allDigits(s) {
		return s, false
	}
	s = asciiDigits(clean(s, false))
	s = blanks.Replace(s)
	for _, minus := range []string{"-", "−"} {
		if t, ok := strings.CutPrefix(s, minus); ok {
			return t, true
		}
	}
	return strings.TrimPrefix(s, "+"), false
}

// splitDecimal cuts a number at its decimal mark. The last of two different marks is the decimal one;
// a lone mark before three digits separates thousands when grouping says so.
func splitDecimal(s string, grouping bool) (whole, frac string, ok bool) {
	i := strings.LastIndexAny(s, ".,")
	if i < 0 {
		return s, "", allDigits(s)
	}
	whole, frac = s[:i], s[i+1:]
	if grouped, isGroup := ungroup(s); isGroup && (grouping || strings.Count(s, s[i:i+1]) > 1) {
		return grouped, "", true
	}
	if strings.Contains(whole, s[i:i+1]) {
		return "", "", false
	}
	if whole, ok = ungroup(whole); !ok {
		return "", "", false
	}
	return whole, frac, allDigits(frac)
}

// ungroup drops the separators of thousands, and refuses groups that are not of three digits.
func ungroup(s string) (string, bool) {
	i := strings.IndexAny(s, ".,")
	if i < 0 {
		return s, allDigits(s)
	}
	parts := strings.Split(s, s[i:i+1])
	for n, p := range parts {
		if !allDigits(p) || len(p) > 3 || (n > 0 && len(p) != 3) {
			return "", false
		}
	}
	return strings.Join(parts, ""), true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func toFloat(whole, frac string, negative bool) (float64, *flaw) {
	if len(whole) > 12 || len(frac) > 6 {
		return 0, flawNumberSize
	}
	x, err := strconv.ParseFloat(whole+"."+frac+"0", 64)
	if err != nil {
		return 0, flawNumber
	}
	if negative {
		x = -x
	}
	return x, nil
}
