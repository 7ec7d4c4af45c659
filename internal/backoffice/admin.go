package backoffice

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// adminView is the list of agents with their rights, and the invitation.
type adminView struct {
	agents   []agentView
	parts    []partView
	exchange string // what could not be handed over, "" for nothing
	email    components.Field
	last     components.Field
	first    components.Field
	lang     components.Field
	right    grantForm
	problems []components.Problem
}

// agentView is an agent in the list. Nobody acts on their own account.
type agentView struct {
	id, name, email, made, seen string
	state                       components.Status
	self, disabled              bool
	rights, past                []rightView
	give                        grantForm
}

func (b *desk) getAdmin(v *web.Visit) error {
	return b.sendAdmin(v, http.StatusOK, func(*adminView) {})
}

func (b *desk) sendAdmin(v *web.Visit, status int, add func(*adminView)) error {
	agents, err := b.Accounts.Agents(v.R.Context())
	if err != nil {
		return err
	}
	x, names := b.newAdmin(v), map[int64]string{}
	for _, a := range agents {
		names[a.ID] = a.Profile.Shown()
	}
	for _, a := range agents {
		x.agents = append(x.agents, b.agentOf(v, a, names))
	}
	x.parts = b.parts(v)
	if x.exchange, err = b.exchangeFlag(v); err != nil {
		return err
	}
	add(x)
	pg := v.Frame(v.P.T("desk.admin.title"))
	pg.Error, pg.LangURL = len(x.problems) > 0, langAt(v, "/admin")
	return v.PageStatus(status, adminPage(pg, x))
}

func (b *desk) newAdmin(v *web.Visit) *adminView {
	return &adminView{
		email: components.Field{ID: "email", Name: "email", Label: v.P.T("desk.account.email"), Type: "email", InputMode: "email", Autocomplete: "off", Width: 30},
		last:  components.Field{ID: "last_name", Name: "last_name", Label: v.P.T("desk.admin.last_name"), Autocomplete: "off", Width: 30},
		first: components.Field{ID: "first_names", Name: "first_names", Label: v.P.T("desk.admin.first_names"), Autocomplete: "off", Width: 30, Optional: true},
		lang: components.Field{ID: "lang", Name: "lang", Label: v.P.T("desk.admin.lang"), Value: string(text.FR), Options: []components.Option{
			{Value: string(text.FR), Label: v.P.T("desk.lang.fr")}, {Value: string(text.EN), Label: v.P.T("desk.lang.en")},
		}},
		right: b.grantForm(v, "", v.P.T("desk.admin.right")),
	}
}

// rightOptions are all that can be given: the roles of every procedure that are not the person's or the clock's, and the
// administration of the installation.
func (b *desk) rightOptions(p text.Printer) []components.Option {
	out := []components.Option{{}}
	for _, proc := range b.Catalogue.All() {
		for _, r := range proc.Flow.Roles {
			if r.Kind == "agent" || r.Kind == "support" {
				out = append(out, components.Option{Value: proc.ID + "/" + r.ID, Label: proc.Title.In(p.Lang) + " – " + r.Label.In(p.Lang)})
			}
		}
	}
	return append(out, components.Option{Value: account.Everything + "/" + account.Administrator, Label: p.T("desk.admin.administrator")})
}

// verbNames are what a role may do, in words.
var verbNames = map[string]string{
	"read": "desk.verb.read", "process": "desk.verb.process", "assign": "desk.verb.assign", "configure": "desk.verb.configure",
	"message": "desk.verb.message", "export": "desk.verb.export", "audit": "desk.verb.audit",
}

// rightWords say who somebody is for which procedure, and what that lets them do.
func (b *desk) rightWords(p text.Printer, r account.Right) string {
	if r.Procedure == account.Everything {
		return p.T("desk.admin.administrator")
	}
	proc := b.Catalogue.Get(r.Procedure)
	if proc == nil || proc.Flow.Role(r.Role) == nil {
		return r.Procedure + " – " + r.Role
	}
	role, verbs := proc.Flow.Role(r.Role), []string{}
	for _, verb := range role.Can {
		if key := verbNames[verb]; key != "" {
			verbs = append(verbs, p.T(key))
		}
	}
	words := proc.Title.In(p.Lang) + " – " + role.Label.In(p.Lang) + " (" + strings.Join(verbs, ", ") + ")"
	if r.Team != "" {
		words += ", " + p.T("desk.admin.in_team", "team", b.Settings.TeamName(r.Procedure, r.Team))
	}
	return words
}

func (b *desk) agentOf(v *web.Visit, a account.Listed, names map[int64]string) agentView {
	id := strconv.FormatInt(a.ID, 10)
	x := agentView{
		id: id, name: a.Profile.Shown(), email: a.Profile.Email, self: a.ID == v.Actor.AccountID, disabled: a.State == "disabled",
		state: agentStatus(v.P, a.State),
		give:  b.grantForm(v, "-"+id, v.P.T("desk.admin.give_to", "name", a.Profile.Shown())),
	}
	x.made = v.P.T("desk.admin.made", "at", v.P.ShortDateTimeAt(a.Created), "changed", v.P.ShortDateTimeAt(a.Changed))
	if !a.Seen.IsZero() {
		x.seen = v.P.ShortDateTimeAt(a.Seen)
	}
	for _, r := range a.Rights {
		x.rights = append(x.rights, b.rightView(v, r, names))
	}
	for _, r := range slices.Backward(a.Past) {
		x.past = append(x.past, b.rightView(v, r, names))
	}
	return x
}

