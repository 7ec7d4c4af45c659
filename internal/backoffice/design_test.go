package backoffice_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"guichet/internal/demo"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

var tried struct {
	sync.Mutex
	list []release.Past
}

// madeUp is ten months of a small state, once for all tests.
func madeUp(_ context.Context, p *procedure.Procedure) ([]release.Past, error) {
	tried.Lock()
	defer tried.Unlock()
	if tried.list != nil {
		return tried.list, nil
	}
	past, err := demo.MakePast(p, demo.Wish{Seed: 1, People: 12_000, Months: 10, PerYear: 2500, Until: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		return nil, err
	}
	tried.list = past.Made()
	return tried.list, nil
}

// computed opens a page of the designer again until the trade-off is there; each page waits for it a little.
func computed(b *stage.Browser, path string) *stage.Page {
	page := b.Get(path)
	for page.Has("computing") {
		page = b.Get(path)
	}
	return page
}

// An analyst looks at the trade-off, tries levels, is refused what releases too little, registers what does, and another
// person lets it come into force for dossiers not yet judged.
func TestAnalystDesignsAVersion(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-021", "RP-176")
	w := &world{t: t, App: stage.Open(t)}
	w.Releases.Stream = madeUp
	analyst, second := w.Hire("analyste@example.org", "fr", "analyst"), w.Hire("second@example.org", "en", "analyst")
	def := w.Definition()
	path := "/release/design/" + def.ID
	if analyst.Get("/release").Link(path) == "" {
		t.Fatal("nothing leads to the designer")
	}
	page := computed(analyst, path).Shows("Les choix que rien ne surpasse").Shows("Version 1, en vigueur").Shows("clos sur 10 mois")
	if body := string(page.Body); strings.Count(body, `<svg role="img"`) != 1 || strings.Contains(body, "style=") {
		t.Error("the chart is missing, or has a style of its own")
	}
	finest := url.Values{}
	for _, c := range def.Release.Columns {
		finest.Set("level."+c.ID, "0")
	}
	page = analyst.Get(path + "/levels?" + finest.Encode()).Shows("Trop peu remis").Shows("Ce qui suffirait")
	if len(page.Forms(path+"/register")) > 0 {
		t.Error("what releases too little is offered for registering")
	}
	analyst.Post(path+"/register", finest).Want(http.StatusUnprocessableEntity).Shows("il en faut plus de 25 %")
	if n := w.number("select count(*) from release_schema where origin = 'desk'"); n != 0 {
		t.Fatal("a schema under the floor was registered")
	}
	levels := "?level.region=2&level.activity=1&level.household=2"
	page = analyst.Get(path + "/levels" + levels).Shows("Peut être enregistré").Shows("Mois par mois").Shows("Plus petite cellule").Shows("Enregistrer la version 2")
	content := analyst.Get(page.Link("/schema.yaml")).Want(http.StatusOK).Body
	s, refused := procedure.ParseRelease(def, content)
	if len(refused) > 0 || s.Version != 2 || len(s.Written()) != 3 {
		t.Fatalf("%v\n%s", refused, content)
	}
	page.Form(path + "/register").Submit("").Want(http.StatusOK).Shows("La version est enregistrée").Shows("À relire")
	analyst.Post(path+"/register", url.Values{"level.region": {"2"}}).Want(http.StatusOK)
	second.Get("/release").Shows("To review").Follow("/release/version/").Form("/approve").Tick("agree").Submit("").Want(http.StatusOK)
	computed(second, path).Shows("Version 2, in force")
	if n := w.number("select count(*) from release_schema where origin = 'desk' and state = 'approved' and decided_by <> author"); n != 1 {
		t.Errorf("%d versions were approved by a second person", n)
	}
}

// What no schema has is refused, and nobody but analysts designs.
func TestDesignerRefuses(t *testing.T) {
	t.Parallel()
	w := &world{t: t, App: stage.Open(t)}
	analyst, agent := w.Hire("analyste@example.org", "fr", "analyst"), w.Hire("agent@example.org", "fr", "agent")
	path := "/release/design/" + w.Definition().ID
	analyst.Try(path).Want(http.StatusServiceUnavailable)
	w.Releases.Stream = madeUp
	computed(analyst, path)
	for _, q := range []string{"level.age=9", "level.age=x", "level.age=-1", "level.age=0&level.age=1"} {
		if got := analyst.Try(path + "/levels?" + q).Status; got != http.StatusUnprocessableEntity && got != http.StatusBadRequest {
			t.Errorf("%s: %d", q, got)
		}
	}
	none := url.Values{}
	for _, c := range w.Definition().Release.Columns {
		none.Set("level."+c.ID, strconv.Itoa(len(c.Levels)))
	}
	analyst.Try(path + "/levels?" + none.Encode()).Want(http.StatusUnprocessableEntity).Shows("Gardez au moins une colonne").Shows("Essayer ces niveaux")
	if body := string(analyst.Page.Body); strings.Count(body, " selected>Hors du fichier<") != len(none) {
		t.Error("the choices are lost")
	}
	analyst.Post(path+"/register", none).Want(http.StatusUnprocessableEntity).Shows("Gardez au moins une colonne")
	analyst.Try("/release/design/nothing").Want(http.StatusNotFound)
	agent.Try(path).Want(http.StatusForbidden)
	agent.Post(path+"/register", url.Values{}).Want(http.StatusForbidden)
}

// What coarser levels make of the frozen months can be seen, and registered as a second schema under a name.
func TestAnalystDesignsASecondSchema(t *testing.T) {
	t.Parallel()
	w := &world{t: t, App: stage.Open(t)}
	w.Releases.Stream = madeUp
	analyst := w.Hire("analyste@example.org", "fr", "analyst")
	path := "/release/design/" + w.Definition().ID
	computed(analyst, path)
	analyst.Get(path + "/levels").Hides("Sur les mois déjà figés")
	w.frozen()
	form := analyst.Get(path + "/levels?level.region=2").Shows("Sur les mois déjà figés").Forms(path + "/register")[1]
	form.Submit("").Want(http.StatusUnprocessableEntity).Shows("Donnez un nom au second schéma")
	form = analyst.Page.Forms(path + "/register")[1]
	form.Set("name", "Très court").Submit("").Want(http.StatusUnprocessableEntity).Shows("Très court")
	analyst.Page.Forms(path + "/register")[1].Set("name", "court").Submit("").Want(http.StatusOK).Shows("court, version 1")
	analyst.Get(path + "/levels?level.region=0").Hides("Sur les mois déjà figés")
	analyst.Post(path+"/register", url.Values{"level.region": {"0"}, "name": {"fin"}}).Want(http.StatusUnprocessableEntity).Shows("Un second schéma ne peut que retirer")
}
