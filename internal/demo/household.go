package demo

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// human is an invented person.
type human struct {
	from        *origin
	last, first string
	sex         string // female or male
	born        time.Time
	home        bool // lives with the applicant
}

// household is an applicant with all that is around them.
type household struct {
	human
	band, status, usual  string
	other                *origin // of a second nationality
	partner              *human
	link                 string // of the partner: spouse, ex_spouse or partner
	father, mother       human
	children, siblings   []human
	street, place, where string // of the home before: street, postcode and town, country
	address, block       string
	floor, flat          int
	tenure               string // of the home, in a population: tenant, owner or hosted
	occupants            int    // of the home, in a population; 0 where only the family counts
	email                string
	seed                 uint64
	filer                string // self, firm or relative
	firm                 *firm
}

// makeHousehold draws an applicant and their family. day is the day from which ages count.
func (w *world) makeHousehold(seed uint64, number int, day time.Time) *household {
	r := rand.New(rand.NewPCG(seed, uint64(number)))
	age := w.Ages[weighted(r, len(w.Ages), func(i int) int { return w.Ages[i].Weight })]
	from := w.origin(r)
	h := &household{human: from.human(r, "", bornAt(r, day, between(r, [2]int{age.From, age.To}, 1))), band: age.Band, seed: r.Uint64()}
	h.status = w.Status[h.band].draw(r)
	w.family(r, h, day)
	w.addresses(r, h)
	if r.IntN(100) < 9 {
		if h.other = w.origin(r); h.other == h.from {
			h.other = nil
		}
	}
	h.email = mailbox(h.human, number)
	w.chooseFiler(r, h)
	return h
}

func (w *world) chooseFiler(r *rand.Rand, h *household) {
	switch at := r.IntN(100); {
	case at < 16:
		h.filer = "firm"
		h.firm = w.Firms[weighted(r, len(w.Firms), func(i int) int { return w.Firms[i].Weight })]
	case at < 19:
		h.filer = "relative"
	default:
		h.filer = "self"
	}
}

func (w *world) origin(r *rand.Rand) *origin {
	return w.Origins[weighted(r, len(w.Origins), func(i int) int { return w.Origins[i].Weight })]
}

// human draws a person of an origin, with the family's surname when there is one.
func (o *origin) human(r *rand.Rand, family string, born time.Time) human {
	sex, names := "female", o.Female
	if r.IntN(2) == 0 {
		sex, names = "male", o.Male
	}
	return o.named(r, sex, names, family, born)
}

func (o *origin) named(r *rand.Rand, sex string, names []string, family string, born time.Time) human {
	if family == "" {
		family = one(r, o.Last)
	}
	h := human{from: o, last: o.surname(family, sex), first: one(r, names), sex: sex, born: born}
	if second := one(r, names); second != h.first && r.IntN(100) < 75 {
		h.first += " " + second
	}
	return h
}

// surname is the family's name as a woman or a man bears it.
func (o *origin) surname(family, sex string) string {
	if sex == "female" {
		if end, ok := o.Feminine[family[len(family)-1:]]; ok {
			return family[:len(family)-1] + end
		}
	}
	return family
}

// family draws the partner, the children, and those before and beside.
func (w *world) family(r *rand.Rand, h *household, day time.Time) {
	age := years(h.born, day)
	h.link = map[string]string{"married": "spouse", "civil_union": "partner", "cohabiting": "partner", "separated": "spouse", "divorced": "ex_spouse"}[h.status]
	if h.link != "" {
		h.partner = w.makePartner(r, h, day, age)
	}
	youngest := age
	surname := h.last
	if h.partner != nil {
		youngest = min(age, years(h.partner.born, day))
		if h.partner.sex == "male" && h.sex == "female" {
			surname = h.partner.last
		}
		if h.status == "married" && h.sex == "female" && r.IntN(100) < 55 {
			h.usual = h.partner.last
		}
	}
	w.addChildren(r, h, surname, youngest, day)
	h.father = h.from.named(r, "male", h.from.Male, strings.TrimSuffix(h.last, feminineEnd(h.human)), time.Time{})
	h.mother = h.from.named(r, "female", h.from.Female, "", time.Time{})
	for range r.IntN(3) {
		h.siblings = append(h.siblings, h.from.human(r, strings.TrimSuffix(h.last, feminineEnd(h.human)), time.Time{}))
	}
}

