package portal

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/web/components"
)

// The buttons of a step page, beside add:… and remove:… which the form itself understands.
const (
	actContinue = "continue"
	actLeave    = "leave"
	actLang     = "lang:"
)

// fragmentHeader marks a save made by the script while the person types.
const fragmentHeader = "X-Guichet-Fragment"

func (p *portal) getStep(v *web.Visit) error {
	d, err := p.open(v)
	if err != nil {
		return err
	}
	at, err := p.stepAt(v, d)
	if err != nil {
		return err
	}
	if at == nil {
		return v.Redirect(dossierPath(d))
	}
	if err := at.offer(v); err != nil {
		return err
	}
	if v.Query("check") != "" || v.Query("errors") != "" {
		at.show(at.problems())
	}
	return v.Page(stepPage(at.frame(v), at))
}

func (p *portal) postStep(v *web.Visit) error {
	posted, err := v.Form()
	if err != nil {
		return err
	}
	s, action, err := p.bindStep(v, posted)
	if err != nil {
		return err
	}
	saved, err := p.Office.Answer(v.R.Context(), v.Actor, v.Param("dossier"), s)
	if full := addsTooMany(err, action); full != "" {
		s.Posted.Del(form.ActionName)
		if saved, err = p.Office.Answer(v.R.Context(), v.Actor, v.Param("dossier"), s); err == nil {
			return p.refuseRow(v, saved, full)
		}
	}
	if stale, ok := errors.AsType[*dossier.Stale](err); ok {
		return p.conflict(v, stale, s)
	}
	if err != nil {
		return err
	}
	at, err := p.stepOf(v, saved.Dossier, v.Param("step"))
	if err != nil {
		return err
	}
	if s.Typing {
		return p.sendFragment(v, at, posted.Has("_errors"))
	}
	return p.leaveStep(v, at, action, at.opened(posted))
}

// bindStep reads the version of the page; the answers are bound where the old ones are known.
func (p *portal) bindStep(v *web.Visit, posted url.Values) (dossier.Save, string, error) {
	version, err := strconv.Atoi(posted.Get(components.VersionName))
	if err != nil || version < 0 || len(posted[components.VersionName]) != 1 || len(posted[form.ActionName]) > 1 {
		return dossier.Save{}, "", fault.New(fault.Invalid, "error.form")
	}
	return dossier.Save{
		Step: v.Param("step"), Version: version, Posted: posted, Typing: v.R.Header.Get(fragmentHeader) != "",
	}, posted.Get(form.ActionName), nil
}

// addsTooMany gives the group that has no room for another row, "" when the error is something else.
func addsTooMany(err error, action string) string {
	group, adds := strings.CutPrefix(action, "add:")
	if !adds || fault.Key(err) != "form.too_many_rows" {
		return ""
	}
	return group
}

// refuseRow keeps what was typed and says why there is no further row.
func (p *portal) refuseRow(v *web.Visit, saved dossier.Saved, group string) error {
	at, err := p.stepOf(v, saved.Dossier, v.Param("step"))
	if err != nil {
		return err
	}
	at.show([]form.Problem{{Path: group, Message: both(v.P.T("portal.step.rows_full"))}})
	return v.PageStatus(http.StatusUnprocessableEntity, stepPage(at.frame(v), at))
}

// sendFragment answers the script: the questions anew, and their version.
func (p *portal) sendFragment(v *web.Visit, at *stepView, showing bool) error {
	if err := at.offer(v); err != nil {
		return err
	}
	if showing {
		at.show(at.problems())
	} else {
		at.warn(at.problems())
	}
	v.W.Header().Set("X-Guichet-Version", at.version())
	return v.Page(stepFragment(at))
}

// leaveStep goes where the button leads; what was typed is kept already.
func (p *portal) leaveStep(v *web.Visit, at *stepView, action string, opened []string) error {
	verb, rest, _ := strings.Cut(action, ":")
	switch verb {
	case "add":
		return v.Redirect(at.path() + "#" + at.lastRow(rest))
	case "remove":
		group, _, _ := strings.Cut(rest, ":")
		return v.Redirect(at.path() + "#" + group)
	case "lang":
		if l, ok := text.ParseLang(rest); ok {
			v.SetLang(l)
		}
		return v.Redirect(at.path())
	case actLeave:
		v.Flash("portal.step.saved")
		return v.Redirect(dossierPath(at.d))
	}
	return p.goOn(v, at, opened)
}

// goOn leads to the next page, unless something is to be mended here, or the answers have opened questions that the page
// did not show: without a script, those appear now.
func (p *portal) goOn(v *web.Visit, at *stepView, opened []string) error {
	if problems := except(at.problems(), opened); form.Blocking(problems) {
		if err := at.offer(v); err != nil {
			return err
		}
		at.show(problems)
		return v.PageStatus(http.StatusUnprocessableEntity, stepPage(at.frame(v), at))
	}
	if len(opened) > 0 {
		v.Flash("portal.step.opened")
		return v.Redirect(at.path() + "#" + opened[0])
	}
	return v.Redirect(at.next(v))
}

// except leaves out problems of questions that were never shown.
func except(problems []form.Problem, opened []string) []form.Problem {
	return slices.DeleteFunc(problems, func(x form.Problem) bool {
		return slices.ContainsFunc(opened, func(path string) bool { return x.Path == path || strings.HasPrefix(x.Path, path+".") })
	})
}
