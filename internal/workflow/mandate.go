package workflow

import (
	"errors"
	"fmt"
	"slices"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/rule"
)

// Mandate says when answers mean that somebody fills in the form for another, and what that gives them (OS 11.327, article 1).
type Mandate struct {
	When      string         `yaml:"when"`      // rule over the answers: who fills in is not the applicant
	Kind      string         `yaml:"kind"`      // choice that says by what right; each of its options is a kind
	Names     []string       `yaml:"names"`     // how who fills in names themself, in this order
	Own       string         `yaml:"own"`       // question for the address of who fills in: nobody else is asked there; empty = none is asked for
	Principal Reached        `yaml:"principal"` // where the applicant is told: questions of one step
	Proves    []string       `yaml:"proves"`    // questions about the applicant that an account of that address answers alike before it reads anything; empty in definitions of before they were asked for
	Tells     string         `yaml:"tells"`     // notification to the desk when a mandate of a dossier that was sent ends; empty = none
	Daily     int            `yaml:"daily"`     // more new ones of one person in a day are shown to a supervisor; 0 = 20
	Kinds     []*MandateKind `yaml:"kinds"`
}

// Reached is the questions that say how somebody is reached.
type Reached struct {
	Email    string `yaml:"email"`
	Phone    string `yaml:"phone"`    // empty = e-mail alone
	Channel  string `yaml:"channel"`  // choice between email, sms and both; empty = e-mail
	Language string `yaml:"language"` // empty = the dossier's
}

// MandateKind is what one kind of mandate gives, for how long at most, and which document proves it.
type MandateKind struct {
	ID      string   `yaml:"id"`
	Scope   []string `yaml:"scope"`   // fill | submit | receive (read what the administration answers) | withdraw
	Longest string   `yaml:"longest"` // ISO 8601
	Proof   string   `yaml:"proof"`   // question of the document; empty = none is asked for
	Firm    bool     `yaml:"firm"`    // may be held by a practice: all its members act

	Longer Duration `yaml:"-"` // longest, read
}

// usualMandates is how many new mandates of one person in a day are nothing unusual, where the definition gives no number.
const usualMandates = 20

var mandateScopes = []string{"fill", "submit", "receive", "withdraw"}

// checkMandate checks who may act for whom, and reads how long.
func (c *Compiled) checkMandate(r *refusals, f *form.Compiled) {
	m := c.Mandate
	if m == nil {
		return
	}
	c.mandateRule(r, f)
	r.allOf("mandate.names", "single answer", m.Names, singles(f))
	if len(m.Names) == 0 {
		r.add("mandate", "name the questions in which the declarant says who they are", "names are missing")
	}
	r.allOf("mandate.proves", "single answer", m.Proves, singles(f))
	for _, id := range m.Proves {
		if x := f.Field(id); x != nil && x.Kind != form.Text && x.Kind != form.Date {
			r.add("mandate.proves", "name texts and dates, which somebody can type who sees nothing", "%q is of kind %s", id, x.Kind)
		}
	}
	r.asks(f, "mandate.own", m.Own, form.Email, false)
	r.asks(f, "mandate.principal.email", m.Principal.Email, form.Email, true)
	r.asks(f, "mandate.principal.phone", m.Principal.Phone, form.Phone, false)
	r.asks(f, "mandate.principal.channel", m.Principal.Channel, form.Choice, false)
	r.asks(f, "mandate.principal.language", m.Principal.Language, form.Choice, false)
	r.oneStep(f, m.Principal)
	if m.Tells != "" {
		r.oneOf("mandate.tells", "notification", m.Tells, names(c.notifications))
	}
	r.within("mandate.daily", m.Daily, 10_000)
	if m.Daily == 0 {
		m.Daily = usualMandates
	}
	byID(r, "mandate.kinds", m.Kinds, func(k *MandateKind) string { return k.ID })
	for i, k := range m.Kinds {
		k.check(r, f, fmt.Sprintf("mandate.kinds[%d]", i))
	}
	c.checkKinds(r, f)
}

