package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/internal/account"
	"guichet/internal/testkit"
)

const chiara = "chiara@example.com"

func TestRegistration(t *testing.T) {
	testkit.Covers(t, "RP-035", "RP-173")
	h := newHouse(t)
	v := h.visitor()
	page := v.sees("/register", "Conditions générales d’utilisation", "Vos données personnelles", "/notice/residence-permit/terms")
	if strings.Contains(page, "checked") {
		t.Error("a box is ticked beforehand")
	}
	in := registration(chiara)
	in.Del("terms")
	page = v.fails("/register", in, "Cochez la case", `value="`+chiara+`"`, `href="#terms"`)
	if strings.Contains(page, password) {
		t.Error("the password stands in the page")
	}
	if n := len(h.mails(chiara)); n > 0 {
		t.Fatalf("%d mails without the terms", n)
	}
	in = registration(chiara)
	in.Set("password", "motdepasse2026")
	v.fails("/register", in, "trop facile à deviner", `href="#password"`)
	v.led("/register", registration(chiara), "/register/sent")
	v.sees("/register/sent", "Regardez votre messagerie")

	link := h.link(chiara)
	v.sees(link, "Confirmer mon adresse")
	v.sees(link) // a program that reads mail follows it first: nothing is used up
	v.fails(link, url.Values{"password": {"un autre mot de passe"}}, "ne convient pas")
	v.led(link, url.Values{"password": {password}}, "/dossiers")
	v.sees("/dossiers", "Votre adresse est confirmée", chiara)
	v.read(h.visitor().do(http.MethodPost, link, url.Values{"password": {password}}.Encode()), http.StatusNotFound, "n’est plus valable")
	h.wantTerms(t)
}

// wantTerms holds what was accepted to the words that can be read (RP-035, RP-037).
func (h *house) wantTerms(t *testing.T) {
	t.Helper()
	var notice, words string
	must(t, h.Store.Pool().QueryRow(t.Context(), `select c.notice, t.text from consent c join notice_text t on t.hash = c.text_hash`).Scan(&notice, &words))
	for _, want := range []string{"J’ai lu et j’accepte les conditions", "Responsable du traitement : L’autorité", "Le texte français fait foi"} {
		if notice != "terms" || !strings.Contains(words, want) {
			t.Errorf("%s without %q", notice, want)
		}
	}
}

// TestEnumeration compares the answers for an address that has an account with those for one that has none.
func TestEnumeration(t *testing.T) {
	h := newHouse(t)
	h.joined(chiara)
	for path, in := range map[string]url.Values{
		"/register":  {"password": {password}, "terms": {"yes"}},
		"/forgotten": {},
		"/sign-in":   {"password": {"un mot de passe quelconque"}, "next": {""}},
	} {
		var answers []string
		for _, email := range []string{chiara, "inconnu@example.com"} {
			form := url.Values{"email": {email}}
			for k, vs := range in {
				form[k] = vs
			}
			rec := h.visitor().do(http.MethodPost, path, form.Encode())
			answers = append(answers, rec.Result().Status+rec.Header().Get("Location")+keptInput.ReplaceAllString(strings.ReplaceAll(rec.Body.String(), email, "@"), ""))
		}
		if answers[0] != answers[1] {
			t.Errorf("%s tells who has an account: %s / %s", path, excerpt(answers[0]), excerpt(answers[1]))
		}
	}
	if m := h.mails(chiara)[0]; m.Subject != "Choisissez un nouveau mot de passe" && m.Subject != "Vous avez déjà un compte" {
		t.Errorf("the owner reads %q", m.Subject)
	}
}

func TestSignIn(t *testing.T) {
	testkit.Covers(t, "RP-123")
	h := newHouse(t)
	h.joined(chiara)
	v := h.visitor()
	if to := v.do(http.MethodGet, "/start/residence-permit", "").Header().Get("Location"); to != "/sign-in?next=%2Fstart%2Fresidence-permit" {
		t.Fatalf("led to %s", to)
	}
	testkit.Asvs(t, "6.2.6")
	v.sees("/sign-in", `type="password"`, `autocomplete="current-password"`)
	in := url.Values{"email": {chiara}, "password": {"faux"}, "next": {"/start/residence-permit"}}
	v.fails("/sign-in", in, `value="/start/residence-permit"`, `value="`+chiara+`"`)
	in.Set("password", password)
	v.led("/sign-in", in, "/start/residence-permit")
	in.Set("next", "//evil.example/")
	h.visitor().led("/sign-in", in, "/dossiers")

	v.sees("/account", chiara, "Connexion réussie")
	v.led("/sign-out", nil, "/sign-out")
	v.sees("/sign-out", "Vous êtes déconnecté")
	if rec := v.do(http.MethodGet, "/dossiers", ""); rec.Code != http.StatusSeeOther {
		t.Fatalf("still in: %d", rec.Code)
	}
}

func TestLapse(t *testing.T) {
	h := newHouse(t)
	v := h.joined(chiara)
	h.pass(31 * time.Minute)
	if to := v.do(http.MethodGet, "/account", "").Header().Get("Location"); to != "/sign-in?next=%2Faccount" {
		t.Fatalf("led to %s", to)
	}
	v.led("/sign-in", url.Values{"email": {chiara}, "password": {password}, "next": {"/account"}}, "/account")
	v.sees("/account", chiara)
}

