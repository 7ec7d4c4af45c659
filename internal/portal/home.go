package portal

import (
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
)

func (p *portal) getHome(v *web.Visit) error {
	return v.Page(homePage(v.Frame(""), p, v.SignedIn()))
}

func papersPath(proc *procedure.Procedure) string { return "/papers/" + proc.ID }

// outsideWays are the notices that say how to do without the internet: an online way alone is never offered (RP-024).
func outsideWays(proc *procedure.Procedure) []*workflow.Notice {
	var out []*workflow.Notice
	for _, n := range proc.Flow.NoticesAt("entry") {
		if n.Kind == "page" && n.Ack == "none" {
			out = append(out, n)
		}
	}
	return out
}

// whom says who the procedure is for: its definition names them first among the people concerned (RP-006).
func (p *portal) whom(proc *procedure.Procedure, l text.Lang) string {
	if persons := proc.Flow.Processing.Persons; len(persons) > 0 {
		return p.told(proc, persons[0], l)
	}
	return ""
}

// secondsEach is what one question takes to read and answer; the bounds shown are rounded up to five minutes.
const secondsEach = 30

// minutes is how long the form takes: when only what is asked of everybody is asked, and when everything is.
func minutes(c *form.Compiled) (least, most int) {
	var always, all int
	for _, s := range c.Steps {
		for _, f := range s.Fields {
			n := questions(f)
			all += n
			if s.When == "" && f.When == "" && f.Kind != form.Group {
				always += n
			}
		}
	}
	return fives(always), fives(all)
}

func questions(f *form.Field) int {
	if f.Compute != "" {
		return 0
	}
	if f.Kind != form.Group {
		return 1
	}
	n := 0
	for _, inner := range f.Fields {
		n += questions(inner)
	}
	return n
}

func fives(questions int) int { return (questions*secondsEach/60/5 + 1) * 5 }

// duration says how long the form takes.
func duration(p text.Printer, proc *procedure.Procedure) string {
	least, most := minutes(proc.Form)
	if least == most {
		return p.T("portal.home.about_text", "most", most)
	}
	return p.T("portal.home.long_text", "least", least, "most", most)
}

// needs says what to have at hand: documents of everybody, of some, or of nobody before they are asked for.
func needs(p text.Printer, proc *procedure.Procedure) string {
	switch x := papersOf(proc); {
	case len(x.always) > 0:
		return p.T("portal.home.need_text")
	case len(x.some) > 0:
		return p.T("portal.home.need_some")
	}
	return p.T("portal.home.need_none")
}
