package backoffice_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/web"
)

// Two agents decide one dossier at the same time: one decision stands, the other is told who made it.
func TestTwoAgentsDecideOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.Hire("un@example.org", "fr", officer), w.Hire("deux@example.org", "fr", officer)
	w.move(first, "admit").Submit("").Want(200)
	refuse := w.move(second, "cancel_by_agent").Set("reason", "asked_by_person").Set("decision.comment", "Les ressources ne suffisent pas.")
	second.Get(w.path("")).Form("/release").Submit("").Want(200) // and yet decides, while the first holds the dossier
	accept := w.move(first, "accept")
	var done sync.WaitGroup
	var won, late *stage.Page
	done.Go(func() { won = accept.Submit("") })
	done.Go(func() { late = refuse.Submit("") })
	done.Wait()
	won.Want(200)
	late.Want(409).Shows("Les ressources ne suffisent pas.")
	if n := w.number("select count(*) from journal_entry where act in ('accept', 'cancel_by_agent')"); n != 1 {
		t.Fatalf("%d decisions", n)
	}
}

// Two agents write the reserved note: the second sees that there is a newer one instead of erasing it.
func TestAgentsDoNotOverwriteEachOther(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-028", "RP-147")
	w := newWorld(t)
	first, second := w.Hire("un@example.org", "fr", officer), w.Hire("deux@example.org", "fr", officer)
	one := w.move(first, "annotate").Set("internal.notes", "Vu au guichet le 20.")
	two := w.move(second, "annotate").Set("internal.notes", "Bailleur appelé ce matin.")
	one.Submit("").Want(200).Shows("Vu au guichet le 20.")
	two.Submit("").Want(409).Shows("Vu au guichet le 20.").Shows("Bailleur appelé ce matin.")
	applicant := w.SignIn(stage.Applicants, "chiara@example.org", "fr")
	if strings.Contains(w.everyPage(applicant), "guichet le 20") {
		t.Fatal("the applicant reads what is reserved")
	}
}

// A page made in one state cannot act in another, even for the same agent.
func TestStatePostedMustBeTheState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	stale := w.move(agent, "refuse").Set("reason", "other").Set("decision.comment", "Non.")
	w.move(agent, "admit").Submit("").Want(200)
	stale.Submit("").Want(409)
	agent.Post(w.path("/move/accept"), url.Values{"state": {""}}).Want(422)
	agent.Post(w.path("/move/accept"), url.Values{"state": {"admissible"}, "version": {"1"}, "surprise": {"x"}}).Want(422)
	agent.Post(w.path("/move/cancel_by_user"), url.Values{"state": {"admissible"}}).Want(403)
	agent.Post(w.path("/move/nothing"), url.Values{"state": {"admissible"}}).Want(404)
	if s := w.state(); s != "admissible" {
		t.Fatalf("the dossier is %s", s)
	}
}

// Everybody gets the pages of their rights, and no other.
func TestDoorsOpenByRight(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-022", "RP-158", "RP-161", "RP-163")
	w := newWorld(t)
	made := w.path("/made/internal_summary.pdf")
	for _, x := range []struct {
		name    string
		browser *stage.Browser
		want    map[string]int
	}{
		{"agent", w.Hire("agent@example.org", "fr", officer), map[string]int{"/queue": 200, w.path(""): 200, "/release": 200, "/admin": 403}},
		{"analyst", w.Hire("analyste@example.org", "fr", "analyst"), map[string]int{"/queue": 403, w.path(""): 403, w.path("/move/ask"): 403, made: 403, "/release": 200, "/admin": 403}},
		{"digital", w.Hire("dsn@example.org", "fr", "digital"), map[string]int{"/setting": 200, "/queue": 403, w.path(""): 403, w.path("/move/ask"): 403, made: 403, "/release": 403, "/admin": 403}},
		{"provider", w.Hire("prestataire@example.org", "fr", "provider"), map[string]int{"/queue": 403, w.path(""): 403, w.path("/move/ask"): 403, made: 403, "/release": 403, "/admin": 403}},
		{"administrator", w.Administrator("admin@example.org"), map[string]int{"/queue": 403, w.path(""): 403, "/release": 403, "/admin": 200}},
	} {
		for at, status := range x.want {
			if got := x.browser.Try(at); got.Status != status {
				t.Errorf("%s: %s answers %d, want %d", x.name, at, got.Status, status)
			}
		}
		if strings.Contains(string(x.browser.Try(w.path("")).Body), "Bianchi") != (x.name == "agent") {
			t.Errorf("%s: reads the dossier or not, wrongly", x.name)
		}
	}
	stranger := w.Visit(stage.Agents, "fr")
	if p := stranger.Try(w.path("")); p.Path() != "/sign-in" {
		t.Errorf("a stranger stands at %s", p.Path())
	}
	analyst := w.SignIn(stage.Agents, "analyste@example.org", "fr")
	if at := analyst.Get("/").Path(); at != "/release" {
		t.Errorf("an analyst stands at %s", at)
	}
}

