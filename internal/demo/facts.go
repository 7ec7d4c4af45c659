package demo

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// facts are what the data files may ask of a household, by name.
type facts map[string]string

var titles = map[string]string{"female": "ms", "male": "mr"}

// facts lists them; day is the day of filing.
func (h *household) facts(day time.Time) facts {
	r := rand.New(rand.NewPCG(h.seed, 1))
	postcode, town, _ := strings.Cut(h.place, " ")
	if strings.HasPrefix(h.where, "GB") { // a British postcode has two parts
		if second, rest, ok := strings.Cut(town, " "); ok {
			postcode, town = postcode+" "+second, rest
		}
	}
	f := facts{
		"filer": h.filer, "household.size": strconv.Itoa(h.size()),
		"person.usual_name": h.usual, "person.status": h.status, "person.band": h.band,
		"person.birth_city": townOf(one(r, h.from.Places)), "person.birth_country": h.from.Country,
		"person.email": h.email, "person.phone": pattern(r, h.from.Phone), "person.lang": h.from.Lang,
		"person.passport":  pattern(r, h.from.Passport),
		"father.last_name": h.father.last, "father.first_name": h.father.first,
		"mother.last_name": h.mother.last, "mother.first_name": h.mother.first,
		"previous.country": h.where, "previous.street": h.street, "previous.postcode": postcode, "previous.city": town,
		"home.address": h.address, "home.block": h.block, "home.floor": strconv.Itoa(h.floor), "home.flat": strconv.Itoa(h.flat),
		"home.tenure": h.tenure,
	}
	h.human.facts(f, "person.", day)
	for name, v := range h.account(r) {
		f["account."+name] = v
	}
	return f
}

// townOf is the town of "postcode town", whatever the postcode.
func townOf(place string) string {
	for i, c := range place {
		if i > 0 && unicode.IsUpper(c) && place[i-1] == ' ' && !strings.ContainsAny(place[i:], "0123456789") {
			return place[i:]
		}
	}
	return place
}

func (h human) facts(f facts, prefix string, day time.Time) {
	f[prefix+"last_name"], f[prefix+"first_names"], f[prefix+"sex"], f[prefix+"title"] = h.last, h.first, h.sex, titles[h.sex]
	f[prefix+"birth_date"], f[prefix+"country"] = h.born.Format(time.DateOnly), h.from.Country
	f[prefix+"home"], f[prefix+"adult"] = yes(h.home), yes(years(h.born, day) >= 18)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// account is who files: the applicant, a firm, or a relative.
func (h *household) account(r *rand.Rand) map[string]string {
	switch h.filer {
	case "firm":
		return map[string]string{
			"email": h.firm.mailbox(), "last_name": h.firm.LastName, "first_names": h.firm.FirstNames, "company": h.firm.Company,
			"title": h.firm.Title, "profession": h.firm.Profession, "language": "fr",
		}
	case "relative":
		k := h.from.human(r, strings.TrimSuffix(h.last, feminineEnd(h.human)), time.Time{})
		return map[string]string{"email": "famille." + h.email, "last_name": k.last, "first_names": k.first, "title": titles[k.sex], "language": h.from.Lang}
	}
	return map[string]string{"email": h.email, "last_name": h.last, "first_names": h.first, "language": h.from.Lang}
}

func (f *firm) mailbox() string {
	if f.Email != "" {
		return f.Email
	}
	return slug(f.LastName) + "@cabinet.example"
}

// rows lists the relatives that fill a group.
func (h *household) rows(name string, day time.Time) []facts {
	var who []human
	switch name {
	case "partners":
		if h.partner != nil {
			who = []human{*h.partner}
		}
	case "children":
		who = h.children
	case "siblings":
		who = h.siblings
	case "nationalities":
		if h.other != nil {
			who = []human{{from: h.other}}
		}
	}
	out := make([]facts, len(who))
	for i, p := range who {
		out[i] = facts{"row.link": h.link}
		p.facts(out[i], "row.", day)
	}
	return out
}

// mailbox is an address at a domain that is nobody's (RFC 2606).
func mailbox(h human, number int) string {
	first, _, _ := strings.Cut(h.first, " ")
	return slug(first) + "." + slug(h.last) + strconv.Itoa(number) + "@example.org"
}

// slug keeps the plain letters of a name.
func slug(s string) string {
	return strings.Map(func(c rune) rune {
		switch c = unicode.ToLower(c); {
		case c >= 'a' && c <= 'z':
			return c
		case c == ' ' || c == '-':
			return '-'
		}
		return -1
	}, norm.NFD.String(s))
}
