// Package careless makes populations, and releases of them the way they should not be made.
package careless

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Town is a made-up register of residents with the dossiers of some of them, closed over 36 months.
type Town struct {
	Schema    Schema
	Residents []Resident // of the register, one line a dossier or a resident who never applied
	Months    []time.Time
}

// Resident is one line of the register.
type Resident struct {
	Person, Household, Filer string
	Closed                   time.Time // zero for who never applied
	Values                   []string  // raw, by column
}

// streamMonths is how long a stream is.
const streamMonths = 36

// NewTown makes a population with so many dossiers; the same seed makes the same.
func NewTown(seed uint64, dossiers int) *Town {
	r := rand.New(rand.NewPCG(seed, 36))
	t := &Town{Schema: randomSchema(r)}
	for m := range streamMonths {
		t.Months = append(t.Months, time.Date(2023, time.January+time.Month(m), 1, 0, 0, 0, 0, time.UTC))
	}
	t.settle(r, dossiers)
	return t
}

// settle fills homes with people; two in three apply, a few twice, and some through a firm that files for many.
func (t *Town) settle(r *rand.Rand, dossiers int) {
	home, person := 0, 0
	for dossiers > 0 {
		home++
		for range 1 + r.IntN(3)*r.IntN(2) {
			person++
			who := Resident{Person: fmt.Sprint("p", person), Household: fmt.Sprint("h", home), Filer: fmt.Sprint("f", person), Values: t.values(r)}
			if r.IntN(10) == 0 {
				who.Filer = fmt.Sprint("firm", r.IntN(40))
			}
			if r.IntN(3) == 0 || dossiers == 0 {
				who.Filer = ""
				t.Residents = append(t.Residents, who)
				continue
			}
			who.Closed = t.day(r)
			t.Residents = append(t.Residents, who)
			dossiers--
			if r.IntN(20) == 0 && dossiers > 0 {
				again := who
				again.Closed, again.Values = t.day(r), slices.Clone(who.Values)
				i := r.IntN(len(again.Values))
				again.Values[i] = t.Schema.Columns[i].draw(r)
				t.Residents = append(t.Residents, again)
				dossiers--
			}
		}
	}
}

func (t *Town) day(r *rand.Rand) time.Time {
	m := t.Months[r.IntN(len(t.Months))]
	return m.AddDate(0, 0, r.IntN(28))
}

// values draws a person. One time in four a secret follows the first column, so that some blocks are uniform.
func (t *Town) values(r *rand.Rand) []string {
	out := make([]string, len(t.Schema.Columns))
	for i := range t.Schema.Columns {
		c := &t.Schema.Columns[i]
		out[i] = c.draw(r)
		if i > 0 && c.Secret && r.IntN(4) == 0 {
			first := slices.Index(t.Schema.Columns[0].Raw, out[0])
			out[i] = c.Raw[first*len(c.Raw)/len(t.Schema.Columns[0].Raw)]
		}
	}
	return out
}

func (c *Column) draw(r *rand.Rand) string {
	total := 0.0
	for _, w := range c.Weight {
		total += w
	}
	x := r.Float64() * total
	for i, w := range c.Weight {
		if x -= w; x < 0 {
			return c.Raw[i]
		}
	}
	return c.Raw[len(c.Raw)-1]
}

// Register writes the residents as the attacker has them: everything but the secrets.
func (t *Town) Register() []byte {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	head := []string{"person", "household", "filer", "closed"}
	for _, c := range t.Schema.Columns {
		if !c.Secret {
			head = append(head, c.ID)
		}
	}
	_ = out.Write(head)
	for _, who := range t.Residents {
		line := []string{who.Person, who.Household, who.Filer, ""}
		if !who.Closed.IsZero() {
			line[3] = who.Closed.Format(time.DateOnly)
		}
		for i, c := range t.Schema.Columns {
			if !c.Secret {
				line = append(line, who.Values[i])
			}
		}
		_ = out.Write(line)
	}
	out.Flush()
	return b.Bytes()
}

// ClosedBefore lists the dossiers closed before an instant, in the order of the register.
func (t *Town) ClosedBefore(end time.Time) []Resident {
	var out []Resident
	for _, who := range t.Residents {
		if !who.Closed.IsZero() && who.Closed.Before(end) {
			out = append(out, who)
		}
	}
	return out
}
