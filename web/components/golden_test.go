package components

import (
	"bytes"
	"context"
	"flag"
	"io"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"guichet/internal/text"
)

type (
	ctx    = context.Context
	writer = io.Writer
)

var update = flag.Bool("update", false, "write the golden files anew")

func render(t testing.TB, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGolden shows any change of markup in review: each part, then whole pages, in French and in English.
func TestGolden(t *testing.T) {
	for _, l := range text.Langs {
		p := catalogue(t).Printer(l)
		examples := pages(site(t), p)
		for _, more := range []map[string]templ.Component{fields(p), forms(p), displays(p)} {
			maps.Copy(examples, more)
		}
		for name, c := range examples {
			file := "testdata/" + name + "." + string(l) + ".html"
			t.Run(name+"/"+string(l), func(t *testing.T) { compare(t, file, render(t, c)) })
		}
	}
}

func compare(t *testing.T, file, got string) {
	// One tag a line, so that a difference can be read.
	got = strings.ReplaceAll(got, "><", ">\n<") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look at it, then go test -update\n%s", file, got)
	}
}

func TestValuesAreEscaped(t *testing.T) {
	p := catalogue(t).Printer(text.FR)
	evil := `"><script>alert(1)</script>`
	f := Field{ID: "x", Name: evil, Label: evil, Hint: evil, Error: evil, Value: evil, Date: [3]string{evil}, Options: []Option{{evil, evil, evil}}}
	long := f
	long.Choices = NewChoices(f.Options)
	for _, c := range []templ.Component{TextInput(p, f), Textarea(p, f), DateInput(p, f), Select(p, f), Select(p, long), Radios(p, f), Checkboxes(p, f), Checkbox(p, f)} {
		if html := render(t, c); strings.Contains(html, "<script") {
			t.Error(html)
		}
	}
}

func TestChoicesSelectOne(t *testing.T) {
	c := NewChoices([]Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}})
	for value, want := range map[string]string{
		"b":    `<option value="b" selected>`,
		"":     `<option value="" selected>`,
		"nope": `<option value="" selected>`,
	} {
		if html := render(t, draw(func(m *markup) { m.choose(c, value) })); strings.Count(html, "selected") != 1 || !strings.Contains(html, want) {
			t.Errorf("%q: %s", value, html)
		}
	}
}

// BenchmarkPage renders a step of 26 fields as a reader gets it.
func BenchmarkPage(b *testing.B) {
	p := catalogue(b).Printer(text.FR)
	all := fields(p)
	var parts []templ.Component
	for _, name := range []string{"input", "input_error", "date", "select", "radios", "input", "input", "date_error", "select_country", "input_affix", "checkboxes", "input", "time"} {
		parts = append(parts, all[name], all[name])
	}
	page := within(Layout(Page{Site: site(b), P: p, Title: "Identité"}), within(StepForm(p, Form{ID: "step", Action: "/x", Live: true}), within(Fragment("1"), parts...)))
	var buf bytes.Buffer
	for b.Loop() {
		buf.Reset()
		if err := page.Render(b.Context(), &buf); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(buf.Len()), "B/page")
}
