package release_test

import (
	"bytes"
	"fmt"
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
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// smallest is the house with the lowest bounds a schema may have, so that a handful of dossiers is enough.
func smallest(t *testing.T) *stage.App {
	t.Helper()
	catalogue, refused := procedure.Load(guichet.Files)
	for _, r := range refused {
		t.Fatal(r)
	}
	for _, p := range catalogue.All() {
		p.Release.K, p.Release.M = 5, 5
	}
	return stage.Open(t, func(c *app.Config) { c.Catalogue = catalogue })
}

type town struct {
	*stage.App
	t     *testing.T
	agent access.Actor
	n     int
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
	ctx, def := w.t.Context(), w.Definition()
	p := testkit.PersonaNamed(w.t, "tenant")
	p.Answers["applicant.last_name"], p.Answers["housing.address"], p.Answers["parents.siblings"] = name, address, nil
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
		_, err := w.Office.Attach(ctx, filer, id, f.Path, "p.png", bytes.NewReader(testkit.Picture(7)))
		w.must(err)
	}
	w.must(w.Office.Move(ctx, filer, id, dossier.Act{Move: "submit", Accepted: []string{"truth"}}))
	w.must(w.Office.Move(ctx, w.agent, id, dossier.Act{Move: "admit", Fields: form.Raw{"request.reason": {reason}}}))
	w.must(w.Office.Move(ctx, w.agent, id, dossier.Act{Move: "accept"}))
	return id
}

func newTown(t *testing.T) *town {
	w := &town{App: smallest(t), t: t}
	w.agent = access.Actor{Kind: access.Agent, AccountID: w.person().AccountID, Grants: []access.Grant{{
		Procedure: w.Definition().ID, Role: "authority", Verbs: []access.Verb{access.Read, access.Process, access.Export},
	}}}
	return w
}

// The release of a small town: judged once, at month end, in persons and households, and nobody's name in any byte.
func TestReleaseOfASmallTown(t *testing.T) {
	w := newTown(t)
	ctx, id := t.Context(), w.Definition().ID
	for i := range 5 {
		for _, reason := range []string{"family", "professional", "living_environment"} {
			w.closed(w.person(), "Canari"+strings.Repeat("o", w.n), fmt.Sprintf("%d rue Grimaldi", w.n), reason)
		}
		_ = i
	}
	firm := w.person() // one firm files three more for another reason: they count as one
	for i := range 3 {
		w.closed(firm, "Client"+strings.Repeat("e", i), fmt.Sprintf("%d quai Antoine", i), "refugee")
	}
	if _, err := w.Releases.Workbook(ctx, w.agent, id, "fr"); fault.Of(err) != fault.Conflict {
		t.Fatalf("a workbook before any month is over: %v", err)
	}
	w.Clock.Set(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))
	w.must(w.Releases.FreezeAll(ctx))
	standing, err := w.Releases.Standing(ctx, w.agent, id)
	w.must(err)
	if standing.Rows != 15 || standing.Cohorts != 1 {
		t.Fatalf("%d rows in %d cohorts, not 15 in 1", standing.Rows, standing.Cohorts)
	}
	w.must(w.Releases.FreezeAll(ctx)) // a month is frozen once
	book, err := w.Releases.Workbook(ctx, w.agent, id, "fr")
	w.must(err)
	again, err := w.Releases.Workbook(ctx, w.agent, id, "fr")
	w.must(err)
	if !bytes.Equal(book, again) {
		t.Error("two runs give two files")
	}
	w.checkBook(book)

	// Newcomers do not join those already judged, and those held back are never released.
	w.closed(firm, "Clientf", "9 quai Antoine", "refugee")
	w.Clock.Set(time.Date(2027, 1, 2, 8, 0, 0, 0, time.UTC))
	w.must(w.Releases.FreezeAll(ctx))
	standing, err = w.Releases.Standing(ctx, w.agent, id)
	w.must(err)
	if standing.Rows != 15 || standing.Cohorts != 2 {
		t.Fatalf("%d rows in %d cohorts, not 15 in 2", standing.Rows, standing.Cohorts)
	}
	testkit.Covers(t, "RP-021", "RP-145", "RP-176", "RP-177", "RP-178")
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
		if len(r) != 5 || r[4] == "" {
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
	w := newTown(t)
	reader := access.Actor{Kind: access.Agent, AccountID: 1, Grants: []access.Grant{{Procedure: w.Definition().ID, Role: "authority", Verbs: []access.Verb{access.Read, access.Process}}}}
	for _, a := range []access.Actor{{}, w.person(), reader} {
		if _, err := w.Releases.Workbook(t.Context(), a, w.Definition().ID, "fr"); fault.Of(err) != fault.NotFound {
			t.Errorf("%v may export: %v", a.Kind, err)
		}
	}
	testkit.Covers(t, "RP-022")
}
