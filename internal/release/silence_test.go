package release_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/release"
)

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
		o.fails("a freeze that "+table+" refuses", o.Releases.EndMonths(ctx))
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
