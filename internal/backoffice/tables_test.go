package backoffice_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"guichet/internal/testkit/stage"
)

// counted lets a month be counted, and adds three made-up ones before it.
func (w *world) counted() {
	w.t.Helper()
	must(w.t, w.Releases.TabulateAll(w.t.Context()))
	for back := range 3 {
		_, err := w.Store.Pool().Exec(w.t.Context(), `insert into release_tabulation
			select procedure, question, (max(month) - make_interval(months => $1))::date, max(counted_at),
			  (array_agg(array(select case when i % 7 = 3 then -1 else 10 * $1 + i end from generate_subscripts(cells, 1) i)))[1:1]
			from (select * from release_tabulation where month = (select max(month) from release_tabulation)) x group by procedure, question`, back+1)
		must(w.t, err)
	}
}

// An analyst picks a table and a period, reads it as bars and figures, and takes it away as a workbook.
func TestTablesAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	list := agent.Get("/tables").Shows("Demandes par mois et par situation professionnelle").Shows("Donnée sensible")
	list.Follow("Demandes par mois et par situation professionnelle").Shows("Aucun mois n’est encore compté").Hides("Télécharger en Excel")
	w.counted()

	path := "/tables/" + w.Definition().ID + "/households"
	page := agent.Get(path).Shows("France ou Italie").Shows("Non renseigné").Shows("±4").Shows(" *")
	if body := string(page.Body); strings.Contains(body, "style=") || !strings.Contains(body, `width="85.00%"`) || !strings.Contains(body, "url(#pattern-2)") {
		t.Error("a bar has a style, none is the longest, or none has a pattern")
	}
	first := agent.Get(path + "?from=2026-07&to=2026-09").Hides("octobre 2026 Non renseigné")
	if bytes.Equal(first.Body, page.Body) {
		t.Error("another period has the same figures")
	}
	first.Follow("English").Shows("Applications by household size and region of nationality").Shows("September 2026")

	agent.Get(path).Form("/workbook").Submit("").Want(200)
	if kind := agent.Page.Header.Get("Content-Type"); !bytes.HasPrefix(agent.Page.Body, []byte("PK")) || !strings.Contains(kind, "spreadsheet") {
		t.Errorf("the workbook is %q", kind)
	}
	agent.Get(path + "?from=2026-09&to=2026-07&lang=fr").Shows("ses deux bornes ont été échangées").Shows("juillet 2026 – septembre 2026")
	agent.Get(path + "?from=2020-01&to=2020-03").Shows("Aucun mois de cette période n’est compté").Shows("de juillet 2026 à octobre 2026").Shows("Afficher").Hides("Télécharger en Excel")
	agent.Post(path+"/workbook", url.Values{"from": {"2020-01"}, "to": {"2020-03"}}).Want(409).Shows("Aucun mois de cette période n’est compté")
	agent.Get(path + "?from=2026-10&to=2026-10").Hides("octobre 2026 – octobre 2026")
	agent.Try(path + "?from=yesterday").Want(404)
	agent.Try("/tables/" + w.Definition().ID + "/names").Want(404)
}

// Who has no right to export is not told that there are tables.
func TestTablesAreForAnalysts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.counted()
	b := w.Visit(stage.Agents, "fr")
	if b.Try("/tables"); b.Page.Path() == "/tables" {
		t.Error("a stranger sees the tables")
	}
}
