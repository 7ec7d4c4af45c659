// Package strength says how easily a password is guessed, and why; nothing is loaded before the first one is weighed.
package strength

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Reason is why a part of a password is found quickly.
type Reason string

// The reasons, each with a sentence in web/text under account.problem.because.
const (
	Word     Reason = "word"     // of the list of breached passwords and usual words
	Person   Reason = "person"   // the person's own name or address, or the service's
	Repeat   Reason = "repeat"   // what stood before, once more
	Sequence Reason = "sequence" // abcdef, 9876
	Keyboard Reason = "keyboard" // keys side by side
	Date     Reason = "date"
)

// Verdict is what an attacker who knows all this needs: about 2^Bits guesses.
type Verdict struct {
	Bits    float64
	Reasons []Reason // those of the cheapest way to the password, the one that covers most first
}

const (
	read     = 64 // characters that are weighed: the rest can only add
	longWord = 24
	anyChar  = 3.4 // bits of a character that follows no rule: little, as people do not draw them
	joint    = 1.0 // that a new part begins here
	personal = 1.0
)

var rows = []string{
	"azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "1234567890", "&é\"'(-è_çà", "!@#$%^&*()",
	"1qaz2wsx3edc4rfv", "1aqwzsx", "azeqsdwxc", "qweasdzxc",
}

// leet are the letters that signs are put for.
var leet = map[rune]rune{'@': 'a', '4': 'a', '3': 'e', '1': 'i', '!': 'i', '0': 'o', '$': 's', '5': 's', '7': 't', '8': 'b'}

// step is the cheapest way found to a place of the password.
type step struct {
	bits float64
	from int
	why  Reason
}

// Weigh estimates a password by the cheapest row of parts it can be put together from. about are words that name the
// person. Time grows with the length up to 64 characters, and no further.
func (l *List) Weigh(password string, about ...string) Verdict {
	plain, capitals := fold(password)
	w := &weighing{plain: plain, signs: unleet(plain), capitals: capitals, list: l, about: names(about), best: make([]step, len(plain)+1)}
	for i := range w.best[1:] {
		w.best[i+1].bits = math.Inf(1)
	}
	for i := range plain {
		w.reach(i, i+1, anyChar-joint, "")
		w.words(i)
		w.copies(i)
		w.sequences(i)
		w.keys(i)
		w.dates(i)
	}
	return w.verdict()
}

type weighing struct {
	plain, signs []rune
	capitals     []bool
	list         *List
	about        map[string]bool
	best         []step
}

func (w *weighing) reach(from, to int, bits float64, why Reason) {
	if b := w.best[from].bits + bits + joint; b < w.best[to].bits {
		w.best[to] = step{b, from, why}
	}
}

func (w *weighing) verdict() Verdict {
	covered := map[Reason]int{}
	for at := len(w.plain); at > 0; at = w.best[at].from {
		if s := w.best[at]; s.why != "" {
			covered[s.why] += at - s.from
		}
	}
	v := Verdict{Bits: w.best[len(w.plain)].bits}
	for why := range covered {
		v.Reasons = append(v.Reasons, why)
	}
	slices.SortFunc(v.Reasons, func(a, b Reason) int {
		if covered[a] != covered[b] {
			return covered[b] - covered[a]
		}
		return strings.Compare(string(a), string(b))
	})
	return v
}

// words finds those of the list, and those that name the person, however written.
func (w *weighing) words(i int) {
	for j := i + 3; j <= min(i+longWord, len(w.plain)); j++ {
		extra := w.capitalBits(i, j)
		word := string(w.plain[i:j])
		w.word(i, j, word, extra)
		if other := string(w.signs[i:j]); other != word {
			w.word(i, j, other, extra+1)
		}
	}
}

func (w *weighing) word(i, j int, word string, extra float64) {
	if w.about[word] {
		w.reach(i, j, personal+extra, Person)
	} else if bits, ok := w.list.bits(word); ok {
		w.reach(i, j, bits+extra, Word)
	}
}

// capitalBits is 1 for a first or every letter, else one for each.
func (w *weighing) capitalBits(i, j int) (n float64) {
	for _, up := range w.capitals[i:j] {
		if up {
			n++
		}
	}
	if int(n) == j-i || n == 1 && w.capitals[i] {
		return 1
	}
	return n
}

// copies are what repeats anything before it.
func (w *weighing) copies(i int) {
	for back := 1; back <= i; back++ {
		n := 0
		for i+n < len(w.plain) && w.plain[i+n] == w.plain[i+n-back] {
			n++
			if n >= min(3, back+1) {
				w.reach(i, i+n, math.Log2(float64(back*n)), Repeat)
			}
		}
	}
}

func (w *weighing) sequences(i int) {
	if i+1 >= len(w.plain) {
		return
	}
	pace := w.plain[i+1] - w.plain[i]
	if pace == 0 || pace < -2 || pace > 2 {
		return
	}
	for j := i + 2; j < len(w.plain) && w.plain[j]-w.plain[j-1] == pace; j++ {
		w.reach(i, j+1, 3+math.Log2(float64(j+1-i)), Sequence)
	}
}

// keys are pieces of a row, read either way.
func (w *weighing) keys(i int) {
	for _, row := range keyRows {
		for at, key := range row {
			n := 0
			for key == w.plain[i] && i+n < len(w.plain) && at+n < len(row) && row[at+n] == w.plain[i+n] {
				n++
			}
			if n >= 3 {
				w.reach(i, i+n, 5+math.Log2(float64(n)), Keyboard)
			}
		}
	}
}

var keyRows = func() (all [][]rune) {
	for _, row := range rows {
		back := []rune(row)
		slices.Reverse(back)
		all = append(all, []rune(row), back)
	}
	return all
}()

// fold is the password in small letters without accents, cut, and where its capitals stand.
func fold(password string) (plain []rune, capitals []bool) {
	for _, r := range norm.NFC.String(password) {
		if len(plain) == read {
			break
		}
		first := []rune(norm.NFD.String(string(r)))[0]
		plain = append(plain, unicode.ToLower(first))
		capitals = append(capitals, unicode.IsUpper(first))
	}
	return plain, capitals
}

func unleet(plain []rune) []rune {
	out := slices.Clone(plain)
	for i, r := range out {
		if letter, ok := leet[r]; ok {
			out[i] = letter
		}
	}
	return out
}

// names are the words in what names a person, and each of them whole.
func names(about []string) map[string]bool {
	all := map[string]bool{}
	for _, a := range about {
		plain, _ := fold(a)
		all[string(plain)] = true
		for _, part := range strings.FieldsFunc(string(plain), func(r rune) bool { return strings.ContainsRune(" @.-_'’", r) }) {
			all[part] = true
		}
	}
	return all
}
