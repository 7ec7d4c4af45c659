package backoffice_test

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guichet"
	"guichet/internal/account"
	"guichet/internal/demo"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// replayed is what a small made-up state would have released in four months.
var replayed = sync.OnceValues(func() (*release.Replay, error) {
	catalogue, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		panic(refused[0].String())
	}
	p := catalogue.All()[0]
	past, err := demo.MakePast(p, demo.Wish{Seed: 3, People: 6000, Months: 4, PerYear: 2500, Until: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		return nil, err
	}
	return release.MakeReplay(p, past.Made(), past.Months)
})

// frozen keeps the made-up months as those of the house.
func (w *world) frozen() {
	w.t.Helper()
	r, err := replayed()
	must(w.t, err)
	must(w.t, r.Adopt(w.t.Context(), w.Store, len(r.Months)))
}

// The analyst asks, another agrees, and both may take the file home with its certificate; each sees where it stands.
func TestAnalystAsksAndAnotherApproves(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "RP-021", "RP-022")
	w := &world{t: t, App: stage.Open(t)}
	analyst, second := w.Hire("analyste@example.org", "fr", "analyst"), w.Hire("second@example.org", "en", "analyst")
	def := w.Definition().ID
	analyst.Get("/release").Shows("Rien n’est encore figé").Shows("au moins 11 personnes")
	ask := url.Values{"lang": {"fr"}, "version": {""}, "reason": {"Rapport"}}
	analyst.Post("/release/"+def, ask).Want(409).Shows("Rien n’est encore figé")
	w.frozen()
	form := analyst.Get("/release").Shows("31 octobre 2026").Shows("version 1").Form("/release/" + def)
	form.Submit("").Want(422).Shows("Dites à quoi servira le fichier")
	page := analyst.Page.Form("/release/"+def).Set("reason", "Rapport annuel, <b>chapitre 3</b>").Submit("").Want(200)
	page.Shows("Une autre personne doit l’approuver").Shows("<b>chapitre 3</b>").Shows("Demandé")
	page.Form("/withdraw").Submit("").Want(200).Shows("La demande est retirée").Shows("Retiré")
	if page = analyst.Page; page.MaybeForm("/withdraw") != nil || second.Get(page.Path()).MaybeForm("/approve") != nil {
		t.Error("a withdrawn request can be withdrawn or approved")
	}
	second.Post(page.Path()+"/approve", url.Values{"word": {""}}).Want(409)
	page = analyst.Post("/release/"+def, url.Values{"lang": {"fr"}, "version": {""}, "reason": {"Rapport annuel, <b>chapitre 3</b>"}}).Want(200)
	analyst.Get("/release").Shows("Retiré").Shows("Rapport annuel").Shows("Français")
	file := page.Path()
	second.Post(file+"/withdraw", url.Values{}).Want(403).Shows("Only who asked")
	if page.MaybeForm("/approve") != nil {
		t.Error("the analyst may approve their own request")
	}
	analyst.Post(file+"/approve", url.Values{"word": {""}}).Want(403).Shows("Personne ne décide de sa propre demande")
	analyst.Post(file+"/workbook", url.Values{"password": {""}}).Want(409)
	decision := second.Get(file).Shows("chapitre 3").Form("/approve")
	second.Post(file+"/refuse", url.Values{"word": {""}}).Want(422).Shows("Say why you refuse")
	decision.Submit("").Want(200).Shows("The file is being made")
	second.Post(file+"/approve", url.Values{"word": {""}}).Want(409)
	w.Drain()
	analyst.Get(file).Shows("Prêt").Shows("Empreinte SHA-256").Shows("le service")
	book := analyst.Page.Form("/workbook").Submit("").Want(200)
	if !bytes.HasPrefix(book.Body, []byte("PK")) || !strings.Contains(book.Header.Get("Content-Disposition"), "2026-10-fr.xlsx") {
		t.Fatalf("%q %q", book.Header.Get("Content-Type"), book.Header.Get("Content-Disposition"))
	}
	analyst.Get(file).Form("/workbook").Set("password", "court").Submit("").Want(422).Shows("de 8 à 255 caractères")
	closed := analyst.Page.Form("/workbook").Set("password", "quatre chevaux").Submit("").Want(200)
	if bytes.HasPrefix(closed.Body, []byte("PK")) {
		t.Error("the file is open")
	}
	certificate := second.Get(file).Form("/certificate").Submit("").Want(200)
	if !json.Valid(certificate.Body) || !strings.Contains(certificate.Header.Get("Content-Disposition"), "2026-10-fr.certificate.json") {
		t.Errorf("%q", certificate.Header.Get("Content-Disposition"))
	}
	analyst.Get(file).Shows("certificat téléchargé")
	_, err := w.Store.Pool().Exec(t.Context(), "insert into release_miss select procedure, schema, month, 'region', 3 from release_cohort order by month desc limit 1")
	must(t, err)
	analyst.Get("/release").Shows("Région de nationalité : moins de 11 dossiers").Shows("Part remise sur douze mois")
	yaml := second.Get("/release").Shows("file delivered with the service").Shows("In force").Follow("/release/version/")
	if !bytes.Equal(yaml.Body, w.Definition().Release.Source) {
		t.Error("the version is not as it was written")
	}
	analyst.Post("/release/nothing", ask).Want(404)
	ask["lang"] = []string{"xx"}
	analyst.Post("/release/"+def, ask).Want(422)
	for _, at := range []string{"/release/file/nothing", "/release/version/nothing.yaml"} {
		analyst.Try(at).Want(404)
	}
}

