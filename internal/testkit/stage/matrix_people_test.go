package stage_test

import (
	"bytes"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"guichet/internal/app"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// people opens a house with one of every kind in it: each signs in once.
func people(t *testing.T) *matrix {
	t.Helper()
	a := stage.Open(t, func(c *app.Config) { c.Officer = "dpo@example.org" })
	m := &matrix{App: a, t: t, dossiers: map[string]string{}, papers: map[string]string{}, callers: map[string]*stage.Browser{}, ids: map[string]int64{}}
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
	m.exec(`insert into firm (wrapped_key, wrapped_by, sealed, created_at) values ('', '', '', now())`)
	m.exec(`insert into firm_member (firm_id, account_id, email_index, sealed, role, invited_at, since)
		select f.id, a.id, '', '', 'member', '2026-01-01', '2026-01-01' from firm f, account a where a.id = $1`, m.ids["member"])
	m.open()
	return m
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
