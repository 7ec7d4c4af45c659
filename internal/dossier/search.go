package dossier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Bounds of a search: words looked at, and words that may be one when they are run together (« Le Goff », “18 AB 12345”).
const (
	mostWords = 24
	mostRun   = 5
)

// phoneTail is how many last digits tell a telephone number, however the rest was written.
const phoneTail = 8

// letters that are no letter with an accent, as they are typed without one.
var letters = strings.NewReplacer("œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae", "ß", "ss", "ø", "o", "Ø", "o", "ł", "l", "Ł", "l", "đ", "d", "Đ", "d", "ð", "d", "þ", "th")

// fold parts a text into words in lower case, without accents.
func fold(s string) []string {
	return strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(letters.Replace(s))))
}

// wordsOf are the words of a text of two letters or more, as the index knows them.
func wordsOf(s string) []string {
	return slices.DeleteFunc(fold(s), func(w string) bool { return len(w) < 2 })
}

// searchWords are the tokens by which an answer of a kind is found: a date and a telephone number have one of their own,
// everything else its words of two letters or more, and all of them run together.
func searchWords(kind form.Kind, values []string) []string {
	switch kind {
	case form.Date:
		if len(values) == 3 {
			return dateToken(values[0], values[1], values[2])
		}
		return nil
	case form.Phone:
		return phoneToken(strings.Join(fold(strings.Join(values, " ")), ""))
	}
	var out []string
	for _, v := range values {
		out = append(out, wordsOf(v)...)
		words := fold(v)
		if n := len(words); n > 1 && n <= mostRun {
			out = append(out, strings.Join(words, ""))
		}
	}
	return out
}

// dateToken is the one way a date is written in the index.
func dateToken(day, month, year string) []string {
	d, err1 := strconv.Atoi(day)
	m, err2 := strconv.Atoi(month)
	y, err3 := strconv.Atoi(year)
	if err1 != nil || err2 != nil || err3 != nil || d < 1 || d > 31 || m < 1 || m > 12 || y < 1000 || y > 9999 {
		return nil
	}
	return []string{fmt.Sprintf("date:%04d-%02d-%02d", y, m, d)}
}

func phoneToken(digits string) []string {
	if len(digits) < phoneTail || strings.Trim(digits, "0123456789") != "" {
		return nil
	}
	return []string{"phone:" + digits[len(digits)-phoneTail:]}
}

// months are the names by which a date may be typed, in both languages, as folded.
var months = map[string]string{
	"janvier": "1", "fevrier": "2", "mars": "3", "avril": "4", "mai": "5", "juin": "6", "juillet": "7", "aout": "8", "septembre": "9",
	"octobre": "10", "novembre": "11", "decembre": "12", "january": "1", "february": "2", "march": "3", "april": "4", "may": "5",
	"june": "6", "july": "7", "august": "8", "september": "9", "october": "10", "november": "11", "december": "12",
}

// sought is what a search looks for: tokens, each with the places of the words it answers for, and the places that must all
// be answered. One word may be answered in several ways: alone, as a part of a date, of a number, of a name in two words.
type sought struct {
	tokens []string
	places []int64
	wanted int64
}

// seek reads what an agent typed: names in any order, a date, a document's number, a telephone number, together or alone.
func seek(typed string) sought {
	words := fold(typed)
	if len(words) > mostWords {
		words = words[:mostWords]
	}
	var s sought
	for i, w := range words {
		if len(w) >= 2 {
			s.wanted |= 1 << i
			s.add(w, i, 1)
		}
		for n := 2; i+n <= len(words) && n <= 2*phoneTail; n++ {
			s.run(words[i:i+n], i)
		}
		for _, t := range phoneToken(w) {
			s.add(t, i, 1)
		}
	}
	return s
}

// run adds what several words may mean together.
func (s *sought) run(words []string, at int) {
	whole := strings.Join(words, "")
	if len(words) <= mostRun {
		s.add(whole, at, len(words))
	}
	if len(whole) <= 2*phoneTail {
		for _, t := range phoneToken(whole) {
			s.add(t, at, len(words))
		}
	}
	if len(words) == 3 {
		for _, t := range dateOf(words) {
			s.add(t, at, 3)
		}
	}
}

// dateOf reads three words as a date: 27 3 1985, 27 mars 1985, March 27 1985, 1985-03-27.
func dateOf(w []string) []string {
	month := func(s string) string {
		if m, ok := months[s]; ok {
			return m
		}
		return s
	}
	switch {
	case len(w[0]) == 4:
		return dateToken(w[2], month(w[1]), w[0])
	case months[w[0]] != "":
		return dateToken(w[1], months[w[0]], w[2])
	}
	return dateToken(w[0], month(w[1]), w[2])
}

func (s *sought) add(token string, at, n int) {
	places := int64(1<<n-1) << at
	if i := slices.Index(s.tokens, token); i >= 0 {
		s.places[i] |= places
		return
	}
	s.tokens, s.places = append(s.tokens, token), append(s.places, places)
}

// index makes the dossier findable by its search fields, and comparable with others, through keyed blind indexes; what it newly
// resembles is told.
func (o *Office) index(ctx context.Context, tx *store.Tx, d *Dossier) error {
	if err := o.recognise(ctx, tx, d); err != nil {
		return err
	}
	if err := o.enrol(ctx, tx, d); err != nil {
		return err
	}
	return o.indexWords(ctx, tx, d)
}

// Reindex makes a dossier findable under the search keys of today, as it was under those before: nothing else changes, and
// nobody is told anything.
func (o *Office) Reindex(ctx context.Context, publicID string) (err error) {
	defer fault.Wrap(&err, "dossier.Reindex %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if d.SubmittedAt == nil {
			return nil
		}
		return errors.Join(o.indexLikeness(ctx, tx, d), o.indexWords(ctx, tx, d))
	})
}

func (o *Office) indexWords(ctx context.Context, tx *store.Tx, d *Dossier) error {
	newest := int16(o.Keys.SearchKey()) // read first: a key made meanwhile finds the dossier wanting
	in := sqlc.SearchTokenInsertParams{DossierID: d.ID}
	for _, w := range d.searchable() {
		for _, t := range o.Keys.Search("search", w) {
			in.Tokens, in.Keys = append(in.Tokens, t.Hash), append(in.Keys, int16(t.Key))
		}
	}
	if err := tx.Q.SearchTokenDelete(ctx, d.ID); err != nil {
		return err
	}
	if err := tx.Q.DossierIndexed(ctx, sqlc.DossierIndexedParams{DossierID: d.ID, Key: newest}); err != nil || len(in.Tokens) == 0 {
		return err
	}
	return tx.Q.SearchTokenInsert(ctx, in)
}

// searchable are the words of the filed answers by which the dossier is found, each once.
func (d *Dossier) searchable() (words []string) {
	seen := map[string]bool{}
	for path, values := range d.Filed {
		f := d.Def.Form.Field(path)
		if f == nil || !slices.Contains(d.Def.Flow.Search, fieldOf(d, path)) {
			continue
		}
		for _, w := range searchWords(f.Kind, values) {
			if !seen[w] {
				seen[w] = true
				words = append(words, w)
			}
		}
	}
	return words
}

// fieldOf is a path as definitions name it: "children.k1.last_name" is "children.last_name".
func fieldOf(d *Dossier, path string) string {
	f := d.Def.Form.Field(path)
	if f == nil {
		return path
	}
	if head, _, ok := strings.Cut(path, "."); ok && !strings.HasPrefix(f.ID, head+".") && f.ID != path {
		return head + "." + f.ID
	}
	return f.ID
}
