package backoffice_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// What a person and the desk say to each other, from the first question to the answer, and what colleagues say about it.
func TestPersonWritesAndIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent, other := w.Hire("agent@example.org", "fr", officer), w.Hire("autre@example.org", "fr", officer)
	w.Hire("tiers@example.org", "fr", officer)
	person := w.SignIn(stage.Applicants, "chiara@example.org", "fr")
	must(t, w.Office.Move(t.Context(), w.actor(0), w.id, dossier.Act{Move: "take"}))

	t.Run("a refused file takes neither the words nor the file beside it", func(t *testing.T) {
		page := person.Get(w.path("/messages")).Form("/messages").Set("words", "Must my {reference} be stamped?").
			Attach("file", "visa.png", testkit.Picture(3)).Attach("file", "notes.png", []byte("no picture")).Submit("")
		page.Want(422).Shows("Must my {reference} be stamped?").Shows("visa.png").Shows("notes.png")
		waits := w.text("select public_id from document where path = '@message' and message_id is null and state = 'received'")
		agent.Try(w.path("/document/" + waits + "/page/1")).Want(404)
		if agent.Get(w.path("")).Says("visa.png") || w.number("select count(*) from message where author_id is not null") != 0 {
			t.Fatal("what was not sent is read")
		}
		page.Form("/messages").Submit("Envoyer le message").Want(200).Shows("Must my {reference} be stamped?").Shows("visa.png").Shows("Une réponse vous est due")
		person.Page.Follow(w.path("/document/"))
	})
	t.Run("an answer is owed, with its age", func(t *testing.T) {
		w.Clock.Advance(3 * 24 * time.Hour)
		agent, other = w.SignIn(stage.Agents, "agent@example.org", "fr"), w.SignIn(stage.Agents, "autre@example.org", "fr")
		agent.Get("/queue").Shows("Réponses dues").Shows("1")
		image := w.path("/document/" + w.text("select public_id from document where path = '@message' and state = 'received'") + "/page/1")
		if got := agent.Get(agent.Get(w.path("")).Link("/document/" + strings.Split(image, "/")[4] + "/page/1")); !bytes.HasPrefix(got.Body, []byte("\x89PNG")) {
			t.Error("a file of a message is not drawn")
		}
		w.Hire("analyste@example.org", "fr", "analyst")
		for name, b := range map[string]*stage.Browser{"an analyst": w.SignIn(stage.Agents, "analyste@example.org", "fr"), "its person": person} {
			if got := b.Try(image).Status; got != 403 && got != 404 {
				t.Errorf("%s opens the page of a message’s file: %d", name, got)
			}
		}
		agent.Get("/queue?owed=1&col=owed").Shows(w.reference()).Shows("3 jours")
		agent.Get(w.path("")).Shows("une réponse lui est due (3 jours)").Shows("visa.png")
		agent.Try("/queue?owed=no").Want(404)
		w.Drain()
		if n := w.said("agent@example.org", "stamped", "Bianchi"); n == 0 {
			t.Error("the agent is not told")
		}
	})
	t.Run("an agent answers in the person's language, with a text and its preview", func(t *testing.T) {
		_, err := w.Store.Pool().Exec(t.Context(), "update dossier set lang = 'en'")
		must(t, err)
		page := agent.Get(w.path("/write")).Form("write").Set("words", "No, it need not.").Set("template", "we_will_call").Submit("insert").Want(200)
		page.Shows("No, it need not.").Shows("Hello Chiara Lucia Bianchi").Shows(w.reference())
		if said := page.Form("write").Values.Get("words"); strings.Contains(said, "{") || strings.Contains(said, "gave us: .") {
			t.Errorf("a value was not put in: %s", said)
		}
		page = page.Form("write").Submit("preview").Want(200).Shows("Ce que la personne lira")
		page.Form("write").Submit("send").Want(200)
		if w.number("select count(*) from dossier where owed_since is not null") != 0 {
			t.Error("still owed")
		}
		w.Drain()
		if n := w.said("chiara@example.org", "stamp", "need not", "Bianchi"); n == 0 {
			t.Error("the person is not told")
		}
		person = w.SignIn(stage.Applicants, "chiara@example.org", "fr")
		person.Get(w.path("/messages")).Shows("No, it need not.").Shows("Hello Chiara Lucia Bianchi")
		agent.Get(w.path("/write")).Form("write").Submit("send").Want(422)
	})
	t.Run("an agent notes that no answer is needed", func(t *testing.T) {
		person.Page.Form("/messages").Set("words", "Thank you.").Submit("").Want(200)
		agent.Get(w.path("")).Form("/settle").Submit("").Want(200)
		agent.Get(w.path("/timeline?kind=messages")).Shows("Thank you.").Shows("Aucune réponse n’est nécessaire").Shows("Must my")
		other.Post(w.path("/settle"), nil).Want(200)
		if w.number("select count(*) from journal_entry where act = 'settle'") != 1 {
			t.Error("settled twice")
		}
	})
	t.Run("a note reaches the colleague it names, and nobody else", func(t *testing.T) {
		testkit.Covers(t, "RP-027", "RP-169")
		agent.Get(w.path("")).Form("/note").Set("words", "@nobody at all, a@b.example").Submit("").Want(422).Shows("@nobody").Shows("@Camille Agent")
		if err := w.Office.Note(t.Context(), w.actor(0), w.id, "À voir.", w.person.AccountID); fault.Key(err) != "note.mention" {
			t.Errorf("who reads no dossier is named: %v", err)
		}
		must(t, w.Office.Note(t.Context(), w.actor(0), w.id, "À voir, wellensittich.", w.actor(1).AccountID, w.actor(0).AccountID))
		w.Drain()
		if w.said("autre@example.org", "wellensittich", "Bianchi") == 0 || w.said("tiers@example.org") != 0 {
			t.Error("the wrong colleagues are told")
		}
		other.Get("/queue").Shows("1 note vous cite")
		if agent.Get("/queue").Says("vous cite") {
			t.Error("who wrote is named")
		}
		page := other.Get("/mentions").Shows(w.reference())
		page.Form("/seen").Submit("").Want(200).Shows("Aucune note ne vous cite")
		if strings.Contains(w.everyPage(person), "wellensittich") {
			t.Error("the person reads the internal thread")
		}
	})
	t.Run("the timeline tells all in one order, page by page", func(t *testing.T) {
		seen := map[string]bool{}
		_, events, next, err := w.Office.Timeline(t.Context(), w.actor(0), w.id, "", dossier.Place{}, 7)
		for must(t, err); ; must(t, err) {
			for i, e := range events {
				if i > 0 && e.At.After(events[i-1].At) {
					t.Fatal("out of order")
				}
				seen[e.Kind] = true
			}
			if next.At.IsZero() {
				break
			}
			_, events, next, err = w.Office.Timeline(t.Context(), w.actor(0), w.id, "", next, 7)
		}
		for _, kind := range []string{"moves", "answers", "documents", "messages", "notes"} {
			agent.Get(w.path("/timeline?kind=" + kind))
			if !seen[kind] {
				t.Errorf("nothing of %s", kind)
			}
		}
		agent.Get(w.path("/timeline?kind=answers&after=1.3.1"))
		for _, wrong := range []string{"?kind=x", "?after=1", "?after=a.b.c", "?after=1.99.1"} {
			agent.Try(w.path("/timeline" + wrong)).Want(404)
		}
		person.Try(w.path("/timeline")).Want(404)
	})
	t.Run("words are sealed, and a stranger reaches nothing", func(t *testing.T) {
		var sealed []byte
		must(t, w.Store.Pool().QueryRow(t.Context(), "select string_agg(sealed, '') from message").Scan(&sealed))
		if bytes.Contains(sealed, []byte("stamped")) {
			t.Error("words stand in the clear")
		}
		stranger := w.account("stranger@example.org")
		if err := w.Office.Write(t.Context(), stranger, w.id, "x"); err == nil {
			t.Error("a stranger writes")
		}
		if err := w.Office.AttachToMessage(t.Context(), stranger, w.id, "x.png", bytes.NewReader(testkit.Picture(1))); err == nil {
			t.Error("a stranger attaches")
		}
	})
}

// actor is one of the agents, by the order in which they were hired.
func (w *world) actor(n int) access.Actor {
	w.t.Helper()
	a, err := w.Accounts.Actor(w.t.Context(), w.number("select id from account where kind = 'agent' order by id offset $1 limit 1", n), w.Clock.Now())
	must(w.t, err)
	return a
}

// said counts the mails about the dossier to an address, none of which may bear these words.
func (w *world) said(to string, never ...string) (n int) {
	w.t.Helper()
	for _, m := range w.Mails(to) {
		if !strings.Contains(m.Subject, w.reference()) {
			continue
		}
		n++
		for _, word := range never {
			if strings.Contains(m.Subject+m.Body, word) {
				w.t.Errorf("a mail says %q", word)
			}
		}
	}
	return n
}
