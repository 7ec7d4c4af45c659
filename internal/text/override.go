package text

import (
	"maps"
	"slices"
	"strings"
)

// longest is the most characters a text may be set to.
const longest = 20_000

// Misfit is why words cannot stand in the place of a text.
type Misfit struct {
	Lang Lang
	Why  string // empty | long | line | brace | unknown | missing
	Name string // the value it is about, of unknown and missing
}

// Written gives a text as the files have it, whatever stands in its place.
func (c *Catalogue) Written(key string) (_ Words, ok bool) {
	fr, ok := c.messages[FR][key]
	return Words{fr.plain, c.messages[EN][key].plain}, ok
}

// Values lists the values that a text bears between braces; whatever stands in its place must bear the same.
func (c *Catalogue) Values(key string) []string { return c.messages[FR][key].names() }

// Fits says why words cannot stand in the place of a text: nothing when they can.
func (c *Catalogue) Fits(key string, w Words) []Misfit {
	written, _ := c.Written(key)
	lines := strings.Contains(written.FR, "\n") || strings.HasSuffix(key, ".body")
	values := c.Values(key)
	return Fit(w, values, values, lines)
}

// Fit judges words by the values they may bear, those they must, and whether they may have several lines.
func Fit(w Words, may, must []string, lines bool) []Misfit {
	var out []Misfit
	for _, l := range Langs {
		said := w.FR
		if l == EN {
			said = w.EN
		}
		out = append(out, fit(l, said, may, must, lines)...)
	}
	return out
}

func fit(l Lang, said string, may, must []string, lines bool) []Misfit {
	var out []Misfit
	switch {
	case strings.TrimSpace(said) == "":
		return []Misfit{{Lang: l, Why: "empty"}}
	case len(said) > longest:
		return []Misfit{{Lang: l, Why: "long"}}
	case !lines && strings.ContainsAny(said, "\r\n"):
		out = append(out, Misfit{Lang: l, Why: "line"})
	}
	m, err := parse(said)
	if err != nil {
		return append(out, Misfit{Lang: l, Why: "brace"})
	}
	for _, name := range m.names() {
		if !slices.Contains(may, name) {
			out = append(out, Misfit{l, "unknown", name})
		}
	}
	for _, name := range must {
		if !slices.Contains(m.names(), name) {
			out = append(out, Misfit{l, "missing", name})
		}
	}
	return out
}

// Names lists the values between braces that a text bears, in order; none when a brace is not closed.
func Names(said string) []string {
	m, err := parse(said)
	if err != nil {
		return nil
	}
	return m.names()
}

// Override puts words in the place of texts, for every printer made from now on, and gives back to all others what the files
// have. What does not fit is left out; see Fits. A printer that exists keeps speaking as it did.
func (c *Catalogue) Override(words map[string]Words) {
	now := map[Lang]map[string]message{}
	for _, l := range Langs {
		now[l] = c.messages[l]
		if len(words) > 0 {
			now[l] = maps.Clone(c.messages[l])
		}
	}
	for key, w := range words {
		if _, ok := c.Written(key); !ok || len(c.Fits(key, w)) > 0 {
			continue
		}
		now[FR][key], _ = parse(w.FR)
		now[EN][key], _ = parse(w.EN)
	}
	c.now.Store(&now)
}

// Fill puts values, given as name-value pairs, in the place of their names, as a printer does. A name without a value stays.
func Fill(said string, args ...any) string {
	m, err := parse(said)
	if err != nil || m.parts == nil {
		return said
	}
	for i := 1; i < len(m.parts); i += 2 {
		if _, ok := lookup(m.parts[i], args); !ok {
			args = append(args, m.parts[i], "{"+m.parts[i]+"}")
		}
	}
	filled, _ := m.fill(args)
	return filled
}
