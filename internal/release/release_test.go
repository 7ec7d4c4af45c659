package release_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"guichet"
	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// smallest is the house with the lowest bounds a schema may have, so that a handful of dossiers is enough.
func smallest(t *testing.T) *stage.App {
	t.Helper()
	catalogue, err := loaded("k: 11", "k: 5", "m: 55", "m: 5")
	if err != nil {
		t.Fatal(err)
	}
	return stage.Open(t, func(c *app.Config) { c.Catalogue = catalogue })
}

// loaded are the definitions with other words in the release schemas.
func loaded(words ...string) (*procedure.Catalogue, error) {
	catalogue, refused := procedure.Load(rewritten{guichet.Files, strings.NewReplacer(words...)})
	if len(refused) > 0 {
		return nil, errors.New(refused[0].String())
	}
	return catalogue, nil
}

// rewritten is a tree whose release schemas are read in other words.
type rewritten struct {
	fs.FS
	words *strings.Replacer
}

func (r rewritten) ReadFile(name string) ([]byte, error) {
	content, err := fs.ReadFile(r.FS, name)
	if err == nil && strings.HasSuffix(name, ".release.yaml") {
		content = []byte(r.words.Replace(string(content)))
	}
	return content, err
}

type town struct {
	*stage.App
	t            *testing.T
	agent, other access.Actor // both may export
	n            int
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) person() access.Actor {
	w.t.Helper()
	w.n++
	a := access.Actor{Kind: access.Person}
	w.must(w.Store.InTx(w.t.Context(), func(tx *store.Tx) (err error) {
		a.AccountID, err = w.Accounts.CreateActive(w.t.Context(), tx, account.New{Kind: "person", Profile: account.Profile{Email: fmt.Sprintf("p%d@example.org", w.n)}, PasswordHash: "none"})
		return err
	}))
	return a
}

// closed files a dossier in the name of somebody and decides it, for one reason of settling.
func (w *town) closed(filer access.Actor, name, address, reason string) string {
	w.t.Helper()
	p := testkit.PersonaNamed(w.t, "tenant")
	p.Answers["applicant.last_name"], p.Answers["housing.address"], p.Answers["parents.siblings"] = name, address, nil
	return w.decided(filer, p, reason, "p.png")
}