// A draft is its owner's: no agent learns that it exists.
func TestDraftIsNobodyElses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	draft, err := w.Office.Start(t.Context(), w.person, w.Definition().ID, notices(w, "entry"), "fr")
	must(t, err)
	agent.Try("/dossier/" + draft).Want(404)
	agent.Try("/dossier/" + draft + "/move/submit").Want(404)
}

// An agent reads how their own data are used before anything else, once, and it is written down.
func TestAgentIsToldOfTheirRights(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-041")
	w := newWorld(t)
	agent := w.Invited("agent@example.org", "fr", officer)
	if at := agent.Get(w.path("")).Path(); at != "/duties" {
		t.Fatalf("the agent stands at %s", at)
	}
	agent.Post(w.path("/note"), url.Values{"words": {"x"}})
	if n := w.number("select count(*) from message where thread = 'internal'"); n != 0 {
		t.Fatal("an agent acted before being told")
	}
	agent.Get(w.path("")).Shows("Vos droits en tant qu’agent").Shows("L’autorité").Form("/duties").Submit("").Want(200)
	if at := agent.Page.Path(); at != w.path("") {
		t.Errorf("the way leads to %s", at)
	}
	if n := w.number("select count(*) from consent c join notice_text t on t.hash = c.text_hash where c.dossier_id is null and c.notice = 'agents'"); n != 1 {
		t.Errorf("%d records", n)
	}
	agent = w.SignIn(stage.Agents, "agent@example.org", "fr")
	if at := agent.Get(w.path("")).Path(); at != w.path("") {
		t.Errorf("told again: %s", at)
	}
}

// Disabling an agent shuts them out with the next request.
func TestAdministratorRulesRights(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-157")
	w := newWorld(t)
	admin := w.Administrator("admin@example.org")
	admin.Get("/admin").Shows("Aucun antivirus n’est configuré")
	def := w.Definition().ID
	invite := admin.Page.Form("/admin/invite")
	invite.Set("email", "pas une adresse").Set("last_name", "Neuf").Submit("").Want(422).Shows("Choisissez la procédure et la fonction")
	admin.Page.Form("/admin/invite").Set("email", "neuf@example.org").Set("last_name", "Neuf").Set("right", def+"/"+officer).Set("reason", "Nouvelle collègue").Submit("").Want(200).Shows("neuf@example.org").Shows("Invité")
	if len(w.Mails("neuf@example.org")) != 1 {
		t.Fatal("no invitation was sent")
	}
	agent := w.Hire("agent@example.org", "fr", officer)
	agent.Get("/queue")
	id := w.number("select max(account_id) from agent_grant where role = $1", officer)
	right := w.number("select max(id) from agent_grant where account_id = $1", id)
	admin.Get("/admin").Form(path("/admin/agent/", id, "/withdraw/", right)).Submit("").Want(200)
	agent.Try("/queue").Want(403)
	give := func() *stage.Form {
		return admin.Get("/admin").Form(path("/admin/agent/", id, "/give")).Set("right", def+"/"+officer)
	}
	give().Submit("").Want(422).Shows("Dites pourquoi ce droit est donné")
	give().Set("reason", "Renfort").Submit("").Want(200).Shows("Motif : Renfort").Shows("retiré par Admin")
	admin.Get("/admin/rights").Shows("Agent instructeur")
	agent.Try("/admin/rights").Want(403)
	agent.Get("/queue")
	admin.Get("/admin").Form(path("/admin/agent/", id, "/disable")).Submit("").Want(200).Shows("Fermé")
	if at := agent.Try("/queue").Path(); at != "/sign-in" {
		t.Errorf("a disabled agent stands at %s", at)
	}
	admin.Get("/admin").Form(path("/admin/agent/", id, "/enable")).Submit("").Want(200)
	self := w.number("select account_id from agent_grant where procedure = '*'")
	admin.Post(path("/admin/agent/", self, "/disable"), url.Values{}).Want(403)
}

