package stage

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Form is a form of a page, filled in with what the page offers and nothing else.
type Form struct {
	Values url.Values

	page  *Page
	node  *html.Node
	files []upload
}

type upload struct {
	field, name string
	content     []byte
}

// Form finds the form whose id or address contains part; "" is the first form that posts.
func (p *Page) Form(part string) *Form {
	p.browser.app.t.Helper()
	if f := p.MaybeForm(part); f != nil {
		return f
	}
	p.browser.app.t.Fatalf("%s has no form %q: %s", p.URL, part, clip(p.Text()))
	return nil
}

// MaybeForm is Form, nil when there is none.
func (p *Page) MaybeForm(part string) *Form {
	named := func(n *html.Node) bool { return part != "" && attr(n, "id") == part }
	leads := func(n *html.Node) bool {
		return strings.Contains(attr(n, "action"), part) || part != "" && slices.ContainsFunc(within(n, "button"), func(b *html.Node) bool { return strings.Contains(attr(b, "formaction"), part) })
	}
	for _, is := range []func(*html.Node) bool{named, leads} {
		for _, n := range p.all("form") {
			if attr(n, "method") == "post" && is(n) {
				f := &Form{Values: url.Values{}, page: p, node: n}
				f.offer()
				return f
			}
		}
	}
	return nil
}

// Forms are all forms whose address contains part.
func (p *Page) Forms(part string) []*Form {
	var out []*Form
	for _, n := range p.all("form") {
		if strings.Contains(attr(n, "action"), part) {
			f := &Form{Values: url.Values{}, page: p, node: n}
			f.offer()
			out = append(out, f)
		}
	}
	return out
}

// controls are those inside the form and those elsewhere that name it.
func (f *Form) controls() []*html.Node {
	own := within(f.node, "input", "select", "textarea", "button")
	id := attr(f.node, "id")
	if id == "" {
		return own
	}
	for _, n := range f.page.all("input", "select", "textarea", "button") {
		if attr(n, "form") == id && !slices.Contains(own, n) {
			own = append(own, n)
		}
	}
	return own
}

// offer takes over what the page has filled in already, as a browser does.
func (f *Form) offer() {
	for _, n := range f.controls() {
		name := attr(n, "name")
		if name == "" || hasAttr(n, "disabled") {
			continue
		}
		switch {
		case n.Data == "textarea":
			f.Values.Add(name, strings.TrimPrefix(textRaw(n), "\n"))
		case n.Data == "select":
			f.Values.Add(name, chosen(n))
		case n.Data == "button" || attr(n, "type") == "file" || attr(n, "type") == "submit":
		case attr(n, "type") == "checkbox" || attr(n, "type") == "radio":
			if hasAttr(n, "checked") {
				f.Values.Add(name, attr(n, "value"))
			}
		default:
			f.Values.Add(name, attr(n, "value"))
		}
	}
}

func textRaw(root *html.Node) string {
	var words strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			words.WriteString(n.Data)
		}
	}
	return words.String()
}

func chosen(n *html.Node) string {
	options := within(n, "option")
	for _, o := range options {
		if hasAttr(o, "selected") {
			return attr(o, "value")
		}
	}
	if len(options) > 0 {
		return attr(options[0], "value")
	}
	return ""
}

// Attach puts a file into the control of this name.
func (f *Form) Attach(field, name string, content []byte) *Form {
	f.files = append(f.files, upload{field, name, content})
	return f
}
