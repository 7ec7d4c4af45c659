package text

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// The most characters that may be set: of a text of several lines, of one line, and of an SMS, which then never takes more
// than three.
const (
	Longest = 20_000
	OneLine = 300
	OneSMS  = 160
)

// Room is what may stand in a text's place.
type Room struct {
	Lines bool // several
	Most  int  // characters
}

// RoomOf tells what may stand in the place of a text as it is written; key is "" for the texts of definitions.
func RoomOf(key string, written Words, lines bool) Room {
	switch {
	case IsSMS(key):
		return Room{lines, OneSMS}
	case lines:
		return Room{lines, Longest}
	}
	return Room{lines, max(OneLine, 2*utf8.RuneCountInString(written.FR), 2*utf8.RuneCountInString(written.EN))}
}

// Misfit is why words cannot stand in the place of a text.
type Misfit struct {
	Lang Lang
	Why  string // empty | long | line | brace | unknown | missing
	Name string // the value it is about, of unknown and missing
	Most int    // characters, of long
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
	return Fit(w, values, values, RoomOf(key, written, lines))
}

// Fit judges words by the values they may bear, those they must, and the room there is.
func Fit(w Words, may, must []string, room Room) []Misfit {
	var out []Misfit
	for _, l := range Langs {
		said := w.FR
		if l == EN {
			said = w.EN
		}
		out = append(out, fit(l, said, may, must, room)...)
	}
	return out
}

func fit(l Lang, said string, may, must []string, room Room) []Misfit {
	var out []Misfit
	switch {
	case strings.TrimSpace(said) == "":
		return []Misfit{{Lang: l, Why: "empty"}}
	case utf8.RuneCountInString(said) > room.Most:
		return []Misfit{{Lang: l, Why: "long", Most: room.Most}}
	case !room.Lines && strings.ContainsAny(said, "\r\n"):
		out = append(out, Misfit{Lang: l, Why: "line"})
	}
	m, err := parse(said)
	if err != nil {
		return append(out, Misfit{Lang: l, Why: "brace"})
	}
	for _, name := range m.names() {
		if !slices.Contains(may, name) {
			out = append(out, Misfit{Lang: l, Why: "unknown", Name: name})
		}
	}
	for _, name := range must {
		if !slices.Contains(m.names(), name) {
			out = append(out, Misfit{Lang: l, Why: "missing", Name: name})
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

// Apart is the catalogue with overrides of its own; the texts are shared.
func (c *Catalogue) Apart() *Catalogue {
	other := &Catalogue{messages: c.messages}
	other.Override(nil)
	return other
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

// IsSMS tells whether the text of a key goes by SMS.
func IsSMS(key string) bool {
	return strings.HasPrefix(key, "mail.sms.") || key == "mail.account.number_code.body"
}
