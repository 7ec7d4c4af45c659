package portal

import (
	"strconv"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

const accountPath = "/account"

// accountView is what a person sees of their own account (RP-165).
type accountView struct {
	id      int64
	profile account.Profile
	lang    text.Lang  // of mails
	reach   *reachView // nil where no SMS are sent
	linked  *linked    // nil where people sign in here alone
	ways    account.Ways
	log     components.Table
}

func (p *portal) getAccount(v *web.Visit) error {
	profile, lang, err := p.Accounts.Profile(v.R.Context(), v.Actor.AccountID)
	if err != nil {
		return err
	}
	connections, err := p.Accounts.Connections(v.R.Context(), v.Actor.AccountID, mostConnections)
	if err != nil {
		return err
	}
	a := &accountView{id: v.Actor.AccountID, profile: profile, lang: lang, log: connectionTable(v, connections)}
	if a.reach, err = p.reach(v); err != nil {
		return err
	}
	if a.linked, err = p.linked(v); err != nil {
		return err
	}
	if a.ways, err = p.Accounts.Ways(v.R.Context(), v.Actor.AccountID); err != nil {
		return err
	}
	return v.Page(accountPage(v.Frame(v.P.T("portal.account.title")), a))
}

// rows are what the account holds, its technical identifier included (RP-121, RP-154).
func (a *accountView) rows(p text.Printer) []components.Row {
	rows := []components.Row{
		{Key: p.T("portal.account.email"), Values: []string{a.profile.Email}, Change: emailPath},
		{Key: p.T("portal.account.identifier"), Values: []string{strconv.FormatInt(a.id, 10)}},
	}
	words, change := a.linked.passwordRow(p)
	rows = append(rows, components.Row{Key: p.T("portal.account.password"), Values: []string{words}, Change: change})
	rows = append(rows, components.Row{Key: p.T("factor.row"), Values: secondWords(p, a.ways), Change: web.FactorsPath})
	if a.reach != nil {
		rows = append(rows, a.reach.row(p))
	}
	return rows
}

// secondWords say which second proofs an account has.
func secondWords(p text.Printer, w account.Ways) (out []string) {
	if w.Passkey {
		out = append(out, p.T("factor.kind.passkey"))
	}
	if w.TOTP {
		out = append(out, p.T("factor.kind.totp"))
	}
	if len(out) == 0 {
		out = append(out, p.T("factor.row_none"))
	}
	return out
}

func (a *accountView) lastName(p text.Printer) components.Field {
	return components.Field{ID: "last_name", Name: "last_name", Label: p.T("portal.account.last_name"), Value: a.profile.LastName, Autocomplete: "family-name"}
}

func (a *accountView) firstNames(p text.Printer) components.Field {
	return components.Field{ID: "first_names", Name: "first_names", Label: p.T("portal.account.first_names"), Value: a.profile.FirstNames, Autocomplete: "given-name"}
}

func (a *accountView) language(p text.Printer) components.Field {
	return components.Field{
		ID: "language", Name: "language", Label: p.T("portal.account.language"), Hint: p.T("portal.account.language_hint"), Value: string(a.lang), Inline: true,
		Options: []components.Option{{Value: "fr", Label: "Français"}, {Value: "en", Label: "English"}},
	}
}

const longestName = 200 // characters

func (p *portal) postNames(v *web.Visit) error {
	in, err := v.OneEach("last_name", "first_names")
	if err != nil {
		return err
	}
	if len(in["last_name"]) > longestName || len(in["first_names"]) > longestName {
		return fault.New(fault.TooLarge, "portal.account.name_long")
	}
	if err := p.Accounts.SetNames(v.R.Context(), v.Actor.AccountID, tidy(in["last_name"]), tidy(in["first_names"])); err != nil {
		return err
	}
	v.Flash("portal.account.names_kept")
	return v.Redirect(accountPath)
}

// postLanguage keeps the language of mails, and shows the pages in it (RP-032).
func (p *portal) postLanguage(v *web.Visit) error {
	in, err := v.OneEach("language")
	if err != nil {
		return err
	}
	l, ok := text.ParseLang(in["language"])
	if !ok {
		return fault.New(fault.Invalid, "error.form")
	}
	if err := p.Accounts.SetLang(v.R.Context(), v.Actor.AccountID, l); err != nil {
		return err
	}
	v.SetLang(l)
	v.Flash("portal.account.language_kept")
	return v.Redirect(accountPath)
}

func (p *portal) postEndSessions(v *web.Visit) error {
	if err := p.Accounts.SignOutEverywhere(v.R.Context(), v.Actor); err != nil {
		return err
	}
	return p.leave(v)
}