// The address alone says what the queue shows; an address that means nothing is not found.
func TestQueueIsItsAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	for address, found := range map[string]bool{
		"/queue": true, "/queue?state=submitted": true, "/queue?state=accepted": false, "/queue?state=all": true,
		"/queue?q=BIANCHI+chiara": true, "/queue?q=rossi": false, "/queue?q=" + strings.ToLower(w.reference()): true, "/queue?assignee=me": false,
	} {
		if agent.Get(address).Says("Bianchi") != found {
			t.Errorf("%s: found %v, want %v", address, !found, found)
		}
	}
	for _, address := range []string{"/queue?state=nonsense", "/queue?procedure=nonsense", "/queue?assignee=x", "/queue?after=1", "/queue?after=9.x"} {
		agent.Try(address).Want(404)
	}
}

func path(parts ...any) string { return strings.ReplaceAll(fmt.Sprint(parts...), " ", "") }

// What a colleague puts into the request in the making while one writes it is neither dropped by keeping nor sent by sending.
func TestRequestKeepsWhatAColleagueAdds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.Hire("un@example.org", "fr", officer), w.Hire("deux@example.org", "fr", officer)
	gather := func(b *stage.Browser, path, word string) {
		b.Get(w.path("/ask?item="+path)).Form("/ask").Set("why", "unreadable").Set("word", word).Submit("").Want(200)
	}
	gathered := func(want int) {
		t.Helper()
		if n := w.number("select count(*) from prepared_item"); int(n) != want {
			t.Fatalf("%d items gathered, want %d", n, want)
		}
	}
	gather(first, "stay.id_number", "Illisible.")
	gather(first, "applicant.last_name", "Incomplet.")
	page := w.move(first, "ask")
	gather(second, "documents.electricity", "Trop ancienne.")
	page.Set("pick", "stay.id_number").Set("word.applicant.last_name", "").Submit("prepare").Want(200)
	gathered(2)
	page = w.move(first, "ask")
	gather(second, "applicant.birth_city", "À vérifier.")
	page.Submit("").Want(200)
	gathered(1)
	if n := w.number("select count(*) from asked_item"); n != 2 {
		t.Errorf("%d items asked for", n)
	}
}

// A provider's right ends with the contract; a right begins and ends on its days, and one about to end is pointed out (RP-163).
func TestRightHasItsDays(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-163")
	w := newWorld(t)
	admin := w.Administrator("admin@example.org")
	agent := w.Hire("agent@example.org", "fr", "analyst")
	id := w.number("select max(account_id) from agent_grant where role = 'analyst'")
	give := func(role string) *stage.Form {
		return admin.Get("/admin").Form(path("/admin/agent/", id, "/give")).Set("right", w.Definition().ID+"/"+role).Set("reason", "Contrat 2026-7")
	}
	day := func(f *stage.Form, name string, in int) *stage.Form {
		at := w.Clock.Now().AddDate(0, 0, in)
		return f.Set(name+".day", fmt.Sprint(at.Day())).Set(name+".month", fmt.Sprint(int(at.Month()))).Set(name+".year", fmt.Sprint(at.Year()))
	}
	give("provider").Submit("").Want(422).Shows("donnez le dernier jour de son contrat")
	day(give("provider"), "until", -1).Submit("").Want(422).Shows("Le dernier jour est passé")
	day(give("provider"), "until", 10).Submit("").Want(200).Shows("Se termine bientôt").Shows("Motif : Contrat 2026-7")
	day(give(officer), "from", -1).Submit("").Want(422).Shows("Le premier jour est passé")
	day(day(give(officer), "from", 2), "until", 30).Submit("").Want(200).Shows("À venir")
	agent.Try("/queue").Want(403)
	w.Clock.AdvanceDays(3)
	w.SignIn(stage.Agents, "agent@example.org", "fr").Try("/queue").Want(200)
	w.Clock.AdvanceDays(30)
	w.SignIn(stage.Agents, "agent@example.org", "fr").Try("/queue").Want(403)
	w.SignIn(stage.Agents, "admin@example.org", "fr").Get("/admin").Shows("2 droits qui ne sont plus en vigueur")
}

