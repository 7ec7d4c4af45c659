package portal

import (
	"net/http"

	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// followView is the way back to a request of who has no account: its reference, then a code to the address it bears.
type followView struct {
	*entry
	again string // the request that this visit is let into already, "" for none
}

const codePath = dossier.FollowPath + "/code"

func (p *portal) getFollow(v *web.Visit) error {
	return p.showFollow(v, http.StatusOK, newEntry(v, map[string]string{}))
}

func (p *portal) showFollow(v *web.Visit, status int, e *entry) error {
	x := &followView{entry: e}
	if v.Guest() {
		id, err := p.Office.PublicIDOf(v.R.Context(), v.Actor)
		if err != nil && fault.Of(err) != fault.NotFound {
			return err
		}
		x.again = id
	}
	pg := v.Frame(v.P.T("portal.follow.title"))
	pg.Error, pg.LangURL = status != http.StatusOK, langAt(v, dossier.FollowPath)
	return v.PageStatus(status, followPage(pg, x))
}

// postFollow sends a code, in the same words and by the same work whether the reference names a request or not.
func (p *portal) postFollow(v *web.Visit) error {
	in, err := v.OneEach("reference")
	if err != nil {
		return err
	}
	if tidy(in["reference"]) == "" {
		return p.showFollow(v, http.StatusUnprocessableEntity, newEntry(v, in, &account.Problem{Field: "reference", Key: "portal.follow.problem.reference"}))
	}
	if err := p.Office.AskWay(v.R.Context(), in["reference"]); err != nil {
		return err
	}
	return p.showFollowCode(v, http.StatusOK, newEntry(v, in))
}

// getFollowCode is where who has a code already types it, with the reference.
func (p *portal) getFollowCode(v *web.Visit) error {
	return p.showFollowCode(v, http.StatusOK, newEntry(v, map[string]string{}))
}

func (p *portal) showFollowCode(v *web.Visit, status int, e *entry) error {
	pg := v.Frame(v.P.T("portal.follow.code_title"))
	pg.Error, pg.LangURL, pg.Back = status != http.StatusOK, langAt(v, codePath), dossier.FollowPath
	return v.PageStatus(status, followCodePage(pg, &followView{entry: e}, p.DemoBox != nil))
}

// postFollowCode lets in who has the code of a reference, once.
func (p *portal) postFollowCode(v *web.Visit) error {
	in, err := v.OneEach("reference", "code")
	if err != nil {
		return err
	}
	if v.SignedIn() { // before the code is used up
		return fault.New(fault.Conflict, "portal.follow.signed_in")
	}
	id, publicID, err := p.Office.Follow(v.R.Context(), in["reference"], in["code"])
	if fault.Of(err) == fault.NotFound {
		in["code"] = ""
		return p.showFollowCode(v, http.StatusUnprocessableEntity, newEntry(v, in, &account.Problem{Field: "code", Key: "portal.follow.problem.code"}))
	}
	if err != nil {
		return err
	}
	if err := v.LetIn(id); err != nil {
		return err
	}
	return v.Redirect("/dossier/" + publicID)
}

// postFollowEnd ends a visit without an account, on a machine that others use.
func (p *portal) postFollowEnd(v *web.Visit) error {
	if v.SignedIn() {
		return v.Redirect("/")
	}
	if err := v.SignOut(); err != nil {
		return err
	}
	return v.Redirect(dossier.FollowPath)
}

func (x *followView) reference() components.Field {
	f := x.field("reference", x.pr.T("portal.follow.reference"))
	f.Hint, f.Width, f.Autocomplete = x.pr.T("portal.follow.reference_hint"), 20, "off"
	return f
}

func (x *followView) code() components.Field {
	f := x.field("code", x.pr.T("portal.follow.code"))
	f.Hint, f.Width, f.Autocomplete = x.pr.T("portal.follow.code_hint"), 20, "one-time-code"
	return f
}

// takesGuests tells whether some procedure needs no account.
func (p *portal) takesGuests() bool {
	for _, proc := range p.Catalogue.All() {
		if proc.Flow.TakesGuests() {
			return true
		}
	}
	return false
}

// foot is what is said under every page of a procedure that asks the person something (DS-021).
type foot struct{ title, words string }

func (p *portal) feet(proc *procedure.Procedure, l text.Lang) (out []foot) {
	now := proc
	if newest := p.Catalogue.Get(proc.ID); newest != nil {
		now = newest
	}
	for _, n := range now.Flow.NoticesAt("form_foot") {
		out = append(out, foot{n.Title.In(l), p.told(now, n.Text, l)})
	}
	return out
}