// decided files what a persona answers, with papers of this name, and decides it.
func (w *town) decided(filer access.Actor, p testkit.Persona, reason, paper string) string {
	w.t.Helper()
	ctx, def := w.t.Context(), w.Definition()
	id, err := w.Office.Start(ctx, filer, def.ID, []string{"terms", "consent"}, "fr")
	w.must(err)
	for _, step := range def.Form.Steps {
		d, err := w.Office.Open(ctx, filer, id)
		w.must(err)
		if s := d.Journey(nil, w.Clock.Now()).Step(step.ID); s.Relevant && !step.Files {
			_, err = w.Office.Answer(ctx, filer, id, dossier.Save{Step: step.ID, Posted: p.Post(step)})
			w.must(err)
		}
	}
	d, err := w.Office.Open(ctx, filer, id)
	w.must(err)
	for _, f := range d.Journey(nil, w.Clock.Now()).MissingDocuments() {
		_, err := w.Office.Attach(ctx, filer, id, f.Path, paper, bytes.NewReader(testkit.Picture(7)))
		w.must(err)
	}
	w.must(w.Office.Move(ctx, filer, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.must(w.Office.Move(ctx, w.agent, id, dossier.Act{Move: "admit", Fields: form.Raw{"request.reason": {reason}}}))
	w.must(w.Office.Move(ctx, w.agent, id, dossier.Act{Move: "accept"}))
	return id
}

func newTown(t *testing.T) *town {
	w := &town{App: smallest(t), t: t}
	w.agent, w.other = w.analyst(), w.analyst()
	return w
}

func (w *town) analyst() access.Actor {
	return access.Actor{Kind: access.Agent, AccountID: w.person().AccountID, Grants: []access.Grant{{
		Procedure: w.Definition().ID, Role: "authority", Verbs: []access.Verb{access.Read, access.Process, access.Export},
	}}}
}

// crowd closes six dossiers for each of three reasons, and gives the last.
func (w *town) crowd() (last string) {
	w.t.Helper()
	for range 6 {
		for _, reason := range []string{"family", "professional", "living_environment"} {
			last = w.closed(w.person(), "Canari"+strings.Repeat("o", w.n), fmt.Sprintf("%d rue Grimaldi", w.n), reason)
		}
	}
	return last
}

// monthsLater lets the clock stand on the second day of the n-th month after the start, and freezes.
func (w *town) monthsLater(n int) {
	w.t.Helper()
	w.Clock.Set(time.Date(2026, time.Month(11+n), 2, 8, 0, 0, 0, time.UTC))
	w.must(w.Releases.FreezeAll(w.t.Context()))
}

// asked asks for a file in the name of the first analyst.
func (w *town) asked(version string) string {
	w.t.Helper()
	id, err := w.Releases.Ask(w.t.Context(), w.agent, w.Definition().ID, release.Asking{Version: version, Lang: "fr", Reason: "Le rapport annuel"})
	w.must(err)
	return id
}

// approved lets the second analyst agree.
func (w *town) approved(id string) {
	w.t.Helper()
	w.must(w.Releases.Decide(w.t.Context(), w.other, id, true, ""))
}

// made goes the whole way, and gives the workbook.
func (w *town) made() (id string, book []byte) {
	w.t.Helper()
	id = w.asked("")
	w.approved(id)
	w.Drain()
	_, book, err := w.Releases.Book(w.t.Context(), w.agent, id, "")
	w.must(err)
	return id, book
}

func (w *town) number(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.Store.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}

// The release of a small town: judged once, at month end, in persons and households, and nobody's name in any byte.
func TestReleaseOfASmallTown(t *testing.T) {
	testkit.Whole(t)
	w := newTown(t)
	ctx, id := t.Context(), w.Definition().ID
	last := w.crowd()
	firm := w.person() // one firm files three more for another reason: they count as one
	for i := range 3 {
		w.closed(firm, "Client"+strings.Repeat("e", i), fmt.Sprintf("%d quai Antoine", i), "refugee")
	}
	if _, err := w.Releases.Ask(ctx, w.agent, id, release.Asking{Lang: "fr", Reason: "trop tôt"}); fault.Key(err) != "release.nothing_frozen" {
		t.Fatalf("asked before any month is over: %v", err)
	}
	w.Releases.Between(func(step string) error { // a purge does not wait for a freeze, and the freeze sees it
		if step != "judged" {
			return nil
		}
		return w.Office.Reapply(ctx, last, "dossier", true)
	})
	w.monthsLater(1)
	w.stands(0, 0)
	w.Releases.Between(nil)
	w.must(w.Releases.FreezeAll(ctx))
	w.stands(17, 1)
	w.must(w.Releases.FreezeAll(ctx)) // a month is frozen once
	_, book := w.made()
	_, again := w.made()
	if !bytes.Equal(book, again) {
		t.Error("two runs give two files")
	}
	w.checkBook(book)

	// Newcomers do not join those already judged, those held back are never released, and who is decided anew is not judged anew.
	w.closed(firm, "Clientf", "9 quai Antoine", "refugee")
	w.must(w.exec("update dossier set state = 'refused', closed_at = $1 where judged_at is not null", w.Clock.Now()))
	w.monthsLater(2)
	w.stands(17, 2)
	if _, third := w.made(); !bytes.Equal(sheet(t, book), sheet(t, third)) {
		t.Error("what happened to dossiers later changed the file")
	}
	testkit.Covers(t, "RP-021", "RP-145", "RP-176", "RP-177", "RP-178")
}

// stands holds the frozen rows to a number.
func (w *town) stands(rows, cohorts int) {
	w.t.Helper()
	s, err := w.Releases.Standing(w.t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	if s.Rows != rows || s.Cohorts != cohorts {
		w.t.Fatalf("%d rows in %d cohorts, not %d in %d", s.Rows, s.Cohorts, rows, cohorts)
	}
}

// sheet is the data of a workbook.
func sheet(t *testing.T, book []byte) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(fmt.Sprint(rows))
}

func (w *town) checkBook(book []byte) {
	w.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	w.must(err)
	rows, err := f.GetRows(f.GetSheetName(0))
	w.must(err)
	cells := map[string]int{}
	for _, r := range rows[1:] {
		cells[strings.Join(r, "|")]++
	}
	for cell, n := range cells {
		if n < 5 {
			w.t.Errorf("%s stands %d times", cell, n)
		}
	}
	if !slices.IsSortedFunc(rows[1:], slices.Compare) {
		w.t.Error("the order of the rows tells something")
	}
	dictionary, err := f.GetRows(f.GetSheetName(1))
	w.must(err)
	for _, r := range dictionary[1:] {
		if len(r) != 7 || r[4] == "" || r[5] == "" || r[6] == "" || r[6] == r[4] && r[3] != r[4] {
			w.t.Errorf("the dictionary does not say what %q means", r)
		}
	}
	for _, sheet := range f.GetSheetList() {
		all, err := f.GetRows(sheet)
		w.must(err)
		for _, r := range all {
			if s := strings.Join(r, " "); strings.Contains(s, "Canari") || strings.Contains(s, "rue") || strings.Contains(s, "refugee") && sheet == f.GetSheetName(0) {
				w.t.Errorf("%s: %s", sheet, s)
			}
		}
	}
}

// RP-022: only who holds the right may export; to anybody else the release does not exist.
func TestOnlyTheRightExports(t *testing.T) {
	w := newHouse(t)
	reader := access.Actor{Kind: access.Agent, AccountID: 1, Grants: []access.Grant{{Procedure: w.Definition().ID, Role: "authority", Verbs: []access.Verb{access.Read, access.Process}}}}
	file, _ := w.made()
	ctx, id := t.Context(), w.Definition().ID
	for _, a := range []access.Actor{{}, w.person(), reader} {
		for what, try := range map[string]func() error{
			"asks": func() error {
				_, err := w.Releases.Ask(ctx, a, id, release.Asking{Lang: "fr", Reason: "x"})
				return err
			},
			"decides":   func() error { return w.Releases.Decide(ctx, a, file, true, "") },
			"reads":     func() error { _, err := w.Releases.Release(ctx, a, file); return err },
			"lists":     func() error { _, err := w.Releases.Releases(ctx, a, id); return err },
			"looks":     func() error { _, err := w.Releases.Standing(ctx, a, id); return err },
			"downloads": func() error { _, _, err := w.Releases.Book(ctx, a, file, ""); return err },
			"certifies": func() error { _, _, err := w.Releases.Certificate(ctx, a, file); return err },
			"registers": func() error { _, _, err := w.Releases.RegisterVersion(ctx, a, id, nil); return err },
			"versions":  func() error { _, err := w.Releases.Versions(ctx, a, id); return err },
		} {
			if err := try(); fault.Of(err) != fault.NotFound {
				t.Errorf("%q %s: %v", a.Kind, what, err)
			}
		}
	}
	testkit.Covers(t, "RP-022")
}
