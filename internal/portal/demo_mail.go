package portal

import (
	"context"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

const demoMailPath = "/demo/mail"

// getDemoMails lists what the demonstration's own mail server got. Without a demonstration the address does not exist.
func (p *portal) getDemoMails(v *web.Visit) error {
	if p.DemoBox == nil {
		return fault.New(fault.NotFound, "")
	}
	t := components.Table{
		Caption: v.P.T("portal.demo_mail.title"), HiddenCaption: true, Stacked: true, Empty: v.P.T("portal.demo_mail.none"),
		Head: []components.Column{{Label: v.P.T("portal.demo_mail.subject")}, {Label: v.P.T("portal.demo_mail.to")}, {Label: v.P.T("portal.demo_mail.at")}},
	}
	for _, m := range p.DemoBox.All() {
		t.Rows = append(t.Rows, []components.Cell{
			{Text: m.Subject, Href: demoMailPath + "/" + strconv.Itoa(m.ID)}, {Text: m.To}, {Text: v.P.ShortDateTimeAt(m.At)},
		})
	}
	pg := v.Frame(v.P.T("portal.demo_mail.title"))
	pg.Wide = true
	return v.Page(demoMailsPage(pg, t))
}

func (p *portal) getDemoMail(v *web.Visit) error {
	id, err := strconv.Atoi(v.Param("mail"))
	if err != nil || p.DemoBox == nil {
		return fault.New(fault.NotFound, "")
	}
	m, ok := p.DemoBox.Get(id)
	if !ok {
		return fault.New(fault.NotFound, "")
	}
	pg := v.Frame(m.Subject)
	pg.Back = demoMailPath
	return v.Page(demoMailPage(pg, m))
}

// piece is a part of a mail: words, or an address to follow.
type piece struct {
	words string
	link  bool
}

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// pieces cuts a line at the addresses in it; the full stop that ends a sentence is not theirs.
func pieces(line string) []piece {
	var out []piece
	for {
		at := address.FindStringIndex(line)
		if at == nil {
			return append(out, piece{words: line})
		}
		link := strings.TrimRight(line[at[0]:at[1]], ".,;:!?)")
		out = append(out, piece{words: line[:at[0]]}, piece{link, true})
		line = line[at[0]+len(link):]
	}
}

const bitLength = 16 // bytes of an address, which has no accents

// breakable is an address that a narrow screen may break; copied, it is whole.
func breakable(link string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		link := link // a component may be rendered again
		for len(link) > bitLength {
			b.WriteString(templ.EscapeString(link[:bitLength]) + "<wbr>")
			link = link[bitLength:]
		}
		_, err := io.WriteString(w, b.String()+templ.EscapeString(link))
		return err
	})
}
