package release_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"guichet/internal/form"
	"guichet/internal/release"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

// canaries are words that exist nowhere else, planted where people write.
type canaries struct{ planted []string }

// next is a canary of letters alone: names hold nothing else.
func (c *canaries) next() string {
	n := len(c.planted)
	c.planted = append(c.planted, "Quinquet"+string([]byte{'a' + byte(n/676%26), 'a' + byte(n/26%26), 'a' + byte(n%26)}))
	return c.planted[n]
}

// hostile is a canary in what a spreadsheet may take for a formula, written from right to left.
func (c *canaries) hostile() string { return "=cmd|' /C calc'!A0 \u200f" + c.next() }

// in plants one in every answer that is free text.
func (c *canaries) in(fields []*form.Field, answers map[string]any) {
	for _, f := range fields {
		if rows, ok := answers[f.ID].([]any); ok && f.Kind == form.Group {
			for _, row := range rows {
				c.in(f.Fields, row.(map[string]any))
			}
		}
		if answers[f.ID] == nil || f.Validate != "" && f.Validate != "person_name" {
			continue
		}
		switch f.Kind {
		case form.Text:
			answers[f.ID] = c.next()
		case form.LongText:
			answers[f.ID] = c.hostile()
		}
	}
}

// aviary closes n dossiers in a town, with canaries in every answer and in the names of papers.
func (w *town) aviary(n int) *canaries {
	w.t.Helper()
	c := &canaries{}
	for i := range n {
		p := testkit.PersonaNamed(w.t, "family")
		for _, step := range w.Definition().Form.Steps {
			c.in(step.Fields, p.Answers)
		}
		w.decided(w.person(), p, []string{"family", "professional", "living_environment"}[i%3], c.next()+".png")
	}
	if len(c.planted) < 30*n {
		w.t.Fatalf("only %d canaries", len(c.planted))
	}
	// what is no free text, and yet nobody else's: dates, numbers of papers, telephone, addresses
	c.planted = append(c.planted, "1984-02-29", "29/02/1984", "2015-06-30", "D2H6862M2", "612345678", "6 12 34 56 78", "olivier.garnier", "p3@example.org")
	return c
}

// disguises are a word as files may hold it.
func disguises(word string) []string {
	units := utf16.Encode([]rune(word))
	wide := make([]byte, 0, 2*len(units))
	for _, u := range units {
		wide = append(wide, byte(u), byte(u>>8))
	}
	return []string{strings.ToLower(word), hex.EncodeToString([]byte(word)), strings.ToLower(base64.StdEncoding.EncodeToString([]byte(word))), strings.ToLower(string(wide))}
}

// shown are the canaries that a place shows, however written.
func (c *canaries) shown(all string) (found []string) {
	all = strings.ToLower(all)
	for _, word := range c.planted {
		if slices.ContainsFunc(disguises(word), func(form string) bool { return strings.Contains(all, form) }) {
			found = append(found, word)
		}
	}
	return found
}

// silent holds that a place shows none.
func (c *canaries) silent(t *testing.T, place, all string) {
	t.Helper()
	if found := c.shown(all); len(found) > 0 {
		t.Errorf("%s shows %q", place, found)
	}
}

// A search that finds nothing anywhere proves nothing: a canary is seen in a part of a workbook, in each of its disguises.
func TestCanariesAreSeen(t *testing.T) {
	c := &canaries{}
	for _, form := range disguises(c.next()) {
		var book bytes.Buffer
		archive := zip.NewWriter(&book)
		part, err := archive.Create("xl/worksheets/sheet1.xml")
		if err == nil {
			_, err = part.Write([]byte(strings.Repeat("<c/>", 100) + form))
		}
		if err = errors.Join(err, archive.Close()); err != nil {
			t.Fatal(err)
		}
		if len(c.shown(inflated(t, book.Bytes()))) != 1 {
			t.Errorf("%q is not seen", form)
		}
	}
}

// inflated are all bytes of a workbook: as they stand, and each part and its name unpacked.
func inflated(t *testing.T, book []byte) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	out := string(book)
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out += "\n" + part.Name + "\n" + string(content)
	}
	return out
}

// P1: whatever people wrote, sent or were told stands in no byte of what leaves: workbook, certificate, tables.
func TestNothingThatPeopleWroteLeaves(t *testing.T) {
	testkit.Covers(t, "RP-021", "RP-176", "RP-177", "RP-178")
	testkit.Whole(t)
	w := newTown(t)
	c := w.aviary(15)
	w.monthsLater(1)
	w.must(w.Releases.TabulateAll(t.Context()))
	w.stands(15, 1)
	for _, lang := range text.Langs {
		id, err := w.Releases.Ask(t.Context(), w.agent, w.Definition().ID, release.Asking{Lang: lang, Reason: c.next()})
		w.must(err)
		w.must(w.Releases.Decide(t.Context(), w.other, id, true, c.next()))
		w.Drain()
		_, book, err := w.Releases.Book(t.Context(), w.agent, id, "")
		w.must(err)
		_, certificate, err := w.Releases.Certificate(t.Context(), w.agent, id)
		w.must(err)
		all := inflated(t, book)
		if !strings.Contains(all, "professional") && !strings.Contains(all, "economic") {
			t.Fatal("the workbook was not unpacked")
		}
		c.silent(t, "the workbook", all)
		c.silent(t, "the certificate", string(certificate))
		for _, q := range w.Definition().Questions {
			_, table, err := w.Releases.AnswerBook(t.Context(), w.agent, w.Definition().ID, q.ID, release.Period{}, lang)
			w.must(err)
			c.silent(t, "the table "+q.ID, inflated(t, table))
		}
	}
}