// No page and no act of the agents' door is reached before an agent has read what they must; a provider reads their own duties
// too (RP-041, RP-164).
func TestNothingPassesByTheDuties(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-041", "RP-164")
	w := watched(t)
	agent := w.Invited("agent@example.org", "fr", officer, "analyst", "digital", "supervisor", "provider")
	for _, r := range w.Site.Agents.Routes() {
		at := strings.NewReplacer("{dossier}", w.id, "{request}", "x", "{move}", "take").Replace(r.Pattern)
		if policy := r.Policy.String(); policy == web.Public.String() || strings.HasSuffix(policy, "administer") || strings.HasPrefix(at, "/account/") || at == web.AgainPath || slices.Contains([]string{"/sign-out", "/duties", "/"}, at) {
			continue
		}
		p := agent.Post(at, url.Values{})
		if r.Method == http.MethodGet {
			p = agent.Try(at)
		}
		if p.Path() != "/duties" && p.Status != 401 && p.Status != 403 && p.Status != 422 {
			t.Errorf("%s %s answers %d at %s before the duties", r.Method, at, p.Status, p.Path())
		}
	}
	if n := w.number("select (select count(*) from journal_read) + (select count(*) from message where thread = 'internal') + (select count(*) from dossier where assignee_id is not null)"); n != 0 {
		t.Error("something was read or done")
	}
	agent.Get("/").Shows("Vos droits en tant qu’agent").Form("/duties").Submit("").Want(200).Shows("Vos obligations en tant que prestataire").Form("/duties").Submit("").Want(200)
	if n := w.number("select count(*) from consent where notice = 'provider_duties' and dossier_id is null"); n != 1 {
		t.Errorf("%d records", n)
	}
}

// A right given again from a later day stands until then, and what it was stays in the journal of rights; one that is withdrawn
// shows there the end it had (RP-163).
func TestRightIsProlongedAndWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.Administrator("admin@example.org")
	agent := w.Hire("agent@example.org", "fr", officer)
	id := w.number("select max(account_id) from agent_grant where role = $1", officer)
	give := func(from, until int) {
		t.Helper()
		f := admin.Get("/admin").Form(path("/admin/agent/", id, "/give")).Set("right", w.Definition().ID+"/"+officer).Set("reason", "Contrat")
		for name, in := range map[string]int{"from": from, "until": until} {
			if at := w.Clock.Now().AddDate(0, 0, in); in > 0 {
				f.Set(name+".day", fmt.Sprint(at.Day())).Set(name+".month", fmt.Sprint(int(at.Month()))).Set(name+".year", fmt.Sprint(at.Year()))
			}
		}
		f.Submit("").Want(200)
	}
	give(0, 20)
	give(10, 40) // overlaps: the one in force stands until the tenth day
	give(60, 90) // lies after both: they stay
	agent.Get("/queue")
	if n := w.number("select count(*) from agent_grant where account_id = $1 and until > $2", id, w.Clock.Now()); n != 3 {
		t.Fatalf("%d rights stand or are to come", n)
	}
	right := w.number("select min(id) from agent_grant where account_id = $1 and begins is not null", id)
	end := w.text(`select to_char(until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from agent_grant where id = $1`, right)
	admin.Post(path("/admin/agent/", id, "/withdraw/", right), nil).Want(200)
	if before := w.text("select before from right_act where act = 'withdraw'"); !strings.HasSuffix(before, end) {
		t.Errorf("the journal has %q before, not the end %s", before, end)
	}
	w.Clock.AdvanceDays(9)
	w.SignIn(stage.Agents, "agent@example.org", "fr").Get("/queue")
	w.Clock.AdvanceDays(2)
	w.SignIn(stage.Agents, "agent@example.org", "fr").Try("/queue").Want(403)
	w.Clock.AdvanceDays(50)
	w.SignIn(stage.Agents, "agent@example.org", "fr").Get("/queue")
}
