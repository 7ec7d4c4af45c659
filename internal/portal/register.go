package portal

import (
	"strings"

	"github.com/a-h/templ"

	"guichet/internal/account"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
	"guichet/web/components"
)

// term is a notice to be accepted before an account is made (RP-035).
type term struct {
	procedure *procedure.Procedure
	notice    *workflow.Notice
}

// name is that of the box. The first one is where a problem with the terms links to.
func (t term) name(i int) string {
	if i == 0 {
		return "terms"
	}
	return "terms-" + t.procedure.ID + "-" + t.notice.ID
}

func (t term) path() string { return noticePath(t.procedure, t.notice) }

// terms are those of every procedure, each wording once.
func (p *portal) terms() []term {
	var out []term
	seen := map[string]bool{}
	for _, proc := range p.Catalogue.All() {
		for _, n := range proc.Flow.NoticesAt("account") {
			if words := p.told(proc, n.Text, text.FR); n.Ack == "required" && !seen[words] {
				seen[words] = true
				out = append(out, term{proc, n})
			}
		}
	}
	return out
}

func (p *portal) getRegister(v *web.Visit) error {
	if v.SignedIn() {
		return v.Redirect(dossiersPath)
	}
	return v.Page(registerPage(v.Frame(v.P.T("portal.register.title")), p, p.unproven(newEntry(v, nil))))
}

// postRegister answers the same whether the address has an account or not.
func (p *portal) postRegister(v *web.Visit) error {
	terms := p.terms()
	names := append([]string{"email", "password", "action", "kept"}, web.WorkNames...)
	for i, t := range terms {
		names = append(names, t.name(i))
	}
	in, err := v.OneEach(names...)
	if err != nil {
		return err
	}
	page := func(e *entry) error {
		return p.again(v, e, "portal.register.title", func(pg components.Page) templ.Component { return registerPage(pg, p, e) })
	}
	if switches(in) {
		return p.reopen(v, in["kept"], page)
	}
	if problem, err := v.TakeWork(p.Accounts, in); err != nil || problem != nil {
		return orAgain(err, func() error { return page(newEntry(v, in, problem)) })
	}
	r := account.Registration{Email: in["email"], Password: in["password"], Lang: v.P.Lang}
	if allTicked(in, terms) {
		r.Terms = p.accepted(v, terms)
	}
	problems, err := p.Accounts.Register(v.R.Context(), r)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return page(newEntry(v, in, problems...))
	}
	return v.Redirect("/register/sent")
}

func allTicked(in map[string]string, terms []term) bool {
	for i, t := range terms {
		if in[t.name(i)] != "yes" {
			return false
		}
	}
	return true
}

// accepted are the terms with their words as shown, which the consent proves.
func (p *portal) accepted(v *web.Visit, terms []term) []account.Accepted {
	var out []account.Accepted
	for _, t := range terms {
		words := t.notice.Label.FR + "\n\n" + p.told(t.procedure, t.notice.Text, text.FR)
		out = append(out, account.Accepted{Notice: t.notice.ID, Text: words, Lang: v.P.Lang})
	}
	return out
}

// consentBox is the unticked box of a notice. The French words are the ones agreed to; who reads English sees both.
func (p *portal) consentBox(proc *procedure.Procedure, n *workflow.Notice, l text.Lang) components.Field {
	f := components.Field{Label: p.told(proc, n.Label, text.FR)}
	if l != text.FR {
		f.Lang, f.Hint = text.FR, p.told(proc, n.Label, l)
	}
	return f
}

func (p *portal) termBox(e *entry, t term, i int) components.Field {
	f := p.consentBox(t.procedure, t.notice, e.pr.Lang)
	f.ID, f.Name, f.Value = t.name(i), t.name(i), e.typed[t.name(i)]
	if f.Value == "" || i == 0 {
		f.Error = e.field("terms", "").Error
	}
	return f
}

func (p *portal) getRegisterSent(v *web.Visit) error {
	return v.Page(sentPage(v.Frame(v.P.T("portal.register.sent_title")), sent{
		Text: v.P.T("portal.register.sent_text"), Again: v.P.T("portal.register.sent_again"), Href: "/register", Demo: p.DemoBox != nil,
	}))
}

// sent tells that a mail is on its way, and what to do when it does not come.
type sent struct {
	Text, Again, Href string
	Demo              bool
}

func paragraphs(s string) []string { return strings.Split(s, "\n\n") }
