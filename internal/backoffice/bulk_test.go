package backoffice_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/internal/testkit"
)

// An agent shares out all of a filter, follows it, and reads what was refused and why, without any script.
func TestActOnManyFromTheQueue(t *testing.T) {
	testkit.Covers(t, "RP-030")
	w := newWorld(t)
	w.crowd(60)
	agent, colleague := w.Hire("un@example.org", "fr", officer), w.Hire("deux@example.org", "fr", officer)
	agent.Get("/queue").Form("bulk").Set("move", "balance").Submit("").Want(200).Shows("cochez d’abord au moins un dossier")
	agent.Get("/queue").Form("bulk").Tick("all").Submit("").Want(200).Shows("choisissez d’abord une action")
	preview := agent.Get("/queue?state=submitted").Form("bulk").Set("move", "balance").Tick("all").Submit("").Want(200).Shows("61 dossiers choisis")
	if n := w.number("select count(*) from dossier where assignee_id is not null"); n != 0 {
		t.Fatalf("a preview has given %d dossiers", n)
	}
	colleague.Get(w.path("")).Form("/move/take").Submit("").Want(200)
	at := preview.Path()
	under := preview.Form("/start").Submit("").Want(200).Shows("0 dossiers traités sur 61")
	if under.Header.Get("Refresh") == "" {
		t.Error("the page does not refresh itself")
	}
	agent.Post(at+"/start", url.Values{}).Want(200).Shows("0 dossiers traités sur 61") // a second press begins nothing
	w.Drain()
	agent.Get(at).Shows("Fait sur 60 des 61 dossiers").Shows("Un agent l’a déjà pris").Shows(w.reference())
	agent.Get("/bulk").Shows("Répartir dans l’équipe").Shows("Terminée")
	colleague.Try(at).Want(404)
	rows, err := w.Store.Pool().Query(t.Context(), "select count(*) from dossier where assignee_id is not null group by assignee_id order by 1")
	must(t, err)
	if have, err := pgx.CollectRows(rows, pgx.RowTo[int]); err != nil || !slices.Equal(have, []int{30, 31}) {
		t.Errorf("of 61, two agents have %v: %v", have, err)
	}
}

// Abandoned dossiers are cancelled together: what the form lacks is said before anything is done.
func TestCancelManyAsksOnce(t *testing.T) {
	w := newWorld(t)
	w.crowd(2)
	agent := w.Hire("un@example.org", "en", officer)
	start := agent.Get("/queue").Form("bulk").Set("move", "cancel_by_agent").Tick("dossier=").Submit("").Want(200).Shows("3 files chosen").Hides("never came").Form("/start")
	again := start.Set("reason", "asked_by_person").Submit("").Want(422).Form("/start")
	if again.Values.Get("reason") != "asked_by_person" {
		t.Error("the reason was lost")
	}
	again.Set("decision.comment", "Sans réponse depuis six mois.").Submit("").Want(200)
	w.Drain()
	agent.Get(agent.Page.Path()).Shows("Done on 3 of 3 files")
	if n := w.number("select count(*) from dossier where state = 'cancelled'"); n != 3 {
		t.Errorf("%d cancelled", n)
	}
}

// A queue is kept as its address says it, and no name that was looked for with it.
func TestViewKeepsTheAddress(t *testing.T) {
	w := newWorld(t)
	agent := w.Hire("un@example.org", "fr", officer)
	const address = "/queue?state=submitted&assignee=none&order=newest&col=name&col=updated&q=bianchi"
	page := agent.Get(address).Shows("Dernier changement")
	if heads := regexp.MustCompile(`<th [^>]*>\s*Envois`); heads.Match(page.Body) {
		t.Error("a column that was not asked for is shown")
	}
	page.Form("/queue/view").Set("name", "À prendre").Submit("").Want(200).Shows("La vue est gardée.")
	agent.Get("/queue").Shows("À prendre")
	kept := agent.Page.Link("col=updated")
	for _, part := range []string{"state=submitted", "assignee=none", "order=newest", "col=name"} {
		if !strings.Contains(kept, part) {
			t.Errorf("%s forgets %s", kept, part)
		}
	}
	if strings.Contains(kept, "bianchi") {
		t.Errorf("%s keeps a name", kept)
	}
	agent.Get(kept).Shows("Dernier changement").Shows(w.reference())
	other := w.Hire("deux@example.org", "fr", officer)
	other.Get("/queue").Hides("À prendre")
	drop := agent.Get("/queue").Form("/remove")
	agent.Get("/queue")
	other.Post("/queue/view/1/remove", url.Values{})
	agent.Get("/queue").Shows("À prendre") // another's is not theirs to remove
	drop.Submit("").Want(200).Hides("Retirer « À prendre »")
	agent.Get("/queue?q=" + url.QueryEscape("bianchi 17/04/1991")).Shows(w.reference())
	agent.Get("/queue?q=" + url.QueryEscape("bianchi 18/04/1991")).Hides(w.reference())
	agent.Get("/queue?overdue=1").Hides(w.reference())
	_, err := w.Store.Pool().Exec(t.Context(), "update dossier set overdue_at = now() where public_id = $1", w.id)
	must(t, err)
	agent.Get("/queue?overdue=1").Shows(w.reference())
	for _, bad := range []string{"/queue?order=x", "/queue?overdue=2", "/queue?state=none", "/queue?assignee=x"} {
		agent.Try(bad).Want(404)
	}
}
