package backoffice_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const officer = "authority"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is a house with a dossier that was sent.
type world struct {
	*stage.App
	t      testing.TB
	person access.Actor
	id     string // of the dossier
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{App: stage.Open(t), t: t}
	w.person, w.id = w.filed("chiara@example.org")
	return w
}

// filed sends a dossier by the office, which the pages of applicants are proven with elsewhere.
func (w *world) filed(email string) (access.Actor, string) {
	w.t.Helper()
	ctx := w.t.Context()
	person := w.account(email)
	id, err := w.Office.Start(ctx, person, w.Definition().ID, notices(w, "entry"), "fr")
	must(w.t, err)
	w.fillIn(person, id)
	return person, id
}

// fillIn answers a draft and sends it.
func (w *world) fillIn(person access.Actor, id string) {
	w.t.Helper()
	ctx, p := w.t.Context(), testkit.PersonaNamed(w.t, "tenant")
	for range 40 {
		d, err := w.Office.Open(ctx, person, id)
		must(w.t, err)
		step := undone(d.Journey(nil, w.Clock.Now()))
		if step == nil {
			break
		}
		_, err = w.Office.Answer(ctx, person, id, dossier.Save{Step: step.ID, Version: d.Version(step.ID), Posted: p.Post(step)})
		must(w.t, err)
	}
	d, err := w.Office.Open(ctx, person, id)
	must(w.t, err)
	for i, f := range d.Journey(nil, w.Clock.Now()).MissingDocuments() {
		w.attach(person, id, f.Path, uint8(i))
	}
	must(w.t, w.Office.Move(ctx, person, id, dossier.Act{Move: "submit", Accepted: notices(w, "review")}))
}

// account opens a person's account that can sign in.
func (w *world) account(email string) access.Actor {
	w.t.Helper()
	ctx, a := w.t.Context(), access.Actor{Kind: access.Person}
	hash, err := w.Accounts.Hash(ctx, stage.Password)
	must(w.t, err)
	must(w.t, w.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		a.AccountID, err = w.Accounts.CreateActive(ctx, tx, account.New{Kind: string(access.Person), Profile: account.Profile{Email: email}, PasswordHash: hash})
		return err
	}))
	return a
}

func notices(w *world, moment string) []string {
	var out []string
	for _, n := range w.Definition().Flow.NoticesAt(moment) {
		out = append(out, n.ID)
	}
	return out
}

func undone(j *form.Journey) *form.Step {
	for _, s := range j.Steps() {
		if s.Relevant && !s.Step.Files && j.Status(s.Step.ID) != form.Done {
			return s.Step
		}
	}
	return nil
}

func (w *world) attach(person access.Actor, id, path string, shade uint8) {
	w.t.Helper()
	_, err := w.Office.Attach(w.t.Context(), person, id, path, "papier.png", bytes.NewReader(testkit.Picture(shade)))
	must(w.t, err)
}

func (w *world) number(sql string, args ...any) (n int64) {
	w.t.Helper()
	must(w.t, w.Store.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}

func (w *world) text(sql string, args ...any) (s string) {
	w.t.Helper()
	must(w.t, w.Store.Pool().QueryRow(w.t.Context(), sql, args...).Scan(&s))
	return s
}

func (w *world) state() string {
	w.t.Helper()
	d, err := w.Office.Open(w.t.Context(), w.person, w.id)
	must(w.t, err)
	return d.State
}

func (w *world) reference() string {
	w.t.Helper()
	d, err := w.Office.Open(w.t.Context(), w.person, w.id)
	must(w.t, err)
	return d.Reference
}

// path is an address of the dossier.
func (w *world) path(rest string) string { return "/dossier/" + w.id + rest }

// move is the page of a move, with its form.
func (w *world) move(b *stage.Browser, id string) *stage.Form {
	w.t.Helper()
	return b.Get(w.path("/move/" + id)).Form("/move/" + id)
}

// approved is the proposal that waits, approved by another agent.
func (w *world) approved(b *stage.Browser) {
	w.t.Helper()
	if p := b.Get(w.path("/second")).Form("/approve").Submit(""); p.Status == http.StatusUnauthorized { // too long since who it is was proven
		p.Form("/again").Set("password", stage.Password).Submit("").Want(200)
	}
}

// everyPage is what the applicant can read of the dossier, all pages together.
func (w *world) everyPage(b *stage.Browser) string {
	w.t.Helper()
	var out strings.Builder
	for _, rest := range []string{"", "/messages", "/documents", "/check"} {
		out.Write(b.Try(w.path(rest)).Body)
	}
	return out.String()
}
