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
