package backoffice

import (
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/web/components"
)

// promised is what holds for the file of one version, and what stands in it.
type promised struct {
	title     string
	sentences []string
	columns   components.Table
}

// allPromised are the promises of each file that can be asked for, the newest first: rules that came into force later are not
// theirs. While nothing is frozen they are those in force.
func allPromised(p text.Printer, s release.Standing) (out []promised) {
	for i := len(s.Offers) - 1; i >= 0; i-- {
		o := s.Offers[i]
		out = append(out, promisedBy(p, p.T("desk.release.promise_of", "name", o.Name, "n", o.Number), o.Rules.Release))
	}
	if len(out) == 0 {
		out = append(out, promisedBy(p, p.T("desk.release.promise"), s.Procedure.Release))
	}
	return out
}

func promisedBy(p text.Printer, title string, r *procedure.ReleaseSchema) promised {
	sentences := []string{p.T("desk.release.promise_k", "k", r.K)}
	columns := columnsOf(p, r)
	if sensitive(r) {
		sentences = append(sentences, p.T("desk.release.promise_diverse", "n", r.Diverse, "share", p.Percent(r.Share, 0)))
	}
	sentences = append(sentences, p.T("desk.release.promise_names"), p.T("desk.release.promise_once"), p.T("desk.release.promise_eyes"))
	return promised{title, sentences, columns}
}

func sensitive(r *procedure.ReleaseSchema) bool {
	for _, c := range r.Written() {
		if c.Sensitive {
			return true
		}
	}
	return false
}

// columnsOf lists what stands in the file, and how coarse.
func columnsOf(p text.Printer, r *procedure.ReleaseSchema) components.Table {
	t := components.Table{Caption: p.T("desk.release.columns"), Head: []components.Column{
		{Label: p.T("desk.release.column")}, {Label: p.T("desk.release.values"), Numeric: true}, {Label: p.T("desk.release.secret")},
	}}
	for _, c := range r.Written() {
		secret := p.T("desk.no")
		if c.Sensitive {
			secret = p.T("desk.yes")
		}
		t.Rows = append(t.Rows, []components.Cell{
			{Text: c.Label.In(p.Lang), Header: true}, {Text: p.Int(int64(c.Levels[c.Level].Size()))}, {Text: secret},
		})
	}
	return t
}

// warningsOf say what whoever designs the schema must look at.
func warningsOf(p text.Printer, s release.Standing) (out []string) {
	if words := slipWords(p, s.Slip); words != "" {
		out = append(out, words)
	}
	if s.Late {
		out = append(out, p.T("desk.release.late"))
	}
	return out
}

// nextWords say that the months to come are judged by rules of which no file is there yet; "" when they are not.
func nextWords(p text.Printer, s release.Standing) string {
	n := s.Procedure.Release.Version
	for _, o := range s.Offers {
		if o.Name == s.Procedure.ID && o.Number == n {
			return ""
		}
	}
	if len(s.Offers) == 0 {
		return ""
	}
	return p.T("desk.release.next_rules", "n", n)
}

// slipWords say why months are judged by another version than one must think; "" when they are not.
func slipWords(p text.Printer, s release.Slip) string {
	if s.Key == "" {
		return ""
	}
	return p.T(s.Key, "delivered", s.Delivered, "kept", s.Kept, "next", s.Next, "stale", s.Stale)
}
