package backoffice_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/app"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/testkit"
	"guichet/internal/testkit/enquiry"
	"guichet/internal/testkit/stage"
)

var (
	answerAt = regexp.MustCompile(`/answer/[A-Za-z0-9_-]{43}`)
	codeIn   = regexp.MustCompile(`\d{4} \d{4}`)
)

// What is held about a person is put together, in words and with the four contents of the law, without health data nor what is
// reserved; it is fetched by a link and a one-time code, is in no mail, and the link ends (DS-068 to DS-072, DS-106, DS-108, DS-109).
func TestAnAnswerIsPutTogetherAndFetched(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "DS-068", "DS-069", "DS-070", "DS-071", "DS-072", "DS-095", "DS-106", "DS-108", "DS-109")
	a := stage.Open(t, func(c *app.Config) { c.Catalogue = enquiry.Catalogue(t).Apart() })
	ctx := t.Context()
	desk := a.Hire("desk@example.org", "fr", "desk")
	reader := a.Hire("reader@example.org", "fr", "keeper")
	mail := func(id, from string) string {
		out, err := a.Mailbox.Deliver(ctx, enquiry.ID, strings.NewReader("From: Rossi <"+from+">\r\nMessage-ID: <"+id+"@x>\r\nSubject: s\r\n\r\nQuestion "+id+"\r\n"))
		must(t, err)
		a.Drain()
		return out.PublicID
	}
	at, older, stranger := mail("un", "rossi@example.org"), mail("deux", "rossi@example.org"), mail("trois", "autre@example.org")
	var agent int64
	must(t, a.Store.Pool().QueryRow(ctx, "select account_id from agent_grant where procedure = $1 and role = 'desk' limit 1", enquiry.ID).Scan(&agent))
	actor, err := a.Accounts.Actor(ctx, agent, a.Clock.Now())
	must(t, err)
	path := "/dossier/" + at + "/inquiry"

	// What no search has found is handed to nobody, whatever is posted.
	if _, err := a.Office.Gather(ctx, actor, at, []string{older}); fault.Of(err) != fault.NotFound {
		t.Fatalf("a dossier that was not found is handed over: %v", err)
	}
	page := desk.Get(path)
	page.Form("/search").Set("email", "rossi@example.org").Submit("Chercher").Want(200)
	page = desk.Get(path)
	page.Form("/inquiry/answer").Set("dossiers", older).Submit("Composer la réponse").Want(200).Shows("La réponse est composée")
	if _, err := a.Office.Gather(ctx, actor, at, []string{stranger}); fault.Of(err) != fault.NotFound {
		t.Errorf("a stranger’s dossier is handed over: %v", err)
	}

	sealed := 0 // what is kept of the answer opens nowhere without its key (DS-095)
	must(t, filepath.WalkDir(a.Blobs, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		sealed++
		for _, plain := range []string{"Question", "rossi@example.org", "%PDF", dossier.AnswerFormat} {
			if bytes.Contains(b, []byte(plain)) {
				t.Errorf("%s is kept in the clear", plain)
			}
		}
		return err
	}))
	if sealed < 2 {
		t.Errorf("%d files are kept: this would pass on anything", sealed)
	}

	var h dossier.Handed
	raw := desk.Get(path + "/answer/json").Body
	must(t, json.Unmarshal(raw, &h))
	said := string(raw)
	if !h.Processed || len(h.Parts) != 1 || h.Parts[0].Purpose == "" || len(h.Parts[0].Categories) == 0 || len(h.Parts[0].Recipients) == 0 || h.Parts[0].Automated == "" {
		t.Errorf("the contents of the law are not all there: %s", said)
	}
	if len(h.Parts[0].Dossiers) != 2 || !strings.Contains(said, "Question un") || !strings.Contains(said, "Question deux") || !strings.Contains(said, "Autre") {
		t.Errorf("the data are not there in words, the request’s own included: %s", said)
	}
	if strings.Contains(said, "Interne") || strings.Contains(said, "Question trois") {
		t.Errorf("what is reserved, or somebody else’s, is there: %s", said)
	}
	if pdf := desk.Get(path + "/answer/pdf").Body; !strings.HasPrefix(string(pdf), "%PDF") {
		t.Error("there is no PDF")
	}
	reader.Try(path).Want(404)
	reader.Try(path + "/answer/json").Want(404)

	if n := len(a.Mails("rossi@example.org")); n != 1 {
		t.Fatalf("%d mails before the answer is given", n) // that a message came, which is told once a day
	}
	must(t, a.Office.Move(ctx, actor, at, dossier.Act{Move: "reply_to"}))
	link, person := "", a.Visit(stage.Applicants, "fr")
	for _, m := range a.Mails("rossi@example.org") {
		if strings.Contains(m.Body, "Question") || strings.Contains(m.Body, "deux") {
			t.Errorf("a mail bears what was asked: %s", m.Body)
		}
		if got := answerAt.FindString(m.Body); got != "" {
			link = got
		}
	}
	if link == "" {
		t.Fatal("no link was sent")
	}
	person.Try("/answer/" + strings.Repeat("a", 43)).Want(404)
	first := person.Get(link).Shows("demandez un code")
	if strings.Contains(first.Text(), "Rossi") || strings.Contains(first.Text(), "ZZ-") {
		t.Error("the link alone says whose it is")
	}
	first.Form("code-form").Set("code", "0000 0000").Submit("Ouvrir la réponse").Want(422).Shows("Ce code n’est pas le bon")
	first.Form("/code").Submit("M’envoyer un code").Want(200).Shows("Un code est envoyé")
	code := ""
	for _, m := range a.Mails("rossi@example.org") {
		if got := codeIn.FindString(m.Body); got != "" && code == "" {
			code = got
		}
	}
	token := strings.TrimPrefix(link, "/answer/")

	t.Run("one code gives one pass", func(t *testing.T) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		passes := 0
		for range 50 {
			wg.Go(func() {
				_, err := a.Office.OpenAnswer(ctx, token, code)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					passes++
				case fault.Key(err) != "answer.code":
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if passes != 1 {
			t.Fatalf("%d passes", passes)
		}
	})

	again := func() string {
		t.Helper()
		must(t, a.Office.AskAnswerCode(ctx, token))
		for _, m := range a.Mails("rossi@example.org") { // the newest first
			if got := codeIn.FindString(m.Body); got != "" {
				return got
			}
		}
		t.Fatal("no code")
		return ""
	}
	t.Run("the person fetches it", func(t *testing.T) {
		open := person.Get(link).Form("code-form").Set("code", again()).Submit("Ouvrir la réponse").Want(200).Shows("un quart d’heure")
		got := open.Form("/file").Submit("La réponse, réutilisable (JSON)").Want(200).Body
		if string(got) != string(raw) {
			t.Error("what is fetched is not what was put together")
		}
		a.Clock.Advance(16 * time.Minute)
		open.Form("/file").Submit("La réponse (PDF)").Want(422).Shows("Le quart d’heure est passé")
		desk = a.SignIn(stage.Agents, "desk@example.org", "fr")
		desk.Get(path).Shows("Lue par la personne le")
	})

	t.Run("a code is not guessed", func(t *testing.T) {
		good := again()
		for range 5 {
			if _, err := a.Office.OpenAnswer(ctx, token, "1234 0000"); fault.Key(err) != "answer.code" {
				t.Error(err)
			}
		}
		if _, err := a.Office.OpenAnswer(ctx, token, good); fault.Key(err) != "answer.code" {
			t.Errorf("the code outlives five wrong ones: %v", err)
		}
		for range 3 {
			_ = a.Office.AskAnswerCode(ctx, token)
		}
		if err := a.Office.AskAnswerCode(ctx, token); fault.Key(err) != "answer.codes" {
			t.Errorf("codes without end: %v", err)
		}
	})

	t.Run("the link ends, and another kills it", func(t *testing.T) {
		desk.Get(path).Form("/inquiry/send").Submit("Envoyer un nouveau lien").Want(200).Shows("Un nouveau lien est envoyé")
		a.Drain()
		person.Try(link).Want(404)
		fresh := ""
		for _, m := range a.Mails("rossi@example.org") {
			if got := answerAt.FindString(m.Body); got != "" && got != link {
				fresh = got
			}
		}
		person.Get(fresh).Shows("demandez un code")
		a.Clock.Advance(31 * 24 * time.Hour)
		person.Try(fresh).Want(404)
	})
	var clear int
	must(t, a.Store.Pool().QueryRow(ctx, "select count(*) from document where path = '@answer' and position('Rossi'::bytea in sealed) > 0").Scan(&clear))
	if strings.Contains(a.Log.String(), "rossi@") || strings.Contains(a.Log.String(), token) || clear != 0 {
		t.Error("the log names the person or the link, or a row can be read")
	}
}

// Health data are left out of what is handed to a person, and it is said that there are some (DS-071).
func TestHealthDataAreHandedToNobody(t *testing.T) {
	t.Parallel()
	a := stage.Open(t, func(c *app.Config) { c.Catalogue = enquiry.Catalogue(t).Apart() })
	ctx := t.Context()
	a.Hire("desk@example.org", "fr", "desk")
	var agent int64
	must(t, a.Store.Pool().QueryRow(ctx, "select max(id) from account").Scan(&agent))
	actor, err := a.Accounts.Actor(ctx, agent, a.Clock.Now())
	must(t, err)
	a.Person("zoe@example.org", "fr")
	var who int64
	must(t, a.Store.Pool().QueryRow(ctx, "select max(id) from account").Scan(&who))
	owner, err := a.Accounts.Actor(ctx, who, a.Clock.Now())
	must(t, err)
	id, err := a.Office.Start(ctx, owner, enquiry.ID, nil, "fr")
	must(t, err)
	_, err = a.Office.Answer(ctx, owner, id, dossier.Save{Step: "who", Posted: map[string][]string{"person.last_name": {"Zoé"}, "person.email": {"zoe@example.org"}, "person.illness": {"asthme"}}})
	must(t, err)
	_, err = a.Office.Answer(ctx, owner, id, dossier.Save{Step: "what", Posted: map[string][]string{"question.about": {"data"}, "question.words": {"Que savez-vous ?"}}})
	must(t, err)
	must(t, a.Office.Move(ctx, owner, id, dossier.Act{Move: "ask_it"}))
	if _, err := a.Office.Gather(ctx, actor, id, nil); fault.Key(err) != "inquiry.unsearched" {
		t.Errorf("nothing is said to be found, and nobody has looked: %v", err)
	}
	_, err = a.Office.SearchPerson(ctx, actor, id, dossier.Sought{Email: "zoe@example.org"})
	must(t, err)
	h, err := a.Office.Gather(ctx, actor, id, nil)
	must(t, err)
	raw, err := json.Marshal(h)
	must(t, err)
	if strings.Contains(string(raw), "asthme") || h.Health != 1 || !strings.Contains(string(raw), "Zoé") || h.Processed {
		t.Errorf("%d %s", h.Health, raw)
	}
}
