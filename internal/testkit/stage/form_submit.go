package stage

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"guichet/internal/account"
)

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
	f.work(values)
	to, err := f.page.URL.Parse(cmp.Or(attr(pressed, "formaction"), attr(f.node, "action")))
	f.page.browser.app.must(err)
	kind, body := f.encode(values, cmp.Or(attr(pressed, "formenctype"), attr(f.node, "enctype")))
	return f.page.browser.send(http.MethodPost, to, kind, body)
}

// work does what the widget against machines would do, unless the test says what is posted.
func (f *Form) work(values url.Values) {
	b := f.page.browser
	b.app.t.Helper()
	for _, n := range within(f.node, "altcha-widget") {
		name := attr(n, "name")
		if _, given := values[name]; given {
			continue
		}
		var c account.Challenge
		b.app.must(json.Unmarshal(b.Twin().Get(attr(n, "challenge")).Body, &c))
		solved, err := c.Solve()
		b.app.must(err)
		values.Set(name, solved)
	}
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
func (f *Form) encode(values url.Values, enctype string) (kind string, body io.Reader) {
	if enctype != "multipart/form-data" {
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
