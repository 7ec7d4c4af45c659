package portal

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/web/components"
)

// mostKept bounds what a sign-in page carries of a step whose session had ended.
const mostKept = 64 << 10

// resumeView is the sign-in page that carries a posted step.
type resumeView struct {
	action        string // where it posts: the step's own address for resuming
	sealed        string // what was typed, for that account and step alone, or for nobody yet; "" when it is too long to carry
	account       string
	email         string
	errorEmail    string
	errorPassword string
	provider      string // the label of the provider of identities that may open the account too, "" for none
	guests        bool   // some procedure needs no account
	proved        bool   // whoever it is has come back signed in: one press more
}

func (r *resumeView) problems() []components.Problem {
	var out []components.Problem
	if r.errorEmail != "" {
		out = append(out, components.Problem{ID: "email", Text: r.errorEmail})
	}
	if r.errorPassword != "" {
		out = append(out, components.Problem{ID: "password", Text: r.errorPassword})
	}
	return out
}

// keepStep answers a step posted after its session had ended: sign-in, with what was typed sealed in the page. Where nobody knows
// whose session it was, it is for whoever signs in and may fill in that step.
func (p *portal) keepStep(v *web.Visit) error {
	if !v.Navigates() || v.R.Header.Get(fragmentHeader) != "" {
		return v.Empty(http.StatusUnauthorized) // the script says that nothing is saved; the page keeps what was typed
	}
	posted, err := v.Form()
	if err != nil {
		return err
	}
	if done, err := p.visitEnded(v, typedIn(posted)); done || err != nil {
		return err
	}
	r := &resumeView{action: v.R.URL.Path + "/resume", account: strconv.FormatInt(v.Lapsed, 10), provider: p.providerLabel(v), guests: p.guestsHere()}
	if plain := posted.Encode(); len(plain) <= mostKept {
		sealed, err := p.Lapse.SealFor(v.Lapsed, keptFor(v), []byte(plain))
		if err != nil {
			return err
		}
		r.sealed = base64.StdEncoding.EncodeToString(sealed)
	}
	return v.PageStatus(http.StatusUnauthorized, resumePage(resumeFrame(v), r))
}

// keptFor ties what was typed to one step of one dossier.
func keptFor(v *web.Visit) string { return "step " + v.Param("dossier") + " " + v.Param("step") }

// postResume signs in and puts back what was typed.
func (p *portal) postResume(v *web.Visit) error {
	in, err := v.OneEach("email", "password", "kept", "account", "action")
	if err != nil {
		return err
	}
	if strings.HasPrefix(in["action"], actLang) {
		return v.Page(resumePage(resumeFrame(v), &resumeView{action: v.R.URL.Path, sealed: in["kept"], account: in["account"], provider: p.providerLabel(v), guests: p.guestsHere()}))
	}
	if in["action"] == actProvider && p.provider != nil {
		return p.resumeThere(v, in)
	}
	if v.SignedIn() && keptBy(in["account"], v.Actor.AccountID) { // past the second proof, or signed in elsewhere meanwhile
		return p.restore(v, v.Actor.AccountID, in)
	}
	arrival, problem, err := p.Accounts.SignIn(v.R.Context(), p.who, in["email"], in["password"])
	if err != nil {
		return err
	}
	if problem != nil {
		r := &resumeView{action: v.R.URL.Path, sealed: in["kept"], account: in["account"], email: in["email"], provider: p.providerLabel(v), guests: p.guestsHere()}
		r.blame(problem, v)
		pg := resumeFrame(v)
		pg.Error = true
		return v.PageStatus(http.StatusUnprocessableEntity, resumePage(pg, r))
	}
	id, step := arrival.Account, stepOf(v)
	carries := in["kept"] != "" && keptBy(in["account"], id)
	if arrival.Second {
		return p.resumeLater(v, arrival, step, in, carries)
	}
	if err := v.SignIn(id); err != nil {
		return err
	}
	if p.Accounts.WantsSecond(p.who) { // who has still to make a second proof does nothing before it
		return v.Redirect(web.FactorsPath)
	}
	if !carries {
		return v.Redirect(step)
	}
	return p.restore(v, id, in)
}

// nobodys stands for the account of what was typed where no session told it.
const nobodys = "0"

// keptBy tells whether what was kept for an account may be put back by another.
func keptBy(account string, id int64) bool {
	return account == nobodys || account == strconv.FormatInt(id, 10)
}