// A new version waits at the desk for a second person, and is told apart from the one in force.
func TestVersionWaitsForASecondPerson(t *testing.T) {
	t.Parallel()
	w := &world{t: t, App: stage.Open(t)}
	author, second := w.Hire("auteur@example.org", "fr", "analyst"), w.Hire("second@example.org", "fr", "analyst")
	w.proposed()
	if author.Get("/release").Shows("À relire").MaybeForm("/release/version/") != nil {
		t.Error("the author may approve their own version")
	}
	second.Get("/release").Shows("Nouvelle version à relire").Follow("/release/version/").Form("/approve").Tick("agree").Submit("").Want(200).Shows("La version est approuvée")
	if second.Page.Says("À relire") || second.Page.MaybeForm("/release/version/") != nil {
		t.Error("the version still waits")
	}
}

// proposed lets the first analyst propose a coarser schema.
func (w *world) proposed() {
	w.t.Helper()
	id := w.number("select min(account_id) from agent_grant where role = 'analyst'")
	author, err := w.Accounts.Actor(w.t.Context(), id, w.Clock.Now())
	must(w.t, err)
	text := strings.NewReplacer("release: "+w.Definition().ID, "release: short", "- cuts: [2, 3, 5]\n  - cuts: [3]\n  level: 1", "- cuts: [2, 3, 5]\n  - cuts: [3]\n  level: 2").Replace(string(w.Definition().Release.Source))
	_, refused, err := w.Releases.RegisterVersion(w.t.Context(), author, w.Definition().ID, []byte(text))
	must(w.t, err)
	if len(refused) > 0 {
		w.t.Fatal(refused)
	}
}

// enter signs an analyst in at the listening door, duties acknowledged.
func (w *world) enter(x *tab, email string) {
	w.t.Helper()
	link, problem, err := w.Accounts.InviteHere(w.t.Context(), account.Invitation{
		Profile: account.Profile{Email: email, LastName: "Martin"}, Lang: "fr", Rights: []account.Right{{Procedure: w.Definition().ID, Role: "analyst"}},
	})
	must(w.t, err)
	if problem != nil {
		w.t.Fatal(problem.Key)
	}
	x.do(chromedp.Navigate(link), chromedp.SendKeys("#password", stage.Password))
	x.press("/invite/", "#email")
	x.do(chromedp.SendKeys("#email", email), chromedp.SendKeys("#password", stage.Password))
	x.press("/sign-in", `form[action*="/duties"]`)
	x.press("/duties", "h1")
}

// Every page of the release is accessible at a desk and on a phone, with its problems and in each of its states.
func TestAxeOfTheRelease(t *testing.T) {
	t.Parallel()
	w, origin := listening(t)
	w.frozen()
	x := newTab(t, origin)
	w.enter(x, "une@example.org")
	w.proposed()
	look := func(page, path string) {
		t.Helper()
		for _, width := range []int64{360, 1280} {
			x.do(chromedp.EmulateViewport(width, 900), chromedp.Navigate(origin+path))
			x.clean(page)
		}
	}
	look("the releases", "/release")
	x.press("/release/"+w.Definition().ID, "#error-summary")
	x.clean("the request with its problem")
	x.do(chromedp.SendKeys("textarea[name=reason]", "Rapport"))
	x.press("/release/"+w.Definition().ID, ".govuk-notification-banner")
	path := "/release/file/" + w.word("select public_id from release_request")
	look("one's own request", path)
	x.do(chromedp.Click(`form[action="/sign-out"] button`), chromedp.WaitVisible("#email"))
	w.enter(x, "deux@example.org")
	look("the releases, with a version to decide on", "/release")
	look("a request to decide on", path)
	x.do(chromedp.Click(`button[formaction]`), chromedp.WaitVisible("#error-summary"))
	x.clean("the refusal with its problem")
	x.press("/approve", ".govuk-notification-banner")
	look("a file that is being made", path)
	w.Drain()
	look("a file that is ready", path)
	look("the releases, in English", "/release?lang=en")
}

func (w *world) word(sql string) (s string) {
	w.t.Helper()
	must(w.t, w.Store.Pool().QueryRow(w.t.Context(), sql).Scan(&s))
	return s
}
