package backoffice_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guichet"
	"guichet/internal/app"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// crowd copies the dossier's row under other references: enough for a queue of several pages.
func (w *world) crowd(n int) {
	w.t.Helper()
	for i := range n {
		_, err := w.Store.Pool().Exec(w.t.Context(), `with copy as (
			insert into dossier (public_id, reference, procedure, definition, owner_id, lang, state, state_kind, round, created_at, updated_at, submitted_at)
			select public_id || $1, reference || $1, procedure, definition, owner_id, lang, state, state_kind, round, created_at, updated_at, submitted_at - interval '1 day'
			from dossier where public_id = $2 returning id)
			insert into data_key select copy.id, k.rule, k.wrapped, k.wrapped_by from copy, data_key k join dossier d on d.id = k.dossier_id where d.public_id = $2`,
			fmt.Sprintf("-%d", i), w.id)
		must(w.t, err)
	}
}

var reference = regexp.MustCompile(`>(CS-[^<]+)</a>`)

// Every dossier stands on exactly one page of the queue, the oldest first, though all of a day have the same instant.
func TestQueuePagesHoldEachDossierOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(120)
	agent := w.Hire("agent@example.org", "fr", officer)
	seen, pages := map[string]int{}, 0
	for at := "/queue?state=submitted"; at != ""; pages++ {
		page := agent.Get(at)
		for _, m := range reference.FindAllStringSubmatch(string(page.Body), -1) {
			seen[m[1]]++
		}
		at = ""
		if page.Says("Page suivante") {
			at = page.Link("Page suivante")
			if !strings.Contains(at, "state=submitted") {
				t.Fatalf("the next page forgets the filter: %s", at)
			}
		}
	}
	if len(seen) != 121 || pages != 3 {
		t.Fatalf("%d dossiers on %d pages", len(seen), pages)
	}
	for ref, n := range seen {
		if n != 1 {
			t.Errorf("%s stands %d times", ref, n)
		}
	}
	agent.Page.Shows(w.reference()) // the youngest is on the last page
	agent.Get("/queue").Shows("À vérifier 121")
}

// Nobody takes from a colleague what they saw in nobody's hands.
func TestTwoAgentsTakeOnce(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-030")
	w := newWorld(t)
	first, second := w.Hire("un@example.org", "fr", officer), w.Hire("deux@example.org", "fr", officer)
	one, two := first.Get(w.path("")).Form("/move/take"), second.Get(w.path("")).Form("/move/take")
	one.Submit("").Want(200)
	two.Submit("").Want(409).Shows("Quelqu’un est passé avant vous")
	holder := w.number("select assignee_id from dossier where public_id = $1", w.id)
	other := w.number("select max(account_id) from agent_grant where account_id <> $1", holder)
	w.move(second, "assign").Set("assignee", path(other)).Submit("").Want(200)
	if got := w.number("select assignee_id from dossier where public_id = $1", w.id); got != other {
		t.Errorf("given to %d, not %d", got, other)
	}
	second.Post(w.path("/move/assign"), url.Values{"state": {"submitted"}, "holder": {path(other)}, "assignee": {"1"}}).Want(422)
}

// A session that ends while an agent writes gives the words back.
func TestSessionEndLosesNoSentence(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	agent := w.Hire("agent@example.org", "fr", officer)
	refuse := w.move(agent, "refuse").Set("reason", "other").Set("decision.comment", "Une longue explication,\nen deux lignes.")
	w.Clock.Advance(16 * time.Minute)
	refuse.Submit("").Want(401).Shows("Une longue explication,").Shows("Votre session est terminée")
	if next := agent.Page.Link("/sign-in?next"); !strings.Contains(next, url.QueryEscape(w.path("/move/refuse"))) {
		t.Errorf("the way back leads to %s", next)
	}
	if s := w.state(); s != "submitted" {
		t.Fatalf("the dossier is %s", s)
	}
}

// clerk adds a role that reads, and from which what it does not need is hidden.
func clerk(t testing.TB) stage.Option {
	t.Helper()
	files := fstest.MapFS{}
	must(t, fs.WalkDir(guichet.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(guichet.Files, path)
		if strings.HasPrefix(path, "workflows/") {
			raw = bytes.Replace(raw, []byte("- id: analyst "), []byte("- id: clerk\n  kind: agent\n  label: {fr: \"Accueil\", en: \"Front desk\"}\n  can: [read]\n  hide: [identity, documents, internal, messages, generated]\n- id: analyst "), 1)
		}
		files[path] = &fstest.MapFile{Data: raw}
		return err
	}))
	catalogue, refused := procedure.Load(files)
	for _, r := range refused {
		t.Fatal(r)
	}
	return func(c *app.Config) { c.Catalogue = catalogue }
}

// What is hidden from a role is on none of its pages, in no act, and behind no address (RP-028).
func TestHiddenCategoriesAreNowhere_ASVS_8_2_3(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-028")
	w := &world{App: stage.Open(t, clerk(t)), t: t}
	w.person, w.id = w.filed("chiara@example.org")
	agent := w.Hire("agent@example.org", "en", officer)
	agent.Get(w.path("")).Form("/note").Set("words", "Internal remark").Submit("").Want(200)
	w.move(agent, "ask").Set("word.stay.id_number", "Unreadable number").Submit("").Want(200)
	image := agent.Get(agent.Get(w.path("")).Link("?doc=")).Link("/page/")
	reader := w.Hire("accueil@example.org", "en", "clerk")
	page := reader.Get(w.path("")).Shows("Papalins")
	for _, hidden := range []string{"Bianchi Chiara", "YA1234567", "papier.png", "Internal remark", "Unreadable number", "/move/", "/note", "?doc="} {
		if strings.Contains(string(page.Body), hidden) {
			t.Errorf("the reader sees %q", hidden)
		}
	}
	reader.Get("/queue").Shows(w.reference()).Hides("Bianchi")
	reader.Get("/queue?q=rossi").Hides(w.reference()).Shows("you can search by reference") // a search by name tells nothing
	reader.Get("/queue?q=bianchi").Hides(w.reference()).Shows("you can search by reference")
	reader.Get("/queue?q=" + url.QueryEscape(w.reference())).Shows(w.reference())
	reader.Try(strings.TrimSuffix(image, "?zoom=1")).Want(404)
	reader.Try(w.path("/move/refuse")).Want(403)
	reader.Post(w.path("/note"), url.Values{"words": {"Hello"}}).Want(404)
	reader.Post(w.path("/move/take"), url.Values{"state": {"incomplete"}}).Want(403)
}
