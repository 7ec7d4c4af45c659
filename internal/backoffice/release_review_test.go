package backoffice_test

import (
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"guichet"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// registered lets the first analyst propose the house's schema in other words, and gives the address of the version's page.
func (w *world) registered(words ...string) string {
	w.t.Helper()
	id := w.number("select min(account_id) from agent_grant where role = 'analyst'")
	author, err := w.Accounts.Actor(w.t.Context(), id, w.Clock.Now())
	must(w.t, err)
	v, refused, err := w.Releases.RegisterVersion(w.t.Context(), author, w.Definition().ID, w.schema(words...))
	must(w.t, err)
	if len(refused) > 0 {
		w.t.Fatal(refused)
	}
	return "/release/version/" + v.ID
}

func (w *world) schema(words ...string) []byte {
	return []byte(strings.NewReplacer(words...).Replace(string(w.Definition().Release.Source)))
}

// Whoever decides on a version sees what it changes, in words, what it was measured to do beside the one in force, and what the
// file would hold; they say that they compared, or why they refuse.
func TestSecondPersonComparesAVersion(t *testing.T) {
	testkit.Covers(t, "RP-021", "RP-176")
	w := &world{t: t, App: stage.Open(t)}
	w.Releases.Stream = madeUp
	author, second := w.Hire("auteur@example.org", "fr", "analyst"), w.Hire("second@example.org", "fr", "analyst")
	path := w.registered("version: 1", "version: 2", "m: 55", "m: 66", "- cuts: [2, 3, 5]\n  - cuts: [3]\n  level: 1", "- cuts: [2, 3, 5]\n  - cuts: [3]\n  level: 2")
	own := computed(author, path).Shows("Vous avez proposé cette version").Shows("Ce qui change")
	if own.MaybeForm(path) != nil {
		t.Error("the author may decide")
	}
	page := computed(second, path).Shows("Version à relire").Shows("Proposée par")
	page.Shows("En vigueur : version 1").Shows("Hors du fichier").Shows("moins de 3 · 3 et plus").Shows("Change").Shows("Inchangé")
	page.Shows("Dossiers qui attendent avant un jugement, au moins (m)").Hides("Personnes par combinaison, au moins (k)")
	page.Shows("Mesuré sur").Shows("clos sur 10 mois").Shows("Perte de détail").Shows("Retenu au jugement").Shows("Délai médian").Shows("Ce que contiendrait le fichier")
	if yaml := page.Follow(".yaml"); !strings.Contains(string(yaml.Body), "m: 66") {
		t.Error("the link leads to another schema")
	}
	computed(second, path).Form("/approve").Submit("").Want(http.StatusUnprocessableEntity).Shows("Cochez la case")
	second.Page.Form("/refuse").Submit("").Want(http.StatusUnprocessableEntity).Shows("Dites pourquoi vous refusez")
	author.Post(path+"/approve", url.Values{"agree": {"yes"}}).Want(http.StatusForbidden)
	computed(second, path).Form("/refuse").Set("word", "Trop peu de colonnes").Submit("").Want(http.StatusOK).Shows("La version est refusée")
	told := computed(author, path).Shows("Trop peu de colonnes").Shows("version proposée")
	if told.MaybeForm(path) != nil || strings.Contains(testkit.Dump(t, w.Store), "Trop peu de colonnes") {
		t.Error("a refused version can be decided on, or the word stands in the clear")
	}
	second.Post(path+"/approve", url.Values{"agree": {"yes"}}).Want(http.StatusConflict)
	second.Try("/release/version/nothing").Want(http.StatusNotFound)
	w.Hire("agent@example.org", "fr", "agent").Try(path).Want(http.StatusForbidden)
}

// A second schema over the same people is compared too: what it loses, and what it makes of the frozen months.
func TestSecondSchemaIsCompared(t *testing.T) {
	w := &world{t: t, App: stage.Open(t)}
	w.Releases.Stream = madeUp
	w.Hire("auteur@example.org", "fr", "analyst")
	second := w.Hire("second@example.org", "en", "analyst")
	w.frozen()
	path := w.registered("release: "+w.Definition().ID, "release: short", "- cuts: [2, 3, 5]\n  - cuts: [3]\n  level: 1", "- cuts: [2, 3, 5]\n  - cuts: [3]\n  level: 2")
	page := computed(second, path).Shows("A second schema judges nobody").Shows("Not in the file").Shows("31 October 2026")
	page.Hides("Median delay").Form("/approve").Tick("agree").Submit("").Want(http.StatusOK)
	second.Get("/release").Shows("What is promised of the file short, version 1")
}

// What the page promises is of the file that can be asked for: a version that came into force later has none yet.
func TestPromisesAreThoseOfTheFile(t *testing.T) {
	w := &world{t: t, App: stage.Open(t)}
	w.Releases.Stream = madeUp
	analyst := w.Hire("une@example.org", "fr", "analyst")
	second := w.Hire("deux@example.org", "fr", "analyst")
	w.frozen()
	path := w.registered("version: 1", "version: 2", "k: 11", "k: 12", "m: 55", "m: 60")
	computed(second, path).Shows("Personnes par combinaison, au moins (k)").Form("/approve").Tick("agree").Submit("").Want(http.StatusOK)
	page := analyst.Get("/release").Shows("au moins 11 personnes").Hides("au moins 12 personnes")
	page.Shows("Ce qui est promis du fichier " + w.Definition().ID + ", version 1").Shows("jugés par la version 2, dont aucun fichier n’existe encore")
}

// The page of a file says how to check it, word for word, and leads to the schema that the command names.
func TestFilePageSaysHowToVerify(t *testing.T) {
	w := &world{t: t, App: stage.Open(t)}
	analyst, second := w.Hire("une@example.org", "fr", "analyst"), w.Hire("deux@example.org", "fr", "analyst")
	w.frozen()
	def := w.Definition()
	file := analyst.Get("/release").Form("/release/"+def.ID).Set("reason", "Rapport").Submit("").Want(http.StatusOK).Path()
	second.Get(file).Form("/approve").Submit("").Want(http.StatusOK)
	w.Drain()
	page := analyst.Get(file).Shows("guichet verify-release " + def.ID + "-2026-10-fr.xlsx --schema " + def.ID + "-1.release.yaml --key ")
	schema := page.Follow(".yaml")
	if string(schema.Body) != string(def.Release.Source) || !strings.Contains(schema.Header.Get("Content-Disposition"), def.ID+"-1.release.yaml") {
		t.Errorf("the schema is another, or has another name: %s", schema.Header.Get("Content-Disposition"))
	}
}

// The page of releases warns when another version goes on than the delivered one, and when a month that is over was not frozen.
func TestReleaseWarns(t *testing.T) {
	w := &world{t: t, App: stage.Open(t)}
	w.Releases.Stream = madeUp
	w.frozen()
	w.Hire("une@example.org", "fr", "analyst").Get("/release").Hides("n’est pas encore figé").Hides("livrée avec le service n’est pas")
	w.Clock.Set(time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC))
	w.Hire("trois@example.org", "fr", "analyst").Get("/release").Hides("n’est pas encore figé")
	w.Clock.Set(time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC))
	second := w.Hire("deux@example.org", "en", "analyst")
	second.Get("/release").Shows("The last month that is over is not frozen yet")
	must(t, w.Releases.FreezeAll(t.Context()))
	second.Get("/release").Hides("not frozen yet")

	path := w.registered("version: 1", "version: 2", "m: 55", "m: 66")
	computed(second, path).Form("/approve").Tick("agree").Submit("").Want(http.StatusOK)
	w.Releases.Catalogue = delivering(t, "version: 1", "version: 2", "m: 55", "m: 77")
	second.Get("/release").Shows("Version 2 delivered with the service is not the version 2 registered here")
	page := computed(second, "/release/design/"+w.Definition().ID)
	page.Shows("Version 2 delivered with the service is not the version 2 registered here")
}

// delivering are the definitions with other words in the release schemas.
func delivering(t *testing.T, words ...string) *procedure.Catalogue {
	t.Helper()
	c, refused := procedure.Load(delivered{guichet.Files, strings.NewReplacer(words...)})
	if len(refused) > 0 {
		t.Fatal(refused[0])
	}
	return c
}

// delivered is a tree whose release schemas are read in other words.
type delivered struct {
	fs.FS
	words *strings.Replacer
}

func (d delivered) ReadFile(name string) ([]byte, error) {
	content, err := fs.ReadFile(d.FS, name)
	if err == nil && strings.HasSuffix(name, ".release.yaml") {
		content = []byte(d.words.Replace(string(content)))
	}
	return content, err
}
