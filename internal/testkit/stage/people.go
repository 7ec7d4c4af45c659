package stage

import (
	"regexp"
	"strings"

	"guichet/internal/account"
	"guichet/internal/store"
	"guichet/internal/text"
)

// Password is everybody's on a stage.
const Password = "quatre chevaux verts agrafe"

var link = regexp.MustCompile(`https://\S+`)

// SignUp registers by the pages and the mail, as a person does, and leaves the browser signed in.
func (a *App) SignUp(email, lang string) *Browser {
	a.t.Helper()
	b := a.Visit(Applicants, lang)
	f := b.Get("/register").Form("register")
	f.Set("email", email).Set("password", Password).Tick("terms").Submit("").Want(200)
	b.Get(a.mailedLink(email))
	b.Page.Form("confirm").Set("password", Password).Submit("").Want(200)
	return b
}

// mailedLink is the first address in the newest mail to somebody.
func (a *App) mailedLink(to string) string {
	a.t.Helper()
	mails := a.Mails(to)
	if len(mails) == 0 {
		a.t.Fatalf("no mail to %s", to)
	}
	found := link.FindString(mails[0].Body)
	if found == "" {
		a.t.Fatalf("no link in the mail %q", mails[0].Subject)
	}
	return strings.TrimRight(found, ".,)")
}

// Link is the first address in the newest mail to somebody.
func (a *App) Link(to string) string {
	a.t.Helper()
	return a.mailedLink(to)
}

// TakeUp opens an agent's account by the link of an invitation, and leaves the browser signed in and told of its duties.
func (a *App) TakeUp(address, email, lang string) *Browser {
	a.t.Helper()
	b := a.takeUp(address, email, lang)
	a.Acknowledge(b)
	return b
}

// TakeUpBare is TakeUp without the duties.
func (a *App) TakeUpBare(address, email, lang string) *Browser {
	a.t.Helper()
	return a.takeUp(address, email, lang)
}

// SignIn signs somebody in who has an account.
func (a *App) SignIn(origin, email, lang string) *Browser {
	a.t.Helper()
	b := a.Visit(origin, lang)
	b.Get("/sign-in").Form("sign-in").Set("email", email).Set("password", Password).Submit("").Want(200)
	return b
}

// Hire invites an agent with a role of every procedure, lets them choose a password by the link and acknowledge what
// they must know, and leaves the browser signed in.
func (a *App) Hire(email, lang string, roles ...string) *Browser {
	a.t.Helper()
	b := a.Invited(email, lang, roles...)
	a.Acknowledge(b)
	return b
}

// Invited is Hire without the acknowledgement.
func (a *App) Invited(email, lang string, roles ...string) *Browser {
	a.t.Helper()
	in := account.Invitation{Profile: account.Profile{Email: email, LastName: "Agent", FirstNames: "Camille"}, Lang: text.Lang(lang)}
	for _, p := range a.Catalogue.All() {
		for _, role := range roles {
			if p.Flow.Role(role) == nil {
				continue // of another procedure
			}
			right := account.Right{Procedure: p.ID, Role: role}
			if a.Accounts.Contract(p.ID, role) {
				right.Until = a.Clock.Now().AddDate(1, 0, 0)
			}
			in.Rights = append(in.Rights, right)
		}
	}
	address, problem, err := a.Accounts.InviteHere(a.t.Context(), in)
	a.must(err)
	if problem != nil {
		a.t.Fatalf("not invited: %+v", *problem)
	}
	return a.takeUp(address, email, lang)
}

// Administrator makes the first administrator.
func (a *App) Administrator(email string) *Browser {
	a.t.Helper()
	address, problem, err := a.Accounts.CreateAdmin(a.t.Context(), account.Invitation{Profile: account.Profile{Email: email, LastName: "Admin"}, Lang: "fr"})
	a.must(err)
	if problem != nil {
		a.t.Fatalf("not made: %+v", *problem)
	}
	b := a.takeUp(address, email, "fr")
	a.Acknowledge(b)
	return b
}

// takeUp chooses a password by the link of an invitation and signs in.
func (a *App) takeUp(address, email, lang string) *Browser {
	a.t.Helper()
	b := a.Visit(Agents, lang)
	f := b.Get(address).Form("/invite")
	for name := range f.Values {
		if strings.Contains(name, "password") {
			f.Set(name, Password)
		}
	}
	f.Submit("").Want(200)
	b.Get("/sign-in").Form("sign-in").Set("email", email).Set("password", Password).Submit("").Want(200)
	return b
}

// Acknowledge reads what an agent must know before the first dossier (RP-041), as often as the door shows it.
func (a *App) Acknowledge(b *Browser) {
	a.t.Helper()
	for range 10 {
		f := b.Get("/").MaybeForm("/duties")
		if f == nil {
			return
		}
		f.Submit("").Want(200)
	}
	a.t.Fatal("the same duty is shown again and again")
}

// Person makes an account by the shortest way, for tests that are not about accounts, and signs it in.
func (a *App) Person(email, lang string) *Browser {
	a.t.Helper()
	hash, err := a.Accounts.Hash(a.t.Context(), Password)
	a.must(err)
	a.must(a.Store.InTx(a.t.Context(), func(tx *store.Tx) error {
		_, err := a.Accounts.CreateActive(a.t.Context(), tx, account.New{Kind: "person", Profile: account.Profile{Email: email}, PasswordHash: hash})
		return err
	}))
	return a.SignIn(Applicants, email, lang)
}
