package openid_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// A person comes from the state's account service: what it knows is filled in and may be corrected, the terms are accepted
// first, and the next time there is nothing to fill in (RP-035, RP-036, RP-166).
func TestPersonComesFromTheProvider(t *testing.T) {
	testkit.Covers(t, "RP-166")
	w := open(t)
	b := w.Visit(stage.Applicants, "fr")
	f := w.signIn(b, w.people).Want(200).Form("join")
	if f.Values.Get("email") != "chiara.bianchi@example.org" || f.Values.Get("last_name") != "Bianchi" || f.Values.Get("first_names") != "Chiara" {
		t.Fatalf("filled in: %v", f.Values)
	}
	w.nobody(b)
	b.Get("/sign-in/new")
	f = b.Page.Form("join").Set("last_name", "Bianchi-Rossi").Submit("").Want(http.StatusUnprocessableEntity).Shows("Cochez la case").Form("join")
	if f.Values.Get("last_name") != "Bianchi-Rossi" {
		t.Errorf("lost what was typed: %v", f.Values)
	}
	f.TickAll().Submit("").Want(200)
	b.Get("/account").Shows("chiara.bianchi@example.org").Shows(name + " ouvre ce compte depuis").Shows("Aucun. Vous pouvez en choisir un.")
	if f := b.Page.Form("names"); f.Values.Get("last_name") != "Bianchi-Rossi" {
		t.Errorf("the account has the name %v", f.Values)
	}
	again := w.Visit(stage.Applicants, "fr")
	if p := w.signIn(again, w.people).Want(200); p.Path() != "/dossiers" {
		t.Errorf("the second time leads to %s", p.URL)
	}
	var clear int
	if err := w.Store.Pool().QueryRow(t.Context(), "select count(*) from identity where position('subject-1'::bytea in subject) > 0 or length(subject) <> 16").Scan(&clear); err != nil || clear > 0 {
		t.Errorf("%d identities stand in clear: %v", clear, err)
	}
}

// The cookie that somebody planted before a sign-in opens nothing after it, and limits are those of any session.
func TestASVS_7_2_4_SessionIsRenewedByTheProvider(t *testing.T) {
	w := open(t)
	w.join()
	b := w.Visit(stage.Applicants, "fr")
	address := w.begin(b)
	thief := b.Twin()
	back(b, w.people.Authorize(address)).Want(200)
	w.nobody(thief)
	w.Clock.Advance(31 * time.Minute)
	w.nobody(b)
}

// Nor does it see what the provider said of somebody who is not known yet, or take that for its own account; a session that a
// provider opened is still that one's when its person goes there again.
func TestASVS_7_2_4_SessionIsRenewedForWhoIsNew(t *testing.T) {
	w := open(t)
	b := w.Visit(stage.Applicants, "fr")
	address := w.begin(b)
	thief := b.Twin()
	back(b, w.people.Authorize(address)).Want(200).Form("join")
	if p := thief.Try("/sign-in/new"); p.Path() != "/sign-in" {
		t.Errorf("the planted cookie sees who is new: %s", p.URL)
	}
	b.Get("/sign-in/new").Form("join").TickAll().Submit("").Want(200)
	b.Post("/sign-in/provider", nil).Want(200) // the session is renewed, and its person still signs out at the provider
	b.Get("/account").Form("/sign-out").Submit("").Want(200).Shows("Vous allez vers " + name)
	w.nobody(b)
}

// Who has an account keeps it: an address that a provider tells never opens it, its owner does, once.
func TestASVS_6_8_1_AnAddressOpensNoAccount(t *testing.T) {
	for _, verified := range []bool{true, false} {
		w := open(t)
		w.people.Person["email_verified"] = verified
		owner := w.SignUp("chiara.bianchi@example.org", "fr")
		thief := w.Visit(stage.Applicants, "fr")
		p := w.signIn(thief, w.people).Want(200)
		w.nobody(thief)
		if verified {
			p.Shows("Vous avez déjà un compte").Shows("chiara.bianchi@example.org")
		} else {
			p.Form("join").TickAll().Submit("").Want(200)
			if thief.Page.Path() != "/register/sent" {
				t.Errorf("an unproven address leads to %s", thief.Page.URL)
			}
			if m := w.Mails("chiara.bianchi@example.org"); m[0].Subject != "Vous avez déjà un compte" {
				t.Errorf("its owner reads %q", m[0].Subject)
			}
		}
		w.nobody(thief)
		owner.Get("/account").Shows("Ouvrir mon compte avec " + name)
	}
}

