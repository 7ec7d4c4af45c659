package backoffice_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet/internal/testkit/stage"
)

// An analyst picks a figure and a period, reads it as bars and numbers, and takes it away in two kinds of file.
func TestStatisticsAtTheDesk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(8)
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	must(t, w.Statistics.CountAll(t.Context()))
	agent := w.Hire("agent@example.org", "fr", "analyst")
	agent.Get("/statistics").Follow("Demandes traitées par mois et par issue").Shows("Aucun mois n’est encore compté").Hides("Télécharger")

	path := "/statistics/" + w.Definition().ID + "/received"
	page := agent.Get(path).Shows("novembre 2026").Shows("En ligne").Shows("un tiret ne dit donc pas que le nombre est petit")
	if body := string(page.Body); strings.Contains(body, "style=") || !strings.Contains(body, `width="85.00%"`) {
		t.Error("a bar has a style, or none is the longest")
	}
	if !page.Answers("novembre 2026", "9") {
		t.Errorf("nine applications are told otherwise: %v", page.Pairs())
	}
	page.Follow("English").Shows("Applications received by month").Shows("November 2026")
	for kind, begins := range map[string]string{"xlsx": "PK", "csv": "\ufeffMois;"} {
		agent.Get(path + "?lang=fr").Form("/" + kind).Submit("").Want(200)
		if body := string(agent.Page.Body); !strings.HasPrefix(body, begins) || !strings.Contains(agent.Page.Header.Get("Content-Disposition"), "."+kind) {
			t.Errorf("the %s begins with %.8q", kind, body)
		}
	}
	agent.Get(path + "?from=2020-01&to=2020-03").Shows("Aucun mois de cette période n’est compté").Hides("Télécharger")
	agent.Post(path+"/csv", url.Values{"from": {"2020-01"}, "to": {"2020-03"}}).Want(409).Shows("Aucun mois de cette période n’est compté")
	agent.Try(path + "?from=yesterday").Want(404)
	agent.Try("/statistics/" + w.Definition().ID + "/names").Want(404)
	agent.Try("/statistics/rights-request/rights").Want(404) // who may export one procedure may not see another
	b := w.Visit(stage.Agents, "fr")
	if b.Try("/statistics"); b.Page.Path() == "/statistics" {
		t.Error("a stranger sees the statistics")
	}
}
