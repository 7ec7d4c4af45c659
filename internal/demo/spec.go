package demo

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// spec says how a field is answered. A plain text is a value with {facts} or {earlier answers} in it.
type spec struct {
	Value   string           `yaml:"value"`
	By      string           `yaml:"by"` // fact or earlier answer that chooses the case
	Cases   map[string]*spec `yaml:"cases"`
	Else    *spec            `yaml:"else"`
	Chance  float64          `yaml:"chance"`  // of being answered at all; 0 for always
	Weights shares           `yaml:"weights"` // of values; a+b ticks both
	Pick    []string         `yaml:"pick"`
	Number  [2]int           `yaml:"number"` // from and to
	Step    int              `yaml:"step"`
	Days    [2]int           `yaml:"days"`  // a date so many days before the day of filing
	Count   shares           `yaml:"count"` // of rows, of a group
	Rows    string           `yaml:"rows"`  // relatives that fill a group
}

// shares are the weights of values.
type shares map[string]int

// plain has the fields of a spec, without its way of reading a text.
type plain spec

// UnmarshalYAML reads a text or a mapping.
func (s *spec) UnmarshalYAML(read func(any) error) error {
	if read(&s.Value) == nil {
		return nil
	}
	return read((*plain)(s))
}

// draw gives the values of an answer; none when it is left blank.
func (s *spec) draw(r *rand.Rand, day time.Time, look func(string) string) []string {
	for s != nil && s.By != "" {
		next, ok := s.Cases[look(s.By)]
		if !ok {
			next = s.Else
		}
		s = next
	}
	if s == nil || s.Chance > 0 && r.Float64() >= s.Chance {
		return nil
	}
	var v string
	switch {
	case len(s.Weights) > 0:
		return strings.Split(s.Weights.draw(r), "+")
	case len(s.Pick) > 0:
		v = s.Pick[r.IntN(len(s.Pick))]
	case s.Number != [2]int{}:
		v = strconv.Itoa(between(r, s.Number, max(s.Step, 1)))
	case s.Days != [2]int{}:
		v = day.AddDate(0, 0, -between(r, s.Days, 1)).Format(time.DateOnly)
	default:
		v = expand(s.Value, look)
	}
	if v == "" {
		return nil
	}
	return []string{v}
}

// between draws from lo to hi, in steps from lo.
func between(r *rand.Rand, span [2]int, step int) int {
	return span[0] + step*r.IntN((span[1]-span[0])/step+1)
}

// draw gives a value as often as its weight says. Keys are sorted, so that a seed always gives the same.
func (s shares) draw(r *rand.Rand) string {
	keys := slices.Sorted(maps.Keys(s))
	i := weighted(r, len(keys), func(i int) int { return s[keys[i]] })
	return keys[i]
}

// weighted draws an index as often as its weight says.
func weighted(r *rand.Rand, n int, weight func(int) int) int {
	total := 0
	for i := range n {
		total += weight(i)
	}
	at := r.IntN(total)
	for i := range n {
		if at -= weight(i); at < 0 {
			return i
		}
	}
	return n - 1
}

// expand puts what look finds in place of {names}.
func expand(s string, look func(string) string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{")
		b.WriteString(before)
		if !ok {
			return strings.TrimSpace(b.String())
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(look(name))
		s = after
	}
}

// pattern fills # with a digit, @ with a capital letter and {n} with a number from 1 to 99.
func pattern(r *rand.Rand, s string) string {
	s = strings.ReplaceAll(s, "{n}", strconv.Itoa(1+r.IntN(99)))
	return strings.Map(func(c rune) rune {
		switch c {
		case '#':
			return rune('0' + r.IntN(10))
		case '@':
			return rune('A' + r.IntN(26))
		}
		return c
	}, s)
}