// resumeLater carries what was typed past the second proof.
func (p *portal) resumeLater(v *web.Visit, arrival account.Arrival, step string, in map[string]string, carries bool) error {
	if !carries {
		return v.Admit(arrival, step)
	}
	kept, err := v.Carry(arrival.Account, v.R.URL.Path, url.Values{"kept": {in["kept"]}, "account": {in["account"]}})
	if err != nil {
		return err
	}
	return v.AdmitWith(arrival, step, kept)
}

func resumeFrame(v *web.Visit) components.Page {
	pg := v.Frame(v.P.T("portal.resume.title"))
	pg.LangForm = otherLanguage
	return pg
}

func (r *resumeView) blame(problem *account.Problem, v *web.Visit) {
	if problem.Field == "email" {
		r.errorEmail = problem.Say(v.P)
		return
	}
	r.errorPassword = problem.Say(v.P)
}

// restore saves what was typed as if the session had lasted, and shows the step, or both values when it was saved elsewhere since.
func (p *portal) restore(v *web.Visit, id int64, in map[string]string) error {
	posted, err := p.unseal(v, in)
	if err != nil {
		return err
	}
	s, _, err := p.bindStep(v, posted)
	if err != nil {
		return err
	}
	who, err := p.returned(v, id)
	if err != nil {
		return err
	}
	if p.who == access.Agent { // the pages of the counter let in no other agent, see Counter.entering
		d, err := p.Office.Open(v.R.Context(), who, v.Param("dossier"))
		if err != nil {
			return err
		}
		if !mayEnter(who, d) {
			return fault.New(fault.NotFound, "")
		}
	}
	_, err = p.Office.Answer(v.R.Context(), who, v.Param("dossier"), s)
	if stale, ok := errors.AsType[*dossier.Stale](err); ok {
		v.Actor = who
		return p.conflict(v, stale, s)
	}
	if err != nil {
		return err
	}
	v.Flash("portal.resume.kept")
	return v.Redirect(stepOf(v))
}

// returned is who has just signed in, with the rights of this moment.
func (p *portal) returned(v *web.Visit, id int64) (access.Actor, error) {
	if p.who == access.Agent {
		return p.Accounts.Entering(v.R.Context(), id, account.Via{}, v.Now)
	}
	return access.Actor{AccountID: id, Kind: access.Person, At: v.Now}, nil
}

func (p *portal) unseal(v *web.Visit, in map[string]string) (url.Values, error) {
	account, notNumber := strconv.ParseInt(in["account"], 10, 64)
	sealed, err := base64.StdEncoding.DecodeString(in["kept"])
	if err != nil || notNumber != nil {
		return nil, fault.New(fault.Invalid, "error.form")
	}
	plain, err := p.Lapse.OpenFor(account, keptFor(v), sealed)
	if err != nil {
		return nil, fault.New(fault.Invalid, "error.form")
	}
	return url.ParseQuery(string(plain))
}

// guestsHere tells whether somebody without an account may have filled in a step at this door.
func (p *portal) guestsHere() bool { return p.who == access.Person && p.takesGuests() }

// visitEnded answers who has no account to sign in to, and whose visit is over: what they had written is given back, and the way on is
// the one back to what they have sent, or to another beginning. False: it is not so.
func (p *portal) visitEnded(v *web.Visit, typed func(c *form.Compiled) string) (bool, error) {
	if v.Lapsed != 0 || !p.guestsHere() {
		return false, nil
	}
	id, draft, err := p.Office.OfNobody(v.R.Context(), v.Param("dossier"))
	proc := p.Catalogue.Get(id)
	switch {
	case fault.Of(err) == fault.NotFound || err == nil && proc == nil:
		return false, nil
	case err != nil:
		return false, err
	case draft:
		return true, p.giveBack(v, typed(proc.Form), v.P.T("portal.resume.visit"), startPath(proc), v.P.T("portal.resume.begin"))
	}
	return true, p.giveBack(v, typed(proc.Form), v.P.T("portal.resume.sent"), dossier.FollowPath, v.P.T("portal.follow.without"))
}

// typedIn says what was typed on a step, without what was only chosen.
func typedIn(posted url.Values) func(c *form.Compiled) string {
	return func(c *form.Compiled) string {
		var lines []string
		for _, s := range c.Steps {
			for _, f := range s.Fields {
				switch f.Kind {
				case form.Text, form.LongText, form.Number, form.Decimal, form.Money, form.Time, form.Email, form.Phone:
					lines = append(lines, posted.Get(f.ID))
				case form.Date:
					lines = append(lines, strings.Join([]string{posted.Get(f.ID + ".day"), posted.Get(f.ID + ".month"), posted.Get(f.ID + ".year")}, " "))
				}
			}
		}
		return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" }), "\n")
	}
}