// The owner signs in once and says yes; then the provider opens the account, and a mail tells of it.
func TestOwnerLinksTheProvider(t *testing.T) {
	w := open(t)
	w.SignUp("chiara.bianchi@example.org", "fr")
	b := w.Visit(stage.Applicants, "fr")
	p := w.signIn(b, w.people).Follow("Me connecter avec mon mot de passe")
	p = p.Form("sign-in").Set("email", "chiara.bianchi@example.org").Set("password", stage.Password).Submit("").Want(200)
	p.Shows("Ouvrir votre compte avec " + name).Shows("Chiara Bianchi")
	p.Form("link").Submit("link").Want(200)
	b.Get("/account").Shows(name + " ouvre ce compte depuis").Shows("Service de connexion ajouté")
	if m := w.Mails("chiara.bianchi@example.org"); m[0].Subject != "Une connexion a été ajoutée à votre compte" {
		t.Errorf("its owner reads %q", m[0].Subject)
	}
	again := w.Visit(stage.Applicants, "fr")
	if p := w.signIn(again, w.people).Want(200); p.Path() != "/dossiers" {
		t.Errorf("the provider leads to %s", p.URL)
	}
	t.Run("ASVS_7_5_1 and no second one", func(t *testing.T) {
		w.people.Subject = "subject-9"
		defer func() { w.people.Subject = "subject-1" }()
		b.Post("/sign-in/provider", nil).Want(200)
		back(b, w.people.Authorize(b.Page.Link("/auth?"))).Want(200).Form("link").Set("password", stage.Password).Submit("link").Want(http.StatusConflict)
		b.Get("/account")
	})
	t.Run("and takes it back", func(t *testing.T) {
		b.Get("/account").Form("unlink").Submit("").Want(http.StatusUnauthorized).Form("again").Set("password", stage.Password).Submit("").Want(200)
		w.nobody(again) // what the provider opened has ended
		var bound int
		err := w.Store.Pool().QueryRow(t.Context(), "select count(*) from session where identity_id is not null").Scan(&bound)
		if p := b.Try("/account"); p.Path() != "/account" || err != nil || bound > 0 {
			t.Errorf("its own session is at %s, %d are the provider's: %v", p.URL, bound, err)
		}
		if p := w.signIn(w.Visit(stage.Applicants, "fr"), w.people); p.Path() != "/sign-in/new" {
			t.Errorf("the provider still opens it: %s", p.URL)
		}
	})
	t.Run("or says no", func(t *testing.T) {
		c := w.SignIn(stage.Applicants, "chiara.bianchi@example.org", "fr")
		w.people.Subject = "subject-3"
		defer func() { w.people.Subject = "subject-1" }()
		c.Get("/account").Form("/sign-in/provider").Submit("").Want(200)
		back(c, w.people.Authorize(c.Page.Link("/auth?"))).Want(200).Form("link").Submit("no").Want(200)
		c.Get("/account").Shows("Ouvrir mon compte avec " + name)
	})
	t.Run("ASVS_7_5_1 who sits at an open session needs the password", func(t *testing.T) {
		c := w.SignIn(stage.Applicants, "chiara.bianchi@example.org", "fr")
		w.Clock.Advance(6 * time.Minute)
		w.people.Subject = "subject-4"
		c.Get("/account").Form("/sign-in/provider").Submit("").Want(200)
		p := back(c, w.people.Authorize(c.Page.Link("/auth?"))).Want(200)
		p = p.Form("link").Submit("link").Want(http.StatusUnprocessableEntity)
		p = p.Form("link").Set("password", "girafe-tambour-42-violet").Submit("link").Want(http.StatusUnprocessableEntity)
		if w.signIn(w.Visit(stage.Applicants, "fr"), w.people); w.identities() != 0 {
			t.Error("it is linked without the password")
		}
		p.Form("link").Set("password", stage.Password).Submit("link").Want(200)
		if w.identities() != 1 {
			t.Error("it is not linked with the password")
		}
	})
	t.Run("and who did not ask for it takes it back by the mail", func(t *testing.T) {
		stranger := w.Visit(stage.Applicants, "fr")
		w.signIn(stranger, w.people).Want(200)
		owner := w.Visit(stage.Applicants, "fr")
		owner.Get(w.Link("chiara.bianchi@example.org")).Form("/reset").Set("password", "agrafe verte 42 lampadaires").Submit("").Want(200)
		w.nobody(stranger)
		if p := w.signIn(stranger, w.people); p.Path() != "/sign-in/new" || w.identities() != 0 {
			t.Errorf("the stranger’s provider still opens it: %s", p.URL)
		}
	})
}

