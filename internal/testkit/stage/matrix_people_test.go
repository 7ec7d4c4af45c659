package stage_test

import (
	"bytes"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"guichet/internal/app"
	"guichet/internal/dossier"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// people opens a house with one of every kind in it: each signs in once.
func people(t *testing.T) *matrix {
	t.Helper()
	a := stage.Open(t, func(c *app.Config) { c.Officer = "dpo@example.org" })
	m := &matrix{
		App: a, t: t, dossiers: map[string]string{}, papers: map[string]string{}, callers: map[string]*stage.Browser{}, ids: map[string]int64{},
		proposals: map[string]string{}, uploads: map[string]string{}, controls: map[string]bool{},
	}
	m.callers["nobody"] = a.Visit(stage.Applicants, "fr")
	for name, email := range map[string]string{
		"owner": "owner@example.org", "holder": "cabinet.orsini@example.org", "principal": client, "member": "member@example.org", "stranger": "stranger@example.org",
	} {
		m.callers[name] = a.Person(email, "fr")
		m.ids[name] = m.newest()
	}
	for _, x := range [][2]string{{"owner", "tenant"}, {"holder", "mandate"}} {
		f := m.callers[x[0]].Start(a.Definition(), testkit.PersonaNamed(t, x[1]))
		f.Fill()
		f.AttachAll()
		f.Send()
		whose := map[string]string{"owner": "own", "holder": "mandated"}[x[0]]
		m.dossiers[whose] = f.ID
		m.papers[whose] = f.Opened().Documents[0].ID
	}
	m.staff()
	if err := a.Firms.Found(t.Context(), actorOf(t, a, "member@example.org"), "Cabinet"); err != nil {
		t.Fatal(err)
	}
	m.open()
	m.pending()
	return m
}

// pending leaves on each dossier what an act would be about: a proposal that waits, and a file on its way.
func (m *matrix) pending() {
	m.t.Helper()
	north, err := m.Accounts.Actor(m.t.Context(), m.ids["north"], m.Clock.Now())
	if err != nil {
		m.t.Fatal(err)
	}
	for whose, id := range m.dossiers {
		act := dossier.Act{Move: "refuse", Reason: "other", Fields: map[string][]string{"decision.comment": {"Les ressources ne suffisent pas."}}}
		if err := m.Office.Move(m.t.Context(), north, id, act); err != nil {
			m.t.Fatal(err)
		}
		p, err := m.Office.Waiting(m.t.Context(), north, id)
		if err != nil {
			m.t.Fatal(err)
		}
		m.proposals[whose], m.uploads[whose] = p.PublicID, strings.Repeat(whose[:1], 26)
		m.exec(`insert into upload (public_id, dossier_id, path, size, sealed, account_id, started_at, seen_at)
			select $1, id, 'documents.electricity', 100, '', owner_id, now(), now() from dossier where public_id = $2`, m.uploads[whose], id)
	}
}

// staff hires the administration's side.
func (m *matrix) staff() {
	for name, role := range map[string]string{
		"north": "authority", "south": "authority", "colleague": "authority", "supervisor": "supervisor", "analyst": "analyst", "digital": "digital", "provider": "provider", "opened": "provider",
	} {
		m.callers[name] = m.Hire(name+"@example.org", "fr", role)
		m.ids[name] = m.newest()
	}
	m.callers["administrator"] = m.Administrator("admin@example.org")
	for name, team := range map[string]string{"north": "Nord", "colleague": "Nord", "south": "Sud"} {
		m.exec("update agent_grant set team = $1 where account_id = $2", team, m.ids[name])
	}
}

// open breaks the glass on the owner's dossier.
func (m *matrix) open() {
	m.t.Helper()
	var reference string
	if err := m.Store.Pool().QueryRow(m.t.Context(), "select reference from dossier where public_id = $1", m.dossiers["own"]).Scan(&reference); err != nil {
		m.t.Fatal(err)
	}
	paper := fpdf.New("P", "mm", "A4", "")
	paper.AddPage()
	var b bytes.Buffer
	if err := paper.Output(&b); err != nil {
		m.t.Fatal(err)
	}
	at := m.callers["opened"].Get("/glass").Form("/glass").Set("reference", "DSN 1").Set("purpose", "Une panne.").Set("dossiers", reference).Attach("paper", "demande.pdf", b.Bytes()).Submit("").Want(200).Path()
	m.callers["north"].Get(at).Form("/approve").Submit("").Want(200)
	m.request = at[len("/glass/"):]
}

// newest is the account that was made last.
func (m *matrix) newest() (id int64) {
	m.t.Helper()
	if err := m.Store.Pool().QueryRow(m.t.Context(), "select max(id) from account").Scan(&id); err != nil {
		m.t.Fatal(err)
	}
	return id
}