// addChildren draws them so that the younger parent was between 20 and 44 at their birth.
func (w *world) addChildren(r *rand.Rand, h *household, surname string, parent int, day time.Time) {
	if len(h.from.Feminine) > 0 {
		surname = strings.TrimSuffix(surname, "a")
	}
	weights := w.Children[h.band]
	for range weighted(r, len(weights), func(i int) int { return weights[i] }) {
		if parent < 21 {
			return
		}
		age := between(r, [2]int{max(1, parent-44), parent - 20}, 1)
		c := h.from.human(r, surname, bornAt(r, day, age))
		c.home = age < 19 && r.IntN(100) < 92 || age >= 19 && r.IntN(100) < 10
		h.children = append(h.children, c)
	}
}

// feminineEnd is what the surname has beyond the family's.
func feminineEnd(h human) string {
	if len(h.from.Feminine) > 0 && h.sex == "female" && strings.HasSuffix(h.last, "a") {
		return "a"
	}
	return ""
}

func (w *world) makePartner(r *rand.Rand, h *household, day time.Time, age int) *human {
	from := h.from
	if r.IntN(100) < 28 {
		from = w.origin(r)
	}
	sex, names := "male", from.Male
	if h.sex == "male" != (r.IntN(100) < 4) {
		sex, names = "female", from.Female
	}
	p := from.named(r, sex, names, "", bornAt(r, day, max(18, age-6+r.IntN(13))))
	p.home = h.status != "separated" && h.status != "divorced" && r.IntN(100) < 93
	return &p
}

func (w *world) addresses(r *rand.Rand, h *household) {
	before := h.from
	switch at := r.IntN(100); {
	case at < 20:
		before = w.Origins[0]
	case at < 27:
		before = w.origin(r)
	}
	h.street, h.place, h.where = pattern(r, one(r, before.Streets)), one(r, before.Places), before.Country
	h.address = strconv.Itoa(1+r.IntN(48)) + " " + one(r, w.Homes)
	if r.IntN(100) < 45 {
		h.block = string(rune('A' + r.IntN(4)))
	}
	h.floor = r.IntN(18)
	h.flat = h.floor*10 + 1 + r.IntN(8)
}

// spouse is the partner as an applicant of their own: the same home and children, parents of their own.
func (w *world) spouse(h *household, number int, day time.Time) *household {
	r := rand.New(rand.NewPCG(h.seed, uint64(number)))
	s := *h
	me := h.human
	me.home = true
	s.human, s.partner, s.usual, s.other, s.siblings = *h.partner, &me, "", nil, nil
	s.band = w.bandOf(years(s.born, day))
	s.father = s.from.named(r, "male", s.from.Male, strings.TrimSuffix(s.last, feminineEnd(s.human)), time.Time{})
	s.mother = s.from.named(r, "female", s.from.Female, "", time.Time{})
	s.email, s.seed = mailbox(s.human, number), r.Uint64()
	return &s
}

func (w *world) bandOf(age int) string {
	for _, a := range w.Ages {
		if age <= a.To {
			return a.Band
		}
	}
	return w.Ages[len(w.Ages)-1].Band
}

// size counts those who live in the home.
func (h *household) size() int {
	if h.occupants > 0 {
		return h.occupants
	}
	n := 1
	if h.partner != nil && h.partner.home {
		n++
	}
	for _, c := range h.children {
		if c.home {
			n++
		}
	}
	return n
}

func one(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// bornAt draws a birthday that makes somebody so many years old on the day.
func bornAt(r *rand.Rand, day time.Time, age int) time.Time {
	return day.AddDate(-age, 0, -1-r.IntN(364))
}

func years(born, day time.Time) int {
	n := day.Year() - born.Year()
	if day.YearDay() < born.YearDay() {
		n--
	}
	return n
}