// An address that the provider has not proven, or that its person changed, is proven by the link of a mail and the same
// identity. Neither opens the account alone, and a password chosen by the owner of the mailbox owes nothing to it.
func TestAddressIsProvenByMailAndIdentity(t *testing.T) {
	w := open(t)
	b := w.Visit(stage.Applicants, "fr")
	w.signIn(b, w.people).Form("join").Set("email", "chiara@elsewhere.example").TickAll().Submit("").Want(200)
	w.nobody(b)
	w.signIn(b, w.people)
	w.nobody(b)
	address := w.Link("chiara@elsewhere.example")

	w.people.Subject = "subject-2"
	other := w.Visit(stage.Applicants, "fr")
	other.Get(address).Form("/sign-in/provider").Submit("").Want(200)
	back(other, w.people.Authorize(other.Page.Link("/auth?"))).Want(http.StatusNotFound)
	w.nobody(other)

	w.people.Subject = "subject-1"
	b.Get(address).Form("/sign-in/provider").Submit("").Want(200)
	back(b, w.people.Authorize(b.Page.Link("/auth?"))).Want(200)
	b.Get("/account").Shows("chiara@elsewhere.example")

	t.Run("ASVS_6_3_8 a stranger who asked for it is shut out by its owner", func(t *testing.T) {
		w.people.Subject = "subject-5"
		thief := w.Visit(stage.Applicants, "fr")
		w.signIn(thief, w.people).Form("join").Set("email", "victim@example.org").TickAll().Submit("").Want(200)
		w.SignUp("victim@example.org", "fr").Get("/account").Shows("Ouvrir mon compte avec " + name)
		w.signIn(thief, w.people)
		w.nobody(thief)
	})
	t.Run("ASVS_6_3_8 a password that a stranger chose opens nothing", func(t *testing.T) {
		early := w.Visit(stage.Applicants, "fr")
		early.Get("/register").Form("register").Set("email", "chiara.bianchi@example.org").Set("password", "girafe-tambour-42-violet").TickAll().Submit("").Want(200)
		stale := w.Link("chiara.bianchi@example.org")
		w.people.Subject = "subject-6"
		w.signIn(w.Visit(stage.Applicants, "fr"), w.people).Form("join").TickAll().Submit("").Want(200).Shows("Votre compte est créé")
		early.Try(stale).Want(http.StatusNotFound)
		early.Get("/sign-in").Form("sign-in").Set("email", "chiara.bianchi@example.org").Set("password", "girafe-tambour-42-violet").Submit("").Want(http.StatusUnprocessableEntity)
	})
	for i, strangerFirst := range []bool{true, false} {
		t.Run("ASVS_6_3_8 nor where the owner confirms by mail and identity", func(t *testing.T) {
			email, stranger := fmt.Sprintf("owner%d@example.org", i), w.Visit(stage.Applicants, "fr")
			register := func() {
				stranger.Get("/register").Form("register").Set("email", email).Set("password", "girafe-tambour-42-violet").TickAll().Submit("").Want(200)
			}
			if strangerFirst {
				register()
			}
			w.people.Subject, w.people.Person["email"] = fmt.Sprintf("owner-%d", i), fmt.Sprintf("other%d@example.org", i)
			owner := w.Visit(stage.Applicants, "fr")
			w.signIn(owner, w.people).Form("join").Set("email", email).TickAll().Submit("").Want(200)
			if !strangerFirst {
				register()
			}
			owner.Get(w.Link(email)).Form("/sign-in/provider").Submit("").Want(200)
			back(owner, w.people.Authorize(owner.Page.Link("/auth?"))).Want(200)
			owner.Get("/account").Shows(email)
			stranger.Get("/sign-in").Form("sign-in").Set("email", email).Set("password", "girafe-tambour-42-violet").Submit("").Want(http.StatusUnprocessableEntity)
			w.nobody(stranger)
		})
	}
}

