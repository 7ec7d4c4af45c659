package stage

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
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
	for _, n := range p.all("form") {
		if attr(n, "method") != "post" || part != "" && attr(n, "id") != part && !strings.Contains(attr(n, "action"), part) {
			continue
		}
		f := &Form{Values: url.Values{}, page: p, node: n}
		f.offer()
		return f
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

// Asks tells whether the form has a control of this name that can be filled in.
func (f *Form) Asks(name string) bool {
	return slices.ContainsFunc(f.controls(), func(n *html.Node) bool {
		return attr(n, "name") == name && attr(n, "type") != "hidden" && n.Data != "button"
	})
}

// Set fills a control in. It fails the test when the page does not offer the control or the value.
func (f *Form) Set(name string, values ...string) *Form {
	t := f.page.browser.app.t
	t.Helper()
	if !f.Asks(name) {
		t.Fatalf("%s asks no %q", f.page.URL, name)
	}
	f.Values.Del(name)
	for _, v := range values {
		if !f.allows(name, v) {
			t.Fatalf("%s does not offer %q for %q", f.page.URL, v, name)
		}
		f.Values.Add(name, v)
	}
	return f
}

// Tick ticks every box whose name or value contains part.
func (f *Form) Tick(part string) *Form {
	t := f.page.browser.app.t
	t.Helper()
	n := 0
	for _, c := range f.controls() {
		name, value := attr(c, "name"), attr(c, "value")
		if attr(c, "type") == "checkbox" && strings.Contains(name+"="+value, part) {
			n++
			if !slices.Contains(f.Values[name], value) {
				f.Values.Add(name, value)
			}
		}
	}
	if n == 0 {
		t.Fatalf("%s has no box %q", f.page.URL, part)
	}
	return f
}

// allows tells whether a person could give this value: any in a box to type in, an offered one elsewhere.
func (f *Form) allows(name, value string) bool {
	for _, n := range f.controls() {
		if attr(n, "name") != name {
			continue
		}
		switch {
		case n.Data == "select":
			return slices.ContainsFunc(within(n, "option"), func(o *html.Node) bool { return attr(o, "value") == value })
		case attr(n, "type") == "radio" || attr(n, "type") == "checkbox":
			if attr(n, "value") == value {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// Attach puts a file into the control of this name.
func (f *Form) Attach(field, name string, content []byte) *Form {
	f.files = append(f.files, upload{field, name, content})
	return f
}

// Submit presses the first button whose words, value or name is button ("" presses the first one) and gives the page
// that follows.
func (f *Form) Submit(button string) *Page {
	t := f.page.browser.app.t
	t.Helper()
	values := url.Values{}
	for k, v := range f.Values {
		values[k] = slices.Clone(v)
	}
	pressed := f.button(button)
	if pressed == nil {
		t.Fatalf("%s: no button %q", f.page.URL, button)
	}
	if name := attr(pressed, "name"); name != "" {
		values.Set(name, attr(pressed, "value"))
	}
	to, err := f.page.URL.Parse(attr(f.node, "action"))
	f.page.browser.app.must(err)
	kind, body := f.encode(values)
	return f.page.browser.send(http.MethodPost, to, kind, body)
}

func (f *Form) button(words string) *html.Node {
	for _, n := range f.controls() {
		if n.Data == "button" && (words == "" || attr(n, "value") == words || textOf(n) == words) {
			return n
		}
	}
	return nil
}

// encode writes the values as the form says.
func (f *Form) encode(values url.Values) (kind string, body io.Reader) {
	if attr(f.node, "enctype") != "multipart/form-data" {
		return "application/x-www-form-urlencoded", strings.NewReader(values.Encode())
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, vs := range values {
		for _, v := range vs {
			f.page.browser.app.must(m.WriteField(name, v))
		}
	}
	for _, u := range f.files {
		w, err := m.CreateFormFile(u.field, u.name)
		f.page.browser.app.must(err)
		_, err = w.Write(u.content)
		f.page.browser.app.must(err)
	}
	f.page.browser.app.must(m.Close())
	return m.FormDataContentType(), &b
}

// FileControl is the name of the form's file control.
func (f *Form) FileControl() string {
	for _, n := range f.controls() {
		if attr(n, "type") == "file" {
			return attr(n, "name")
		}
	}
	return ""
}

// Button tells whether the form has such a button.
func (f *Form) Button(words string) bool { return f.button(words) != nil }

// Options are the values that a control offers, a line each, blank ones left out.
func (f *Form) Options(name string) string {
	var out []string
	for _, n := range f.controls() {
		if attr(n, "name") != name {
			continue
		}
		if n.Data != "select" {
			out = append(out, attr(n, "value"))
			continue
		}
		for _, o := range within(n, "option") {
			if v := attr(o, "value"); v != "" {
				out = append(out, v)
			}
		}
	}
	return strings.Join(out, "\n")
}