func TestReset(t *testing.T) {
	h := newHouse(t)
	inside := h.joined(chiara)
	v := h.visitor()
	v.fails("/forgotten", url.Values{"email": {"chiara"}}, "Saisissez une adresse", `value="chiara"`)
	v.led("/forgotten", url.Values{"email": {chiara}}, "/forgotten/sent")
	link := h.link(chiara)
	if !strings.HasPrefix(link, account.ResetPath) {
		t.Fatal(link)
	}
	v.fails(link, url.Values{"password": {"court"}}, "au moins 12 caractères", `id="password-error"`)
	v.led(link, url.Values{"password": {"casserole nuage pistache 7"}}, "/sign-in")
	v.sees("/sign-in", "nouveau mot de passe est enregistré")
	v.read(v.do(http.MethodGet, link, ""), http.StatusNotFound, "Demander un nouveau lien")
	if rec := inside.do(http.MethodGet, "/account", ""); rec.Code != http.StatusSeeOther {
		t.Error("a session outlives the password")
	}
	v.fails("/sign-in", url.Values{"email": {chiara}, "password": {password}, "next": {""}}, "ne convient pas")
	v.led("/sign-in", url.Values{"email": {chiara}, "password": {"casserole nuage pistache 7"}, "next": {""}}, "/dossiers")
}

func TestAccount(t *testing.T) {
	testkit.Covers(t, "RP-121", "RP-165")
	h := newHouse(t)
	v, elsewhere := h.joined(chiara), h.visitor()
	elsewhere.led("/sign-in", url.Values{"email": {chiara}, "password": {password}, "next": {""}}, "/dossiers")

	v.led("/account/names", url.Values{"last_name": {" Bianchi "}, "first_names": {"Chiara  Anna"}}, "/account")
	v.sees("/account", "Chiara Anna Bianchi", `value="Chiara Anna"`, "Identifiant technique", chiara)
	v.led("/account/language", url.Values{"language": {"en"}}, "/account")
	v.sees("/account", "My account", "The language is saved.")

	change := url.Values{"old": {"faux"}, "password": {"casserole nuage pistache 7"}}
	v.fails("/account/password", change, `id="old-error"`)
	change.Set("old", password)
	v.led("/account/password", change, "/account")
	v.sees("/account", "Your password is changed.")
	if rec := elsewhere.do(http.MethodGet, "/account", ""); rec.Code != http.StatusSeeOther {
		t.Error("another session outlives the password")
	}
	if m := h.mails(chiara)[0]; m.Subject != "Your password has changed" {
		t.Errorf("mail %q", m.Subject)
	}
	v.led("/account/sessions/end", nil, "/sign-out")
	if rec := v.do(http.MethodGet, "/account", ""); rec.Code != http.StatusSeeOther {
		t.Error("still in")
	}
}

func TestLanguage(t *testing.T) {
	h := newHouse(t)
	v := h.visitor()
	v.sees("/", `lang="fr"`, "Demander une carte de séjour", "au guichet et par courrier")
	v.sees("/?lang=en", `lang="en"`, "Apply for a residence card", "at the counter and by post")
	v.sees("/register", "Create an account", "J’ai lu et j’accepte les conditions générales d’utilisation", "I have read and accept the terms of use")
	v.sees("/register?lang=fr", "Créer un compte")
}

func TestLeave(t *testing.T) {
	testkit.Covers(t, "RP-020")
	h := newHouse(t)
	v := h.joined(chiara)
	dossier := v.goes("/start/residence-permit", url.Values{"accept.terms": {"yes"}, "accept.consent": {"yes"}})
	v.sees("/account/leave", "1 brouillon sera effacé")
	v.led("/account/leave", nil, "/left")
	v.sees("/left", "Vous êtes désinscrit", "guichet")
	if rec := v.do(http.MethodGet, dossier, ""); rec.Code != http.StatusSeeOther {
		t.Errorf("the dossier answers %d", rec.Code)
	}
	var dossiers int
	must(t, h.Store.Pool().QueryRow(t.Context(), "select count(*) from dossier").Scan(&dossiers))
	if dossiers != 0 {
		t.Error("the draft stays")
	}
	subjects := ""
	for _, m := range h.mails(chiara) {
		subjects += m.Subject + "\n"
	}
	for _, want := range []string{"Votre désinscription de la démarche en ligne est confirmée", "Votre désinscription est confirmée"} {
		if !strings.Contains(subjects, want) {
			t.Errorf("no mail %q among %q", want, subjects)
		}
	}
	again := url.Values{"email": {chiara}, "password": {password}, "next": {""}}
	h.visitor().fails("/sign-in", again, "ne convient pas")

	v.led("/register", registration(chiara), "/register/sent") // whoever left may come back
	h.visitor().fails("/sign-in", again, "ne convient pas")
	v.led(h.link(chiara), url.Values{"password": {password}}, "/dossiers")
	v.sees("/dossiers", "Vous n’avez pas encore de demande")
}

func TestDemoMail(t *testing.T) {
	h := newHouse(t)
	v := h.visitor()
	v.led("/register", registration(chiara), "/register/sent")
	link := h.link(chiara)
	page := v.sees("/demo/mail", "Confirmez votre adresse", chiara)
	at := regexp.MustCompile(`/demo/mail/\d+`).FindString(page)
	v.sees(at, `href="`+applicants+link+`"`)
	v.read(v.do(http.MethodGet, "/demo/mail/999", ""), http.StatusNotFound)
	w := newWorld(t)
	if rec := (&browser{w, 0, "", map[string]map[string]string{}, http.Header{}}).get("/demo/mail"); rec.Code != http.StatusNotFound {
		t.Errorf("outside a demonstration: %d", rec.Code)
	}
}
