package release_test

import (
	"strings"
	"testing"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/release"
	"guichet/internal/testkit"
)

// Nobody decides on what they asked for: not by the house, and not in the database either.
func TestFourEyes(t *testing.T) {
	w := newHouse(t)
	ctx, id := t.Context(), w.Definition().ID
	for _, reason := range []string{"", " \n", strings.Repeat("é", 2001)} {
		if _, err := w.Releases.Ask(ctx, w.agent, id, release.Asking{Lang: "fr", Reason: reason}); fault.Key(err) != "release.reason" {
			t.Errorf("%d characters of reason: %v", len(reason), err)
		}
	}
	if _, err := w.Releases.Ask(ctx, w.agent, id, release.Asking{Lang: "fr", Reason: strings.Repeat("é", 1998) + "\r\né"}); fault.Key(err) == "release.reason" {
		t.Error("a line's end counts twice")
	}
	file := w.asked("")
	if err := w.Releases.Decide(ctx, w.agent, file, true, ""); fault.Key(err) != "release.four_eyes" || fault.Of(err) != fault.Forbidden {
		t.Errorf("one's own request: %v", err)
	}
	if err := w.Releases.Decide(ctx, access.Actor{Kind: access.System}, file, true, ""); fault.Of(err) != fault.Forbidden {
		t.Errorf("the program approves: %v", err)
	}
	if w.exec("update release_request set state = 'approved', decided_by = asked_by, decided_at = now()") == nil {
		t.Error("the database lets somebody approve their own request")
	}
	if w.exec("update release_request set state = 'approved'") == nil {
		t.Error("the database lets a request be approved by nobody")
	}
	if err := w.Releases.Decide(ctx, w.other, file, false, " "); fault.Key(err) != "release.reason" {
		t.Errorf("refused without a word: %v", err)
	}
	if err := w.Releases.Decide(ctx, w.other, file, true, strings.Repeat("é", 2001)); fault.Key(err) != "release.reason" {
		t.Errorf("approved with a word of any length: %v", err)
	}
	w.must(w.Releases.Decide(ctx, w.other, file, false, "Trop tôt"))
	if err := w.Releases.Decide(ctx, w.other, file, true, ""); fault.Key(err) != "release.decided" {
		t.Errorf("decided twice: %v", err)
	}
	w.Drain()
	if _, _, err := w.Releases.Book(ctx, w.agent, file, ""); fault.Key(err) != "release.not_ready" {
		t.Errorf("a refused file: %v", err)
	}
	r, err := w.Releases.Release(ctx, w.agent, file)
	w.must(err)
	if r.State != "refused" || r.Word != "Trop tôt" || r.Reason != "Le rapport annuel" || r.DecidedBy != w.other.AccountID || r.File != nil {
		t.Errorf("%+v", r)
	}
	if n := w.number("select count(*) from release_file") + w.number("select count(*) from release_count"); n != 0 {
		t.Errorf("%d lines of a file that was never made", n)
	}
}

// Every step is written down, nobody changes a line, and what people wrote is not in the clear.
func TestJournalOfARelease(t *testing.T) {
	w := newHouse(t)
	file, _ := w.made()
	_, _, err := w.Releases.Certificate(t.Context(), w.other, file)
	w.must(err)
	r, err := w.Releases.Release(t.Context(), w.agent, file)
	w.must(err)
	var got []string
	for _, a := range r.Acts {
		who := map[int64]string{w.agent.AccountID: "agent", w.other.AccountID: "other", 0: "program"}[a.Actor]
		got = append(got, who+" "+a.Act)
	}
	want := "agent asked, other approved, program making, program ready, agent downloaded, other certificate downloaded"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s", strings.Join(got, ", "))
	}
	for _, sql := range []string{"update release_act set act = 'x'", "delete from release_act"} {
		if w.exec(sql) == nil {
			t.Errorf("%s: the journal was changed", sql)
		}
	}
	if strings.Contains(testkit.Dump(t, w.Store), "rapport annuel") {
		t.Error("the reason stands in the clear")
	}
	if r.State != "ready" || r.File == nil || r.File.Rows == 0 {
		t.Errorf("%+v", r)
	}
}
