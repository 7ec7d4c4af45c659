package release_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"guichet/internal/access"
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

// silent holds that a place shows no canary, however written.
func (c *canaries) silent(t *testing.T, place, all string) {
	t.Helper()
	all = strings.ToLower(all)
	for _, word := range c.planted {
		for _, form := range disguises(word) {
			if strings.Contains(all, form) {
				t.Errorf("%s shows %s", place, word)
			}
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

// overheard is a house with canaries waiting whose log is read, that of the process included, and whose errors are collected.
type overheard struct {
	*town
	*canaries
	said strings.Builder
}

func overhear(t *testing.T) *overheard {
	t.Helper()
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	w := newHouse(t)
	c := w.aviary(2)
	slog.SetDefault(slog.New(slog.NewTextHandler(w.Log, nil)))
	return &overheard{town: w, canaries: c}
}

// fails expects an error, and keeps its words.
func (o *overheard) fails(what string, err error) {
	o.t.Helper()
	if err == nil {
		o.t.Errorf("%s: no error", what)
	}
	fmt.Fprintf(&o.said, "%s: %v %+v\n", what, err, err)
}

// P13: what goes wrong in a release is told without a value: in errors, in the log, in the journal and in the queue.
func TestLogAndErrorsOfAReleaseHoldNoValue(t *testing.T) {
	o := overhear(t)
	o.freezesThatFail()
	o.must(o.Releases.FreezeAll(t.Context()))
	o.requestsThatFail()
	o.filesThatFail()
	o.silent(t, "an error", o.said.String())
	o.silent(t, "the log", o.Log.String())
	if !strings.Contains(o.Log.String(), "release not made") {
		t.Error("the log was not read")
	}
	for _, table := range []string{"release_request", "release_act", "jobs.river_job"} {
		var rows string
		o.must(o.Store.Pool().QueryRow(t.Context(), "select coalesce(string_agg(x::text, E'\n'), '') from "+table+" x").Scan(&rows))
		if rows == "" && table != "jobs.river_job" {
			t.Errorf("%s was not read", table)
		}
		o.silent(t, table, rows)
	}
}

// freezesThatFail are stopped by the database, by answers that cannot be opened, and by a file that was changed.
func (o *overheard) freezesThatFail() {
	ctx := o.t.Context()
	o.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	for _, table := range []string{"release_cohort", "release_tabulation"} {
		o.must(o.exec("alter table " + table + " add constraint spoilt check (procedure = '') not valid"))
		o.fails("a freeze that "+table+" refuses", release.RunFreeze(ctx, o.Releases))
		o.must(o.exec("alter table " + table + " drop constraint spoilt"))
		o.must(o.exec("delete from release_cohort where month = '2026-11-01'"))
	}
	o.must(o.exec("create table spare as table answer"))
	o.must(o.exec("update answer set sealed = sealed || 'x'::bytea where dossier_id = (select min(dossier_id) from answer)"))
	o.fails("a freeze of answers that cannot be opened", o.Releases.FreezeAll(ctx))
	o.must(o.exec("update answer a set sealed = s.sealed from spare s where (s.dossier_id, s.stage, s.step, s.round) = (a.dossier_id, a.stage, a.step, a.round)"))
}

// requestsThatFail are refused with what was typed.
func (o *overheard) requestsThatFail() {
	ctx, id := o.t.Context(), o.Definition().ID
	_, err := o.Releases.Ask(ctx, o.agent, id, release.Asking{Lang: "fr", Reason: strings.Repeat(o.hostile(), 100)})
	o.fails("a reason that is too long", err)
	_, err = o.Releases.Ask(ctx, o.agent, id, release.Asking{Version: o.next(), Lang: "fr", Reason: o.hostile()})
	o.fails("a version that is none", err)
	file := o.asked("")
	o.fails("one's own request", o.Releases.Decide(ctx, o.agent, file, true, o.hostile()))
	o.must(o.Releases.Decide(ctx, o.other, file, false, o.hostile()))
	file, _ = o.made()
	_, _, err = o.Releases.Book(ctx, o.agent, file, strings.Repeat(o.next(), 30))
	o.fails("a password that is too long", err)
	_, _, err = o.Releases.Book(ctx, access.Actor{}, file, o.next())
	o.fails("a stranger", err)
}

// filesThatFail are made of rows and counters that somebody changed.
func (o *overheard) filesThatFail() {
	asked := []string{o.asked(""), o.asked(""), o.asked("")}
	for i, sql := range []string{
		"update release_count set cell = replace(cell, 'family', '" + o.next() + "') where cell like '%family%'",
		"update release_cohort set rows = replace(rows::text, '\"family\"', '\"" + o.next() + "\"')::jsonb",
		"update release_cohort set rows = jsonb_build_object('" + o.next() + "', 1)",
	} {
		o.approved(asked[i])
		o.must(o.exec(sql))
		o.Drain()
		r, err := o.Releases.Release(o.t.Context(), o.agent, asked[i])
		o.must(err)
		if r.State != "failed" {
			o.t.Errorf("%s: the file is %s", sql, r.State)
		}
		fmt.Fprintln(&o.said, r.Fault)
	}
}