// A provider that does not answer is said to be away, and shuts nobody out who has a password.
func TestProviderIsAway(t *testing.T) {
	w := open(t)
	w.SignUp("chiara.bianchi@example.org", "fr")
	w.people.Silent = true
	b := w.Visit(stage.Applicants, "en")
	b.Get("/sign-in").Form("/sign-in/provider").Submit("").Want(http.StatusServiceUnavailable).Shows(name + " is not answering")
	b.Get("/sign-in").Shows("You can sign in with your address and password").
		Form("sign-in").Set("email", "chiara.bianchi@example.org").Set("password", stage.Password).Submit("").Want(200)
	w.people.Silent = false
	w.Clock.Advance(time.Minute)
	w.signIn(w.Visit(stage.Applicants, "en"), w.people).Want(200)
	t.Run("ASVS_10_5_3 a page of another issuer is not believed", func(t *testing.T) {
		w := open(t)
		w.people.Publish = func(page m) { page["issuer"] = w.agents.URL }
		w.Visit(stage.Applicants, "en").Get("/sign-in").Form("/sign-in/provider").Submit("").Want(http.StatusServiceUnavailable)
	})
	t.Run("its keys fail in the middle", func(t *testing.T) {
		w.people.Answer = func(rw http.ResponseWriter) bool { rw.WriteHeader(http.StatusBadGateway); return true }
		defer w.people.Honest()
		b := w.Visit(stage.Applicants, "en")
		w.signIn(b, w.people).Want(http.StatusServiceUnavailable)
		w.nobody(b)
	})
}

// Whose session ends in the middle of a step, and who has no password here, comes back by the provider and finds what was typed; whoever
// else comes back by that browser finds nothing of it.
func TestALapsedStepComesBackByTheProvider(t *testing.T) {
	w := open(t)
	w.join()
	b := w.Visit(stage.Applicants, "fr")
	w.signIn(b, w.people).Want(200)
	f := b.Start(w.Definition(), testkit.PersonaNamed(t, "tenant"))
	typed := f.Get(f.Path("/step/birth")).Form("step").Set("applicant.birth_city", "Gênes")
	w.Clock.Advance(31 * time.Minute)
	page := typed.Submit("continue").Want(http.StatusUnauthorized).Shows("Votre session est terminée").Hides("Gênes")
	goesThere := page.Form("provider").Submit("provider").Want(http.StatusOK)
	back(b, w.people.Authorize(goesThere.Link("/auth?"))).Want(http.StatusOK)
	if n := len(f.Opened().Filed["applicant.birth_city"]); n != 0 {
		t.Error("saved before anybody pressed")
	}
	b.Page.Form("go-on").Submit("").Want(http.StatusOK).Shows("Ce que vous aviez saisi est enregistré")
	if p := b.Get(f.Path("/step/birth")).Form("step"); p.Values.Get("applicant.birth_city") != "Gênes" {
		t.Errorf("lost: %v", p.Values)
	}
	if p := b.Try(f.Path("/step/birth/resume")); p.Path() != f.Path("/step/birth") {
		t.Errorf("a second time it leads to %s", p.Path())
	}
}
