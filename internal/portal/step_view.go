package portal

import (
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// stepView is a step page in the making.
type stepView struct {
	p       *portal
	d       *dossier.Dossier
	journey *form.Journey
	step    *form.StepState
	pr      text.Printer
	today   time.Time
	checked bool // the person came from the check page and goes back there

	errors  map[string]form.Problem // the first of each path
	warned  map[string]string
	summary []components.Problem
	asked   []dossier.AskedItem // of a dossier that waits for its person: only these are open
}

// stepAt finds the page behind the address; nil when the dossier is not the person's to write in now.
func (p *portal) stepAt(v *web.Visit, d *dossier.Dossier) (*stepView, error) {
	if d.StateKind != workflow.Draft && d.StateKind != workflow.Waiting || !access.Can(v.Actor, access.Own, d.Dossier, "") {
		return nil, nil
	}
	return p.stepOf(v, d, v.Param("step"))
}

func (p *portal) stepOf(v *web.Visit, d *dossier.Dossier, id string) (*stepView, error) {
	s := &stepView{p: p, d: d, pr: v.P, today: workflow.Day(v.Now), checked: v.Query("check") != ""}
	s.journey = d.Following(v.Now)
	if s.step = s.journey.Step(id); s.step == nil || id == form.AgentStep || s.step.Step.Files {
		return nil, fault.New(fault.NotFound, "")
	}
	if d.StateKind == workflow.Waiting {
		return s, s.freeze(v)
	}
	return s, nil
}

// freeze opens nothing but what was asked for (RP-014).
func (s *stepView) freeze(v *web.Visit) error {
	file, err := s.p.Office.Read(v.R.Context(), v.Actor, s.d.PublicID)
	if err != nil {
		return err
	}
	s.asked = dossier.AskedNow(file.Asked, file.Round)
	return nil
}

// openTo tells whether the person may write an answer: all of a draft, and else what was asked.
func (s *stepView) openTo(path string) bool { return s.asked == nil || itemFor(s.asked, path) != nil }

// offer reads what is known of the account, and only for a question that was never answered and asks for it:
// every other view of a step costs one read.
func (s *stepView) offer(v *web.Visit) error {
	if !s.wantsFacts() || !v.SignedIn() || v.Actor.Kind != access.Person {
		return nil
	}
	profile, lang, err := s.p.Accounts.Profile(v.R.Context(), v.Actor.AccountID)
	if err != nil {
		return err
	}
	s.journey = s.d.Journey(form.Facts{
		"account.email": profile.Email, "account.last_name": profile.LastName, "account.first_names": profile.FirstNames,
		"account.language": string(lang),
	}, v.Now)
	s.step = s.journey.Step(s.step.Step.ID)
	return nil
}

func (s *stepView) wantsFacts() bool {
	for _, f := range s.step.Fields {
		if f.Relevant && strings.Contains(f.Field.Prefill, "account.") && !s.answered(f.Path) {
			return true
		}
	}
	return false
}

func (s *stepView) answered(path string) bool {
	_, filed := s.d.Filed[path]
	_, corrected := s.d.Correction[path]
	return filed || corrected
}

// problems are those of the step, and the notice that waits for its tick (RP-042, RP-179).
func (s *stepView) problems() []form.Problem {
	problems := s.journey.Check(s.step.Step.ID)
	if s.asked != nil {
		problems = s.ours(problems)
	} else if n := s.notice(); n != nil && !s.ticked() && s.d.NeedsTick(s.step.Step, s.d.Answers()) {
		problems = append(problems, form.Problem{Path: tickName(n), Code: "required", Message: both(s.pr.T("portal.step.tick_first"))})
	}
	return problems
}

// ours leaves out what the person cannot mend now.
func (s *stepView) ours(problems []form.Problem) []form.Problem {
	var out []form.Problem
	for _, x := range problems {
		if s.openTo(x.Path) {
			out = append(out, x)
		}
	}
	return out
}

// show puts problems at the top and beside their fields.
func (s *stepView) show(problems []form.Problem) {
	s.warn(problems)
	s.errors = map[string]form.Problem{}
	for _, x := range problems {
		if x.Warn {
			continue
		}
		s.summary = append(s.summary, components.Problem{ID: controlID(x), Text: x.Message.In(s.pr.Lang)})
		if _, known := s.errors[x.Path]; !known {
			s.errors[x.Path] = x
		}
	}
}

// warn sets what does not block beside its field.
func (s *stepView) warn(problems []form.Problem) {
	s.warned = map[string]string{}
	for _, x := range problems {
		if x.Warn {
			s.warned[x.Path] = x.Message.In(s.pr.Lang)
		}
	}
}

// controlID is the id of the control that a problem points to.
func controlID(x form.Problem) string { return components.DatePartID(x.Path, x.Part) }

// fault is the sentence beside a field, "" when nothing is wrong with it.
func (s *stepView) fault(path string) string { return s.errors[path].Message.In(s.pr.Lang) }

// part is the box of a date that is wrong; a date that is missing is so in all three.
func (s *stepView) part(path string) string {
	if x := s.errors[path]; x.Code != "required" {
		return x.Part
	}
	return ""
}

// notice is the one the step shows, or nil.
func (s *stepView) notice() *workflow.Notice {
	if s.step.Step.Notice == "" {
		return nil
	}
	return s.d.Def.Flow.Notice(s.step.Step.Notice)
}

// handout is the address of what can be printed and handed to those whom the notice is about (RP-179), and of the same on paper;
// "" for none.
func (s *stepView) handout() (page, paper string) {
	now := s.p.newest(s.d)
	if n := now.Flow.Notice(s.notice().ID); n != nil && n.Offer != "" {
		offered := now.Flow.Notice(n.Offer)
		page = noticePath(now, offered)
		if handedOn(offered) {
			paper = noticePaperPath(now, offered)
		}
	}
	return page, paper
}

func tickName(n *workflow.Notice) string { return "notice." + n.ID }

func (s *stepView) ticked() bool {
	return len(s.d.Filed[tickName(s.notice())]) > 0
}

func (s *stepView) version() string { return strconv.Itoa(s.d.Version(s.step.Step.ID)) }

func (s *stepView) frame(v *web.Visit) components.Page {
	pg := v.Frame(s.step.Step.Title.In(v.P.Lang))
	pg.LangForm, pg.Back, pg.Error = "step", dossierPath(s.d), len(s.summary) > 0
	if s.checked {
		pg.Back = dossierPath(s.d) + "/check"
	}
	return pg
}

func dossierPath(d *dossier.Dossier) string { return "/dossier/" + d.PublicID }

// both gives a problem words that are the reader's already.
func both(words string) text.Words { return text.Words{FR: words, EN: words} }
