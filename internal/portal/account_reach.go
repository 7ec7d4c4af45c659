package portal

import (
	"context"

	"github.com/a-h/templ"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

const reachPath = "/account/reach"

// reachView is how a person is reached beside e-mail, and what they typed about it.
type reachView struct {
	account.Reach
	*entry
}

// reach reads how the person is reached; nil where no SMS are sent, and the choice is not offered.
func (p *portal) reach(v *web.Visit) (*reachView, error) {
	if !p.SMS {
		return nil, nil
	}
	r, err := p.Accounts.Reach(v.R.Context(), v.Actor.AccountID)
	return &reachView{r, newEntry(v, nil)}, err
}

// getReach is where a number is given, proven, changed or taken away.
func (p *portal) getReach(v *web.Visit) error {
	r, err := p.reach(v)
	if err != nil {
		return err
	}
	if r == nil {
		return fault.New(fault.NotFound, "")
	}
	return v.Page(reachPage(reachFrame(v), r))
}

func reachFrame(v *web.Visit) components.Page {
	pg := v.Frame(v.P.T("portal.account.reach.title"))
	pg.Back = accountPath
	return pg
}

// postNumber keeps a number that is to be proven; its code leaves by SMS.
func (p *portal) postNumber(v *web.Visit) error {
	return p.reachStep(v, "number", "portal.account.reach.code_sent", p.Accounts.ClaimNumber)
}

// postCode takes the code that came to the number.
func (p *portal) postCode(v *web.Visit) error {
	return p.reachStep(v, "code", "portal.account.reach.proven", p.Accounts.ProveNumber)
}

// reachStep takes one field; what is wrong with it is shown on the page, with what was typed.
func (p *portal) reachStep(v *web.Visit, field, done string, act func(ctx context.Context, id int64, typed string) (*account.Problem, error)) error {
	in, err := v.OneEach(field)
	if err != nil {
		return err
	}
	if !p.SMS {
		return fault.New(fault.NotFound, "")
	}
	problem, err := act(v.R.Context(), v.Actor.AccountID, in[field])
	if err != nil {
		return err
	}
	if problem == nil {
		v.Flash(done)
		return v.Redirect(reachPath)
	}
	r, err := p.reach(v)
	if err != nil {
		return err
	}
	r.entry = newEntry(v, in, problem)
	return refused(v, reachFrame(v), func(pg components.Page) templ.Component { return reachPage(pg, r) })
}

// postChannel keeps how the person wants to be told (RP-031).
func (p *portal) postChannel(v *web.Visit) error {
	in, err := v.OneEach("channel")
	if err != nil {
		return err
	}
	if err := p.Accounts.SetChannel(v.R.Context(), v.Actor.AccountID, in["channel"]); err != nil {
		return err
	}
	v.Flash("portal.account.reach.channel_kept")
	return v.Redirect(reachPath)
}

// postForget takes the number away, where SMS are no longer sent as well.
func (p *portal) postForget(v *web.Visit) error {
	if err := p.Accounts.ForgetNumber(v.R.Context(), v.Actor.AccountID); err != nil {
		return err
	}
	v.Flash("portal.account.reach.forgotten")
	return v.Redirect(accountPath)
}

// row is what the account page says of it, with the way to change it.
func (r *reachView) row(p text.Printer) components.Row {
	values := []string{p.T("portal.account.reach.email")}
	if r.Number != "" {
		if r.Channel != "" {
			values[0] = p.T("portal.account.reach." + r.Channel)
		}
		values = append(values, account.ReadableNumber(r.Number))
	}
	return components.Row{Key: p.T("portal.account.reach.title"), Values: values, Change: reachPath}
}

func (r *reachView) number() components.Field {
	f := r.field("number", r.pr.T("portal.account.reach.number"))
	f.Type, f.InputMode, f.Autocomplete, f.Hint = "tel", "tel", "tel", r.pr.T("portal.account.reach.number_hint")
	return f
}

func (r *reachView) code() components.Field {
	f := r.field("code", r.pr.T("portal.account.reach.code"))
	f.InputMode, f.Autocomplete, f.Hint, f.Width = "numeric", "one-time-code", r.pr.T("portal.account.reach.code_hint"), 10
	return f
}

func (r *reachView) channel() components.Field {
	t := func(key string) string { return r.pr.T("portal.account.reach." + key) }
	f := components.Field{ID: "channel", Name: "channel", Label: t("channel"), Hint: t("channel_hint"), Value: r.Channel}
	if r.Channel == "" {
		f.Hint = t("until") + " " + f.Hint
	}
	for _, way := range []string{"email", "sms", "both"} {
		f.Options = append(f.Options, components.Option{Value: way, Label: t(way)})
	}
	return f
}
