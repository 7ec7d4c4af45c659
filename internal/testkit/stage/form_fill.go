package stage

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

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

// TickAll ticks every box of the form.
func (f *Form) TickAll() *Form {
	for _, c := range f.controls() {
		if attr(c, "type") == "checkbox" {
			f.Tick(attr(c, "name") + "=" + attr(c, "value"))
		}
	}
	return f
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

// Attr is an attribute of the form itself, for what its script reads.
func (f *Form) Attr(name string) string { return attr(f.node, name) }

// Carry fills in what the page carries unseen, as its script does.
func (f *Form) Carry(name, value string) *Form {
	f.page.browser.app.t.Helper()
	if !f.Values.Has(name) {
		f.page.browser.app.t.Fatalf("%s carries no %q", f.page.URL, name)
	}
	f.Values.Set(name, value)
	return f
}
