package stage

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Page is an answer of the house: for a page, its elements can be read and its forms filled in.
type Page struct {
	URL    *url.URL
	Status int
	Header http.Header
	Body   []byte

	browser *Browser
	root    *html.Node
}

func newPage(b *Browser, u *url.URL, res *http.Response, body []byte) *Page {
	p := &Page{URL: u, Status: res.StatusCode, Header: res.Header, Body: body, browser: b, root: &html.Node{}}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		root, err := html.Parse(bytes.NewReader(body))
		b.app.must(err)
		p.root = root
	}
	return p
}

// Want fails the test when the status is another.
func (p *Page) Want(status int) *Page {
	p.browser.app.t.Helper()
	if p.Status != status {
		p.browser.app.t.Fatalf("%s: status %d, want %d: %s", p.URL, p.Status, status, clip(p.Text()))
	}
	return p
}

// Path is the address without its origin.
func (p *Page) Path() string { return p.URL.Path }

// Text is what a person reads on the page, its spaces made single.
func (p *Page) Text() string {
	var words strings.Builder
	for n := range p.root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			words.WriteString(n.Data + " ")
		}
	}
	return squeeze(words.String())
}

// squeeze makes all white space single plain spaces, so that words can be looked for however they are set.
func squeeze(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.NewReplacer(" ,", ",", " .", ".").Replace(s)
}

// Says tells whether the words stand on the page, whatever the spaces between them.
func (p *Page) Says(words string) bool { return strings.Contains(p.Text(), squeeze(words)) }

// Shows fails the test when the words are not on the page.
func (p *Page) Shows(words string) *Page {
	p.browser.app.t.Helper()
	if !p.Says(words) {
		p.browser.app.t.Fatalf("%s does not show %q: %s", p.URL, words, clip(p.Text()))
	}
	return p
}

// Hides fails the test when the words are on the page.
func (p *Page) Hides(words string) *Page {
	p.browser.app.t.Helper()
	if p.Says(words) || strings.Contains(string(p.Body), words) {
		p.browser.app.t.Fatalf("%s shows %q", p.URL, words)
	}
	return p
}

// Has tells whether an element has this id.
func (p *Page) Has(id string) bool {
	return p.find(func(n *html.Node) bool { return attr(n, "id") == id }) != nil
}

// Links are the addresses that links lead to.
func (p *Page) Links() []string {
	var out []string
	for _, a := range p.all("a") {
		out = append(out, attr(a, "href"))
	}
	return out
}

// Link is the address of the first link whose words or address contain part.
func (p *Page) Link(part string) string {
	p.browser.app.t.Helper()
	for _, a := range p.all("a") {
		if strings.Contains(attr(a, "href"), part) || strings.Contains(textOf(a), part) {
			return attr(a, "href")
		}
	}
	p.browser.app.t.Fatalf("%s has no link %q among %q", p.URL, part, p.Links())
	return ""
}

// Follow opens the first link whose words or address contain part.
func (p *Page) Follow(part string) *Page {
	p.browser.app.t.Helper()
	return p.browser.Get(p.Link(part))
}

func (p *Page) all(names ...string) []*html.Node { return within(p.root, names...) }

func within(root *html.Node, names ...string) []*html.Node {
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && slices.Contains(names, n.Data) {
			out = append(out, n)
		}
	}
	return out
}

func (p *Page) find(is func(*html.Node) bool) *html.Node {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			return n
		}
	}
	return nil
}

func textOf(root *html.Node) string {
	var words strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			words.WriteString(n.Data + " ")
		}
	}
	return squeeze(words.String())
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func clip(s string) string { return s[:min(len(s), 1500)] }
