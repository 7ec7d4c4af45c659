package form

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// homeRegion is where a number without a country code is dialled from.
const homeRegion = "MC"

// parsePhone reads a number. One that begins with a single 0 is another country's way of writing: 06 12 …
// exists in France and in Monaco, and a message must not reach a stranger, so it is not guessed.
func parsePhone(s string) (*phonenumbers.PhoneNumber, *flaw) {
	s = strings.TrimSpace(asciiDigits(s))
	if len(s) > 40 || strings.Trim(s, "0123456789+ .-/()") != "" {
		return nil, flawPhone
	}
	if strings.HasPrefix(s, "0") && !strings.HasPrefix(s, "00") {
		return nil, flawPhoneCountry
	}
	n, err := phonenumbers.Parse(s, homeRegion)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return nil, flawPhone
	}
	return n, nil
}

// canonicalPhone is the number as E.164 writes it, or as it was when it is none.
func canonicalPhone(s string) string {
	if n, bad := parsePhone(s); bad == nil {
		return phonenumbers.Format(n, phonenumbers.E164)
	}
	return s
}

func readablePhone(s string) string {
	if n, bad := parsePhone(s); bad == nil {
		return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
	}
	return s
}

// canonicalEmail makes the domain small; the local part belongs to its host.
func canonicalEmail(s string) string {
	local, domain, ok := cutLastByte(s, '@')
	if !ok {
		return s
	}
	return local + "@" + strings.ToLower(domain)
}

// validEmail wants local@domain.tld within the lengths of RFC 5321.
func validEmail(s string) bool {
	local, domain, ok := cutLastByte(s, '@')
	if !ok || local == "" || len(local) > 64 || len(s) > 254 || strings.ContainsAny(s, " <>()[]\\,;:\"") || strings.Contains(local, "@") {
		return false
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return false
	}
	return validDomain(domain)
}

func validDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.ContainsAny(l, "_'/!#$%&*+=?^`{|}~") {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && len(last) > 1 && !allDigits(last)
}

func cutLastByte(s string, b byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, b)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
