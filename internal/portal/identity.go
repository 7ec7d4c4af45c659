package portal

import (
	"net/http"

	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// identityView is where the person of a request proves who they are: by the reference of another of their dossiers, then a code.
type identityView struct {
	followView
	at string // of the page of the reference; the code's is below it
}

const identitySuffix = "/identity"

func (x *identityView) codeAt() string { return x.at + "/code" }

// proving opens the dossier of the address for who may prove something on it; a page of one that is decided is no more.
func (p *portal) proving(v *web.Visit) (*dossier.Dossier, error) {
	d, err := p.open(v)
	if err != nil {
		return nil, err
	}
	if !p.Office.MayProve(v.Actor, d) {
		return nil, fault.New(fault.NotFound, "")
	}
	return d, nil
}

func (p *portal) getIdentity(v *web.Visit) error {
	d, err := p.proving(v)
	if err != nil {
		return err
	}
	return p.showIdentity(v, d, http.StatusOK, newEntry(v, map[string]string{}))
}

func (p *portal) showIdentity(v *web.Visit, d *dossier.Dossier, status int, e *entry) error {
	x := &identityView{followView{entry: e}, dossierPath(d) + identitySuffix}
	pg := v.Frame(v.P.T("portal.identity.title"))
	pg.Error, pg.Back, pg.LangURL = status != http.StatusOK, dossierPath(d), langAt(v, x.at)
	return v.PageStatus(status, identityPage(pg, x))
}

// identityReference is what is wrong with a reference at first sight, nil for nothing.
func identityReference(d *dossier.Dossier, reference string) *account.Problem {
	switch {
	case tidy(reference) == "":
		return &account.Problem{Field: "reference", Key: "portal.identity.problem.reference"}
	case !d.Elsewhere(reference):
		return &account.Problem{Field: "reference", Key: "portal.identity.problem.own"}
	}
	return nil
}

// postIdentity sends a code, in the same words and by the same work whether the reference names a dossier or not.
func (p *portal) postIdentity(v *web.Visit) error {
	in, err := v.OneEach("reference")
	if err != nil {
		return err
	}
	d, err := p.proving(v)
	if err != nil {
		return err
	}
	if wrong := identityReference(d, in["reference"]); wrong != nil {
		return p.showIdentity(v, d, http.StatusUnprocessableEntity, newEntry(v, in, wrong))
	}
	if err := p.Accounts.AskCode(v.R.Context(), d.Procedure, in["reference"]); err != nil {
		return err
	}
	return p.showIdentityCode(v, d, http.StatusOK, newEntry(v, in))
}

func (p *portal) getIdentityCode(v *web.Visit) error {
	d, err := p.proving(v)
	if err != nil {
		return err
	}
	return p.showIdentityCode(v, d, http.StatusOK, newEntry(v, map[string]string{}))
}

func (p *portal) showIdentityCode(v *web.Visit, d *dossier.Dossier, status int, e *entry) error {
	x := &identityView{followView{entry: e}, dossierPath(d) + identitySuffix}
	pg := v.Frame(v.P.T("portal.identity.code_title"))
	pg.Error, pg.Back, pg.LangURL = status != http.StatusOK, x.at, langAt(v, x.codeAt())
	return v.PageStatus(status, identityCodePage(pg, x, p.DemoBox != nil))
}

// postIdentityCode notes on the request that its person has the code of the other dossier, once.
func (p *portal) postIdentityCode(v *web.Visit) error {
	in, err := v.OneEach("reference", "code")
	if err != nil {
		return err
	}
	d, err := p.proving(v) // before the code is used up
	if err != nil {
		return err
	}
	wrong := identityReference(d, in["reference"])
	if wrong == nil {
		_, err = p.Accounts.ProveByCode(v.R.Context(), d.Procedure, in["reference"], in["code"])
		if fault.Of(err) == fault.NotFound {
			in["code"], err = "", nil
			wrong = &account.Problem{Field: "code", Key: "portal.follow.problem.code"}
		}
		if err != nil {
			return err
		}
	}
	if wrong != nil {
		return p.showIdentityCode(v, d, http.StatusUnprocessableEntity, newEntry(v, in, wrong))
	}
	if err := p.Office.NoteIdentity(v.R.Context(), v.Actor, d.PublicID, in["reference"]); err != nil {
		return err
	}
	v.Flash("portal.identity.done")
	return v.Redirect(dossierPath(d))
}

func (x *identityView) elsewhere() components.Field {
	f := x.reference()
	f.Label, f.Hint = x.pr.T("portal.identity.reference"), x.pr.T("portal.identity.reference_hint")
	return f
}
