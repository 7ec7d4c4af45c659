package account_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/internal/account"
	"guichet/internal/seal"
)

// solve does the work of a challenge that is set now.
func (w *world) solve() string {
	w.t.Helper()
	solved, err := w.Challenge().Solve()
	must(w.t, err)
	return solved
}

// changed is a solution with something in it changed.
func changed(t *testing.T, solved string, change func(*account.Solved)) string {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(solved)
	must(t, err)
	var s account.Solved
	must(t, json.Unmarshal(b, &s))
	change(&s)
	b, err = json.Marshal(s)
	must(t, err)
	return base64.StdEncoding.EncodeToString(b)
}

func (w *world) refuses(p account.Proof, key string) {
	w.t.Helper()
	problem, err := w.Prove(w.ctx, p)
	must(w.t, err)
	switch {
	case problem == nil && key != "":
		w.t.Fatalf("taken: %+v", p)
	case problem != nil && (key == "" || problem.Key != key || problem.Field != account.ProofField):
		w.t.Fatalf("%+v, want %q", *problem, key)
	}
}

// unlike is a byte that is not the one written.
func unlike(octet string) string {
	if octet == "ff" {
		return "fe"
	}
	return "ff"
}

const again = "account.problem.work"

// Work is taken once; what is forged, foreign, too easy, too late, or no work at all is not.
func TestProofOfWork(t *testing.T) {
	w := newWorld(t)
	w.WorkCost = 2
	solved := w.solve()
	for name, forged := range map[string]string{
		"empty":    changed(t, solved, func(s *account.Solved) { *s = account.Solved{} }),
		"cheaper":  changed(t, solved, func(s *account.Solved) { s.Challenge.Parameters.Cost = 1 }),
		"easier":   changed(t, solved, func(s *account.Solved) { s.Challenge.Parameters.KeyPrefix = "" }),
		"longer":   changed(t, solved, func(s *account.Solved) { s.Challenge.Parameters.Until += 3600 }),
		"renewed":  changed(t, solved, func(s *account.Solved) { s.Challenge.Parameters.Nonce = strings.Repeat("0", 32) }),
		"unsigned": changed(t, solved, func(s *account.Solved) { s.Challenge.Signature = "" }),
		"guessed":  changed(t, solved, func(s *account.Solved) { s.Solution.Counter++ }),
		"made up": changed(t, solved, func(s *account.Solved) {
			s.Solution.Derived = s.Solution.Derived[:62] + unlike(s.Solution.Derived[62:])
		}),
		"no json": base64.StdEncoding.EncodeToString([]byte("work")),
		"no code": "%%%",
		"huge":    strings.Repeat("A", 4000),
	} {
		t.Run(name, func(t *testing.T) { w.refuses(account.Proof{Solved: forged}, again) })
	}
	w.refuses(account.Proof{Solved: solved}, "")
	w.refuses(account.Proof{Solved: solved}, again)
}

// A number that solves nothing, honestly derived, is not taken.
func TestWorkThatWasNotDone(t *testing.T) {
	w := newWorld(t)
	w.WorkCost = 1
	c := w.Challenge()
	easy := c
	easy.Parameters.KeyPrefix = ""
	solved, err := easy.Solve()
	must(t, err)
	w.refuses(account.Proof{Solved: changed(t, solved, func(s *account.Solved) { s.Challenge = c })}, again)
}

// A challenge ends after ten minutes, and when the service asks for more.
func TestWorkOfThePast(t *testing.T) {
	w := newWorld(t)
	w.WorkCost = 1
	late, cheap := w.solve(), w.solve()
	w.WorkCost = 2
	w.refuses(account.Proof{Solved: cheap}, again)
	w.WorkCost = 1
	w.pass(10 * time.Minute)
	w.refuses(account.Proof{Solved: late}, again)
}

// Another service's work is nothing to this one.
func TestWorkForSomebodyElse(t *testing.T) {
	w := newWorld(t)
	w.WorkCost = 1
	keys, err := seal.Create(t.TempDir())
	must(t, err)
	own := w.Keys
	w.Keys = keys
	foreign, opened := w.solve(), w.OpenForm()
	w.Keys = own
	w.refuses(account.Proof{Solved: foreign}, again)
	w.pass(account.FormWait)
	w.refuses(account.Proof{Opened: opened}, again)
}

// Of fifty uses at once one is taken, with work and without.
func TestProofIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	w.WorkCost = 1
	opened := w.OpenForm()
	w.pass(account.FormWait)
	for _, p := range []account.Proof{{Solved: w.solve()}, {Opened: opened}} {
		var taken atomic.Int32
		var g errgroup.Group
		for range 50 {
			g.Go(func() error {
				problem, err := w.Prove(w.ctx, p)
				if problem == nil && err == nil {
					taken.Add(1)
				}
				return err
			})
		}
		must(t, g.Wait())
		if n := taken.Load(); n != 1 {
			t.Errorf("%+v was taken %d times", p, n)
		}
	}
}

// Without JavaScript a form is taken ten seconds after it was opened, once, and not for ever.
func TestFormWithoutJavaScript(t *testing.T) {
	w := newWorld(t)
	p := account.Proof{Opened: w.OpenForm()}
	w.pass(account.FormWait - time.Second)
	w.refuses(p, "account.problem.work_early")
	if kept := w.ReopenForm(p, false); kept != p.Opened {
		t.Error("a form that came early is opened anew")
	}
	w.pass(time.Second)
	w.refuses(account.Proof{Opened: p.Opened[:len(p.Opened)-2] + "AA"}, again)
	w.refuses(account.Proof{}, again)
	w.refuses(p, "")
	w.refuses(p, again)
	w.refuses(account.Proof{Opened: w.ReopenForm(p, true)}, "") // something else was to be mended: no second wait
	old := account.Proof{Opened: w.OpenForm()}
	w.pass(2 * time.Hour)
	w.refuses(old, again)
	if kept := w.ReopenForm(old, false); kept == old.Opened {
		t.Error("a form that is too old is kept")
	}
}