func agentStatus(p text.Printer, state string) components.Status {
	switch state {
	case "active":
		return components.Status{Label: p.T("desk.admin.active"), Colour: "green"}
	case "invited":
		return components.Status{Label: p.T("desk.admin.invited"), Colour: "blue"}
	}
	return components.Status{Label: p.T("desk.admin.disabled"), Colour: "grey"}
}

// tooManyHold is the refusal of a right of which as many as may hold it already.
const tooManyHold = "right.holders"

func (b *desk) postInvitation(v *web.Visit) error {
	posted, err := v.OneEach(append([]string{"email", "last_name", "first_names", "lang"}, grantNames...)...)
	if err != nil {
		return err
	}
	lang, _ := text.ParseLang(posted["lang"])
	right, lacks := b.readGrant(v, posted)
	in := account.Invitation{Profile: account.Profile{
		Email: posted["email"], LastName: strings.TrimSpace(posted["last_name"]), FirstNames: strings.TrimSpace(posted["first_names"]),
	}, Lang: lang, Rights: []account.Right{right}}
	var problem *account.Problem
	if lacks == nil {
		problem, err = b.Accounts.Invite(v.R.Context(), v.Actor, in)
		if fault.Key(err) == tooManyHold {
			lacks, err = map[string]string{"right": v.P.T("desk.admin.holders")}, nil
		}
		if err != nil {
			return err
		}
	}
	if lacks == nil && problem == nil {
		v.Flash("desk.admin.sent", "name", in.Profile.Shown())
		return v.Redirect("/admin")
	}
	return b.sendAdmin(v, http.StatusUnprocessableEntity, func(x *adminView) {
		x.email.Value, x.last.Value, x.first.Value, x.lang.Value = posted["email"], posted["last_name"], posted["first_names"], string(lang)
		x.problems = append(tell(v.P, problem, &x.email, &x.last), x.right.fill(posted, lacks)...)
	})
}

// agentID is the agent of the address.
func agentID(v *web.Visit) (int64, error) {
	id, err := strconv.ParseInt(v.Param("agent"), 10, 64)
	if err != nil {
		return 0, fault.New(fault.NotFound, "")
	}
	return id, nil
}

func (b *desk) postDisable(v *web.Visit) error {
	id, err := agentID(v)
	if err != nil {
		return err
	}
	return done(v, "desk.admin.was_disabled", b.Accounts.Disable(v.R.Context(), v.Actor, id))
}

func (b *desk) postEnable(v *web.Visit) error {
	id, err := agentID(v)
	if err != nil {
		return err
	}
	return done(v, "desk.admin.was_enabled", b.Accounts.Enable(v.R.Context(), v.Actor, id))
}

// postResetFactors takes second proofs and password away from an agent who has lost them, and invites anew.
func (b *desk) postResetFactors(v *web.Visit) error {
	id, err := agentID(v)
	if err != nil {
		return err
	}
	return done(v, "desk.admin.factors_were_reset", b.Accounts.ResetFactors(v.R.Context(), v.Actor, id))
}

// postEndSessions ends the sessions of an agent, wherever they are open.
func (b *desk) postEndSessions(v *web.Visit) error {
	id, err := agentID(v)
	if err != nil {
		return err
	}
	return done(v, "desk.admin.sessions_ended", b.Accounts.EndSessionsOf(v.R.Context(), v.Actor, id))
}

func (b *desk) postGive(v *web.Visit) error {
	id, err := agentID(v)
	if err != nil {
		return err
	}
	posted, err := v.OneEach(grantNames...)
	if err != nil {
		return err
	}
	right, lacks := b.readGrant(v, posted)
	refused := func(lacks map[string]string) error {
		return b.sendAdmin(v, http.StatusUnprocessableEntity, func(x *adminView) {
			for i := range x.agents {
				if x.agents[i].id == strconv.FormatInt(id, 10) {
					x.problems = x.agents[i].give.fill(posted, lacks)
				}
			}
		})
	}
	if lacks != nil {
		return refused(lacks)
	}
	err = b.Accounts.Give(v.R.Context(), v.Actor, id, right)
	if fault.Key(err) == tooManyHold {
		return refused(map[string]string{"right": v.P.T("desk.admin.holders")})
	}
	return done(v, "desk.admin.was_given", err)
}

func (b *desk) postWithdraw(v *web.Visit) error {
	id, err := agentID(v)
	if err != nil {
		return err
	}
	right, err := strconv.ParseInt(v.Param("right"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	return done(v, "desk.admin.was_withdrawn", b.Accounts.Withdraw(v.R.Context(), v.Actor, id, right))
}

// done goes back to the list with what was done.
func done(v *web.Visit, key string, err error) error {
	if err != nil {
		return err
	}
	v.Flash(key)
	return v.Redirect("/admin")
}
