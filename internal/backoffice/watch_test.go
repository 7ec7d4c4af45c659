package backoffice_test

import (
	"strings"
	"testing"
	"time"

	"guichet/internal/account"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
)

// An agent opens a dossier that is not theirs once they have said why: the journal keeps it, the person sees the day and the
// role, and no name.
func TestReadingIsStated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.Hire("un@example.org", "fr", officer), w.Hire("deux@example.org", "fr", officer)
	second.Get(w.path("")).Want(200).Shows("Bianchi") // in everybody's queue
	w.take(first)
	second.Get(w.path("")).Want(200) // what a colleague takes is not shut at once
	w.Clock.Advance(16 * time.Minute)
	first, second = w.SignIn(stage.Agents, "un@example.org", "fr"), w.SignIn(stage.Agents, "deux@example.org", "fr")
	for _, page := range []string{"", "/timeline", "/move/ask", "/made/internal_summary.pdf", "/write", "/ask?item=contact.phone"} {
		if at := second.Get(w.path(page)); at.Path() != w.path("/why") || at.Says("Bianchi") {
			t.Errorf("%s leads to %s, or tells whose it is", page, at.Path())
		}
	}
	f := second.Get(w.path("/timeline")).Form("/why")
	f.Submit("").Want(422).Shows("Choisissez une raison")
	f.Set("purpose", "colleague").Submit("").Want(422).Shows("Dites en quelques mots")
	if at := f.Set("words", "Camille est absente.").Submit("").Want(200).Path(); at != w.path("/timeline") {
		t.Errorf("the way leads to %s", at)
	}
	second.Get(w.path("")).Want(200).Shows("Je remplace ou j’aide un collègue").Shows("Ouvert pour une raison déclarée")
	if n := w.number("select count(*) from journal_read where basis = 'purpose:colleague'"); n < 2 {
		t.Errorf("%d readings are known by their purpose", n)
	}
	first.Get(w.path("")).Want(200).Shows("Bianchi")
	person := w.SignIn(stage.Applicants, "chiara@example.org", "fr")
	person.Get("/dossier/" + w.id).Shows("Quand l’administration a ouvert votre dossier").Shows("Agent instructeur").Hides("Camille")
	w.move(first, "refuse").Set("reason", "other").Set("decision.comment", "Les ressources ne suffisent pas.").Submit("").Want(200)
	w.approved(second)
	w.Clock.Advance(13 * time.Hour)
	second = w.SignIn(stage.Agents, "deux@example.org", "fr")
	if at := second.Get(w.path("")).Path(); at != w.path("/why") {
		t.Errorf("a purpose holds for ever: %s", at)
	}
}

// take gives the dossier to an agent.
func (w *world) take(b *stage.Browser) {
	w.t.Helper()
	b.Get(w.path("")).Form("/move/take").Submit("").Want(200)
}

// Unusual reading is shown to a supervisor, who notes what was found, and to nobody else; the supervisor sees no dossier.
func TestUnusualReadingIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	address, problem, err := w.Accounts.InviteHere(t.Context(), account.Invitation{
		Profile: account.Profile{Email: "parente@example.org", LastName: "Bianchi", FirstNames: "Sara"}, Lang: text.FR,
		Rights: []account.Right{{Procedure: w.Definition().ID, Role: officer}},
	})
	must(t, err)
	if problem != nil {
		t.Fatal(problem.Key)
	}
	w.TakeUp(address, "parente@example.org", "fr")
	w.Clock.Set(time.Date(2026, 11, 24, 22, 0, 0, 0, text.Zone))
	relative := w.SignIn(stage.Agents, "parente@example.org", "fr")
	relative.Get(w.path("")).Want(200)
	supervisor := w.Hire("controle@example.org", "fr", "supervisor")
	w.Clock.Advance(time.Minute)
	must(t, w.Watch.Look(t.Context()))
	must(t, w.Watch.Look(t.Context())) // told once
	if n := w.number("select count(*) from watch_alert"); n != 2 {
		t.Fatalf("%d alerts", n)
	}
	page := supervisor.Get("/watch").Shows("Même nom de famille que l’agent").Shows("En dehors des heures").Shows("Sara Bianchi")
	var at string
	for _, l := range page.Links() {
		if strings.HasPrefix(l, "/watch/") && l != "/watch/acting" {
			at = l
		}
	}
	f := supervisor.Get(at).Shows(w.reference()).Form(at)
	f.Submit("").Want(422).Shows("Notez ce que vous avez trouvé")
	f.Set("word", "Garde de nuit, vu avec la direction.").Submit("").Want(200)
	supervisor.Get(at).Shows("Garde de nuit")
	supervisor.Try(w.path("")).Want(403)
	supervisor.Try("/queue").Want(403)
	supervisor.Get("/admin/rights").Want(200)
	relative.Try("/watch").Want(403)
	must(t, w.Watch.Look(t.Context()))
	if n := w.number("select count(*) from watch_alert where settled_at is null"); n != 1 {
		t.Errorf("%d alerts wait", n)
	}
}
