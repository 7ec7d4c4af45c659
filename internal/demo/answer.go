package demo

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/form"
	"guichet/internal/workflow"
)

// filler answers one procedure's questions for one household.
type filler struct {
	form  *form.Compiled
	specs map[string]*spec
	h     *household
	r     *rand.Rand
	day   time.Time
	facts facts
	raw   form.Raw
}

// passes bounds how often the journey is walked: each pass answers what the one before made relevant.
const passes = 10

func newFiller(c *form.Compiled, s *script, h *household, story string, at time.Time) *filler {
	day := workflow.Day(at)
	f := &filler{form: c, specs: s.Fields, h: h, r: rand.New(rand.NewPCG(h.seed, 2)), day: day, facts: h.facts(day), raw: form.Raw{}}
	f.facts["story"], f.facts["channel"] = story, "online"
	return f
}

// fill answers everything that is asked of the person, and ticks what is to be acknowledged.
func (f *filler) fill() form.Raw {
	for pass := range passes {
		j := f.form.Walk(f.raw, f.known(), f.day)
		if !f.pass(j, pass) {
			break
		}
	}
	for _, s := range f.form.Steps {
		if s.Notice != "" {
			f.raw["notice."+s.Notice] = []string{"yes"}
		}
	}
	return f.raw
}

// known are the facts of the account that a form may offer.
func (f *filler) known() form.Facts {
	out := form.Facts{}
	for _, name := range []string{"email", "last_name", "first_names", "language"} {
		out["account."+name] = f.facts["account."+name]
	}
	out[form.FactChannel] = f.facts["channel"]
	return out
}

// pass answers what is asked and not answered; false when there was nothing.
func (f *filler) pass(j *form.Journey, n int) (more bool) {
	for _, s := range j.Steps() {
		if !s.Relevant || s.Step.Files {
			continue
		}
		for _, x := range s.Fields {
			if !x.Relevant || x.Field.Compute != "" {
				continue
			}
			if x.Field.Kind == form.Group {
				more = f.group(x, n) || more
				continue
			}
			more = f.answer(x, x.Field.ID, nil, n) || more
		}
	}
	return more
}

// group decides which rows there are, then answers their cells.
func (f *filler) group(x *form.FieldState, n int) (more bool) {
	s := f.specs[x.Field.ID]
	var rows []facts
	if s != nil && s.Rows != "" {
		rows = f.h.rows(s.Rows, f.day)
	}
	if _, done := f.raw[x.Path]; !done {
		f.raw[x.Path] = rowIDs(f.rowCount(x, s, rows))
		return true
	}
	for i, row := range x.Rows {
		var about facts
		if i < len(rows) {
			about = rows[i]
		}
		for _, cell := range row.Fields {
			if cell.Relevant && cell.Field.Compute == "" {
				more = f.answer(cell, x.Field.ID+"."+cell.Field.ID, about, n) || more
			}
		}
	}
	return more
}

func (f *filler) rowCount(x *form.FieldState, s *spec, rows []facts) int {
	for s != nil && s.By != "" {
		next, ok := s.Cases[f.look(s.By, nil)]
		if !ok {
			next = s.Else
		}
		s = next
	}
	switch {
	case s != nil && s.Rows != "":
		return len(rows)
	case s != nil && len(s.Count) > 0:
		n, _ := strconv.Atoi(s.Count.draw(f.r))
		return n
	case x.Required:
		return 1
	}
	return 0
}

func rowIDs(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = "r" + strconv.Itoa(i+1)
	}
	return out
}

// answer fills one field that is still open. What the form offers is taken from the second pass on, when it can look back.
func (f *filler) answer(x *form.FieldState, key string, row facts, n int) bool {
	if _, done := f.raw[x.Path]; done {
		return false
	}
	s, listed := f.specs[key]
	switch {
	case listed:
		f.raw[x.Path] = typed(x.Field, s.draw(f.r, f.day, func(name string) string { return f.look(name, row) }))
	case x.Prefilled:
		f.raw[x.Path] = slices.Clone(x.Raw)
	case x.Field.Prefill != "" && n == 0:
		return true
	case x.Required:
		f.raw[x.Path] = typed(x.Field, f.byKind(x.Field))
	default:
		f.raw[x.Path] = []string{}
	}
	return true
}

// look finds a fact, or an earlier answer.
func (f *filler) look(name string, row facts) string {
	if v, ok := row[name]; ok {
		return v
	}
	if v, ok := f.facts[name]; ok {
		return v
	}
	return strings.Join(f.raw[name], "+")
}

// byKind answers a required field of which the data file says nothing.
func (f *filler) byKind(x *form.Field) []string {
	switch x.Kind {
	case form.Number, form.Decimal, form.Money:
		if x.Min != nil {
			return []string{strconv.FormatFloat(*x.Min, 'f', -1, 64)}
		}
		return []string{"1"}
	case form.Date:
		return []string{f.day.AddDate(0, 0, -1-f.r.IntN(300)).Format(time.DateOnly)}
	case form.Time:
		return []string{"09:30"}
	case form.Bool:
		return []string{yes(f.r.IntN(2) == 0)}
	case form.Choice, form.Choices:
		return []string{x.Options[f.r.IntN(len(x.Options))].ID}
	case form.Email:
		return []string{f.facts["person.email"]}
	case form.Phone:
		return []string{f.facts["person.phone"]}
	case form.Country:
		return []string{f.facts["person.country"]}
	}
	return []string{"Exemple"}
}

// typed writes values as a person types them: a date in three boxes.
func typed(x *form.Field, values []string) []string {
	if values == nil {
		return []string{}
	}
	if x.Kind == form.Date {
		at, err := time.Parse(time.DateOnly, values[0])
		if err != nil {
			return []string{}
		}
		return []string{strconv.Itoa(at.Day()), strconv.Itoa(int(at.Month())), strconv.Itoa(at.Year())}
	}
	return values
}

// agentAnswer is what an agent writes in a field of a move; the same each time on one dossier.
func (f *filler) agentAnswer(id string) []string {
	x := f.form.Field(id)
	if x == nil {
		return nil
	}
	if v, done := f.raw[id]; done {
		return v
	}
	v := typed(x, f.specs[id].draw(f.r, f.day, func(name string) string { return f.look(name, nil) }))
	f.raw[id] = v
	return v
}
