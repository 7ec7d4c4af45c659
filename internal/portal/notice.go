package portal

import (
	"bytes"
	"slices"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/report"
	"guichet/internal/text"
	"guichet/internal/web"
	"guichet/internal/workflow"
)

func noticePath(proc *procedure.Procedure, n *workflow.Notice) string {
	return "/notice/" + proc.ID + "/" + n.ID
}

// noticePaperPath is where a notice that is handed on is printed from, in the language of the page.
func noticePaperPath(proc *procedure.Procedure, n *workflow.Notice) string {
	return noticePath(proc, n) + "/print.pdf"
}

// told are a definition's words with the names of the service and of the procedure in them.
func (p *portal) told(proc *procedure.Procedure, w text.Words, l text.Lang) string {
	return strings.ReplaceAll(p.say(w, l), "{procedure}", proc.Title.In(l))
}

// getNotice is one notice, readable by everybody from every page, under the declared purpose (RP-001, RP-037, RP-038, RP-040).
func (p *portal) getNotice(v *web.Visit) error {
	proc, n, err := p.noticeOf(v)
	if err != nil {
		return err
	}
	return v.Page(noticePage(v.Frame(n.Title.In(v.P.Lang)), p, proc, n))
}

// getNoticePaper is a notice that is handed on, to print (RP-179).
func (p *portal) getNoticePaper(v *web.Visit) error {
	proc, n, err := p.noticeOf(v)
	if err != nil {
		return err
	}
	if !handedOn(n) {
		return fault.New(fault.NotFound, "")
	}
	authority, lang := "", v.P.Lang
	if lang != text.FR {
		authority = v.P.T("portal.notice.authority")
	}
	pdf, err := report.Notice(proc.Flow.Processing.Purpose.In(lang), n.Title.In(lang), p.told(proc, n.Text, lang), authority, lang)
	if err != nil {
		return err
	}
	return v.Send(web.File{Name: n.ID + "-" + string(lang) + ".pdf", Kind: "application/pdf", Size: int64(len(pdf)), Body: bytes.NewReader(pdf)})
}

// handedOn tells whether a notice is for people who never come to the service.
func handedOn(n *workflow.Notice) bool { return slices.Contains(n.Show, "offer") }

func (p *portal) noticeOf(v *web.Visit) (*procedure.Procedure, *workflow.Notice, error) {
	proc := p.Catalogue.Get(v.Param("procedure"))
	if proc == nil {
		return nil, nil, fault.New(fault.NotFound, "")
	}
	n := proc.Flow.Notice(v.Param("notice"))
	if n == nil || !readable(n) {
		return nil, nil, fault.New(fault.NotFound, "")
	}
	return proc, n, nil
}

// readable tells whether a notice is for the public; what is said to agents alone is not.
func readable(n *workflow.Notice) bool {
	for _, moment := range n.Show {
		if moment != "agent_first_login" {
			return true
		}
	}
	return false
}

// getNotices lists the notices of every procedure.
func (p *portal) getNotices(v *web.Visit) error {
	return v.Page(noticesPage(v.Frame(v.P.T("portal.notice.all")), p.Catalogue.All()))
}

// inFooter are the notices of a procedure that belong on every page.
func inFooter(proc *procedure.Procedure) []*workflow.Notice { return proc.Flow.NoticesAt("footer") }

// block is a heading, a paragraph or a list of a notice's text.
type block struct {
	heading bool
	words   string
	items   []string // of a list
}

// blocks reads a text as definitions write it: a blank line parts paragraphs, "## " begins a heading, "- " an item.
func blocks(words string) []block {
	var out []block
	for _, part := range strings.Split(strings.TrimSpace(words), "\n\n") {
		switch {
		case strings.HasPrefix(part, "## "):
			out = append(out, block{heading: true, words: strings.TrimPrefix(part, "## ")})
		case strings.HasPrefix(part, "- "):
			out = append(out, block{items: items(part)})
		default:
			out = append(out, block{words: strings.ReplaceAll(strings.TrimSpace(part), "\n", " ")})
		}
	}
	return out
}

// items cuts a list at its dashes; a line without one goes on with the item before.
func items(part string) []string {
	var out []string
	for _, line := range strings.Split(part, "\n") {
		item, begins := strings.CutPrefix(line, "- ")
		switch {
		case begins || len(out) == 0:
			out = append(out, strings.TrimSpace(item))
		default:
			out[len(out)-1] += " " + strings.TrimSpace(line)
		}
	}
	return out
}
