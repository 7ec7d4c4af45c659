package backoffice_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/testkit/absent"
	"guichet/internal/testkit/stage"
)

// Who is on paper is written to on paper: a letter to print, that is fetched by who may and by nobody else, once as an act.
func TestAgentWritesToSomebodyOnPaper(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-024")
	w := &world{App: stage.Open(t), t: t}
	agent := w.Hire("agent@example.org", "fr", officer)
	w.person = w.actor(0)
	w.id = w.entered(w.person)
	w.Drain()
	mails := len(w.Mails("chiara.bianchi@example.org"))

	page := agent.Get(w.path("/write")).Shows("imprimer").Form("write").Set("words", "Venez mardi.\n\nVotre photo manque.").Submit("send").Want(200)
	page.Shows("La lettre est prête").Shows("à imprimer")
	w.Drain()
	if n := len(w.Mails("chiara.bianchi@example.org")); n != mails {
		t.Errorf("%d mails more tell of a letter", n-mails)
	}
	href := "/letter/" + w.text("select id::text from message where author_id is not null") + ".pdf"
	agent.Get(w.path("/timeline?kind=messages")).Shows("Lettre de l’agent").Shows("Votre photo manque.").Hides("Courrier imprimé")

	analyst := w.Hire("analyst@example.org", "fr", "analyst")
	if got := analyst.Try(w.path(href)).Status; got != 403 && got != 404 {
		t.Errorf("an analyst fetches a letter: %d", got)
	}
	printed := func() int64 { return w.number("select count(*) from journal_entry where act = 'letter_printed'") }
	if printed() != 0 {
		t.Error("a letter that nobody fetched is said to be printed")
	}
	said := pdfText(t, agent.Get(w.path(href)).Body)
	for _, words := range []string{"Venez mardi.", "Votre photo manque.", "Bianchi", "98000 Monaco", w.reference(), "au guichet ou par courrier"} {
		if !strings.Contains(said, words) {
			t.Errorf("the letter does not say %q: %s", words, said)
		}
	}
	agent.Get(w.path(href))
	if n := printed(); n != 1 {
		t.Errorf("a letter fetched twice was printed first %d times", n)
	}
	agent.Get(w.path("")).Shows("imprimé le")
	agent.Get(w.path("/timeline?kind=messages")).Shows("Courrier imprimé")
	w.askedTwice(t, agent)
	w.narrowed(t)
}

// askedTwice looks at a request that was taken back once the same was asked again: each letter and each line bears its own words.
func (w *world) askedTwice(t *testing.T, agent *stage.Browser) {
	t.Helper()
	ask := func(word string) (letter string) {
		w.Clock.Advance(time.Minute)
		pick := []dossier.Pick{{Path: "documents.electricity", Why: "unreadable", Word: word}}
		must(t, w.Office.Move(t.Context(), w.person, w.id, dossier.Act{Move: "ask", Picks: pick}))
		return w.text("select max(id)::text from message where thread = 'person'")
	}
	first := ask("Trop sombre.")
	must(t, w.Office.Move(t.Context(), w.person, w.id, dossier.Act{Move: "resume"}))
	agent.Get(w.path("")).Shows("N’est plus demandé").Hides("Attendu")
	second := ask("Bord coupé.")
	agent.Get(w.path("")).Shows("N’est plus demandé").Shows("Attendu")
	agent.Get(w.path("/timeline?kind=requests")).Shows("Trop sombre.").Shows("Bord coupé.")
	for letter, words := range map[string][2]string{first: {"Trop sombre.", "Bord coupé."}, second: {"Bord coupé.", "Trop sombre."}} {
		if said := pdfText(t, agent.Get(w.path("/letter/"+letter+".pdf")).Body); !strings.Contains(said, words[0]) || strings.Contains(said, words[1]) {
			t.Errorf("the letter that asks %q says: %s", words[0], said)
		}
	}
	must(t, w.Office.Note(t.Context(), w.person, w.id, "Entre nous."))
	agent.Get(w.path("/timeline?kind=notes")).Shows("Entre nous.").Hides("Ouvrir la lettre")
}

// narrowed looks at the letter as agents from whom something is hidden, and as one who only reads: no link, and nothing at its address.
func (w *world) narrowed(t *testing.T) {
	t.Helper()
	full := w.actor(0)
	for name, change := range map[string]func(*access.Grant){
		"reads only":       func(g *access.Grant) { g.Verbs = []access.Verb{access.Read, access.Message} },
		"names are hidden": func(g *access.Grant) { g.Hidden = []string{"identity"} },
	} {
		a := full
		a.Grants = append([]access.Grant{}, full.Grants...)
		for i := range a.Grants {
			change(&a.Grants[i])
		}
		f, err := w.Office.Read(t.Context(), a, w.id)
		must(t, err)
		if f.MayPrint(a) {
			t.Errorf("%s: may print", name)
		}
		if err := w.Office.NotePrinted(t.Context(), a, f, dossier.Message{ID: 999}); fault.Of(err) != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
		before := w.number("select count(*) from mail") + w.number("select count(*) from desk_news")
		must(t, w.Office.Reply(t.Context(), a, w.id, "", "Un mot."))
		if after := w.number("select count(*) from mail") + w.number("select count(*) from desk_news"); after == before {
			t.Errorf("%s: nobody is told to print what they wrote", name)
		}
	}
}

// entered is an application signed on paper, entered and sent by an agent.
func (w *world) entered(agent access.Actor) string {
	w.t.Helper()
	ctx, def := w.t.Context(), w.Definition()
	in := dossier.OnPaper{Channel: "counter", SignedOn: w.Clock.Now().Add(-48 * time.Hour).Truncate(24 * time.Hour), Original: "Boîte 12", Lang: "fr"}
	for _, n := range dossier.PaperNotices(def) {
		in.Accepted = append(in.Accepted, n.ID)
	}
	id, err := w.Office.StartOnPaper(ctx, agent, def.ID, in)
	must(w.t, err)
	w.fillIn(agent, id)
	return id
}

func pdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		absent.Skip(t, "pdftotext")
	}
	run := exec.CommandContext(t.Context(), "pdftotext", "-layout", "-", "-")
	run.Stdin = strings.NewReader(string(pdf))
	out, err := run.Output()
	must(t, err)
	return string(out)
}