func (c *Compiled) mandateRule(r *refusals, f *form.Compiled) {
	m := c.Mandate
	if m.When == "" {
		r.add("mandate", "write the rule over the answers that is true when somebody fills in for another", "when is missing")
		return
	}
	when, err := rule.Compile(m.When, f.Env(), rule.TypeBool)
	if e, ok := errors.AsType[*rule.Error](err); ok {
		*r = append(*r, Refusal{Path: "mandate.when", Line: e.Line, Column: e.Column, Message: e.Message, Remedy: e.Remedy})
	}
	c.mandated = when
}

// asks wants a question of the kind, outside groups.
func (r *refusals) asks(f *form.Compiled, path, id string, kind form.Kind, needed bool) {
	field := f.Field(id)
	switch {
	case id == "" && needed:
		r.add("mandate", "name the question that asks for the applicant's own address", "%s is missing", path)
	case id == "":
	case field == nil || kind != form.File && !slices.Contains(singles(f), id) || kind == form.File && field.PerRow != "":
		r.add(path, "name a question of the form, outside groups", "no question %q%s", id, meant(id, singles(f)))
	case field.Kind != kind:
		r.add(path, fmt.Sprintf("name a question of kind %s", kind), "%q is of kind %s", id, field.Kind)
	}
}

// oneStep wants the applicant's address asked on one page: the moment it is known is the moment they are told.
func (r *refusals) oneStep(f *form.Compiled, p Reached) {
	at := f.StepOf(p.Email)
	for _, id := range []string{p.Phone, p.Channel, p.Language} {
		if id != "" && f.Field(id) != nil && at != nil && f.StepOf(id) != at {
			r.add("mandate.principal", "ask for them on one page", "%q and %q stand on two steps", p.Email, id)
		}
	}
}

func (k *MandateKind) check(r *refusals, f *form.Compiled, path string) {
	r.allOf(path+".scope", "scope", k.Scope, mandateScopes)
	if len(k.Scope) == 0 {
		r.add(path, "write what it covers: fill, submit, receive, withdraw", "scope is missing")
	}
	if d, err := ParseDuration(k.Longest); err != nil || d.IsZero() {
		r.add(path+".longest", "write for example P1Y", "%q is no time that a mandate may last", k.Longest)
	} else {
		k.Longer = d
	}
	r.asks(f, path+".proof", k.Proof, form.File, false)
}

// checkKinds wants a kind for each option, and none besides.
func (c *Compiled) checkKinds(r *refusals, f *form.Compiled) {
	m := c.Mandate
	field := f.Field(m.Kind)
	if field == nil || field.Kind != form.Choice {
		r.add("mandate.kind", "name the choice that says by what right somebody acts", "%q is no choice of the form", m.Kind)
		return
	}
	var options []string
	for _, o := range field.Options {
		options = append(options, o.ID)
		if m.Of(o.ID) == nil {
			r.add("mandate.kinds", "add the kind, with its scope and how long it lasts", "the option %q of %s has no kind", o.ID, m.Kind)
		}
	}
	for i, k := range m.Kinds {
		r.oneOf(fmt.Sprintf("mandate.kinds[%d].id", i), "option of "+m.Kind, k.ID, options)
	}
}

// Questions are those of the form by which it is known who acts for whom.
func (m *Mandate) Questions() []string {
	out := append([]string{m.Kind, m.Principal.Email}, m.Names...)
	return append(out, m.Proves...)
}

// Of finds a kind, or nil.
func (m *Mandate) Of(kind string) *MandateKind {
	if i := slices.IndexFunc(m.Kinds, func(k *MandateKind) bool { return k.ID == kind }); i >= 0 {
		return m.Kinds[i]
	}
	return nil
}

// Mandated tells whether the answers mean that somebody fills in for another.
func (c *Compiled) Mandated(answers map[string]any) (bool, error) {
	if c.mandated == nil {
		return false, nil
	}
	ok, err := c.mandated.Bool(answers)
	if err != nil {
		return false, fault.From(fault.Internal, "", err)
	}
	return ok, nil
}
