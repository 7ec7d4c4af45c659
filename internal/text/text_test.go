package text

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func load(t testing.TB, fr, en string) (*Catalogue, error) {
	t.Helper()
	return Load(fstest.MapFS{"fr.yaml": {Data: []byte(fr)}, "en.yaml": {Data: []byte(en)}})
}

func mustLoad(t testing.TB, fr, en string) *Catalogue {
	t.Helper()
	c, err := load(t, fr, en)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPrinterFillsPlaceholders(t *testing.T) {
	c := mustLoad(t, "a:\n  b: 'Bonjour {who}, {n} fois'\n  c: 'Oui'", "a:\n  b: '{n} times hello {who}'\n  c: 'Yes'")
	if got := c.Printer(FR).T("a.b", "who", "Zoé", "n", 3); got != "Bonjour Zoé, 3 fois" {
		t.Error(got)
	}
	if got := c.Printer(EN).T("a.b", "who", "{n}", "n", 3); got != "3 times hello {n}" {
		t.Error("a value is not a template:", got)
	}
	if got := c.Printer(EN).T("a.c"); got != "Yes" {
		t.Error(got)
	}
}

func TestPlural(t *testing.T) {
	c := mustLoad(t, "f:\n  one: '{n} pièce'\n  other: '{n} pièces'", "f:\n  one: '{n} file'\n  other: '{n} files'")
	for _, x := range []struct {
		l    Lang
		n    int
		want string
	}{
		{FR, 0, "0 pièce"},
		{FR, 1, "1 pièce"},
		{FR, 2, "2 pièces"},
		{FR, 1200, "1\u202f200 pièces"},
		{EN, 0, "0 files"},
		{EN, 1, "1 file"},
		{EN, 1200, "1,200 files"},
	} {
		if got := c.Printer(x.l).N("f", x.n); got != x.want {
			t.Errorf("%s %d: %q", x.l, x.n, got)
		}
	}
}

func TestMissingTextPanicsInTests(t *testing.T) {
	c := mustLoad(t, "a: 'x {y}'", "a: 'x {y}'")
	for name, call := range map[string]func(){
		"key":         func() { c.Printer(FR).T("b") },
		"placeholder": func() { c.Printer(FR).T("a", "z", 1) },
		"zero value":  func() { Printer{}.T("a") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			call()
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, x := range []struct{ fr, en, want string }{
		{"a: 'x'", "b: 'x'", "en.yaml has no"},
		{"a: 'x {n}'", "a: 'x'", "placeholders differ"},
		{"a: 12", "a: 'x'", "between quotes"},
		{"a: 'x {n'", "a: 'x'", "without its }"},
		{"a: [", "a: 'x'", "fr.yaml"},
		{"a: 'x'\na: 'y'", "a: 'x'", "fr.yaml"},
	} {
		if _, err := load(t, x.fr, x.en); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%q: %v, want %q", x.fr, err, x.want)
		}
	}
}

func TestDates(t *testing.T) {
	fr, en := Printer{Lang: FR}, Printer{Lang: EN}
	day := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	late := time.Date(2026, 8, 1, 22, 5, 0, 0, time.UTC) // already the 2nd in Monaco
	for got, want := range map[string]string{
		fr.Date(day):             "1er\u00a0août\u00a02026",
		en.Date(day):             "1\u00a0August\u00a02026",
		fr.ShortDate(day):        "01/08/2026",
		fr.DateTimeAt(late):      "2\u00a0août\u00a02026 à 00\u00a0h\u00a005",
		en.DateTimeAt(late):      "2\u00a0August\u00a02026 at 00:05",
		fr.ShortDateTimeAt(late): "02/08/2026\u00a000:05",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	fr, en := Printer{Lang: FR}, Printer{Lang: EN}
	for _, x := range [][2]string{
		{fr.Int(-1234567), "-1\u202f234\u202f567"},
		{en.Int(999), "999"},
		{en.Int(1000), "1,000"},
		{fr.Money(123450), "1\u202f234,50\u00a0€"},
		{en.Money(-5), "-€0.05"},
		{fr.Decimal(12.50, 2), "12,5"},
		{fr.Decimal(-0.001, 2), "0"},
		{en.Percent(0.125, 1), "12.5%"},
		{fr.Percent(0.125, 1), "12,5\u00a0%"},
		{fr.Size(0), "0\u00a0o"},
		{fr.Size(2_449_000), "2,4\u00a0Mo"},
		{en.Size(10_000_000), "10\u00a0MB"},
		{en.Size(999_700), "1\u00a0MB"},
		{fr.List([]string{"a", "b", "c"}), "a, b et c"},
		{en.List([]string{"a"}), "a"},
		{en.List(nil), ""},
	} {
		if x[0] != x[1] {
			t.Errorf("%q, want %q", x[0], x[1])
		}
	}
}

func TestCountries(t *testing.T) {
	for _, l := range Langs {
		list := Countries(l)
		if len(list) != 250 {
			t.Errorf("%s: %d countries, want ISO's 249 and Kosovo", l, len(list))
		}
		for _, c := range list {
			if c.Name == "" || c.Name == c.Code || strings.Contains(c.Name, "'") {
				t.Errorf("%s %s: %q", l, c.Code, c.Name)
			}
		}
	}
	at := func(l Lang, code string) int {
		return slices.IndexFunc(Countries(l), func(c Country) bool { return c.Code == code })
	}
	if at(FR, "EG") > at(FR, "FI") || at(FR, "US") > at(FR, "FI") {
		t.Error("Égypte and États-Unis sort under E")
	}
	if at(FR, "ZA") > at(FR, "AL") || at(EN, "ZA") < at(EN, "AL") {
		t.Error("each language has its own order")
	}
	if got := CountryName(FR, "CI"); got != "Côte d’Ivoire" {
		t.Error(got)
	}
	if IsCountry(Stateless) || IsCountry("XX") || IsCountry("mc") || !IsCountry("MC") {
		t.Error("IsCountry")
	}
	if n := Nationalities(EN); n[len(n)-1].Name != "Stateless" {
		t.Error("Stateless closes the list of nationalities")
	}
}

func TestLanguage(t *testing.T) {
	for header, want := range map[string]Lang{
		"": FR, "en-GB,en;q=0.9": EN, "it-IT": FR, "de, en;q=0.5, fr;q=0.1": EN,
		"*": FR, "\xff": FR, strings.Repeat("en,", 100): FR,
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("%.20q: %s", header, got)
		}
	}
	if _, ok := ParseLang("it"); ok {
		t.Error("it is not a language of the service")
	}
	w := Words{FR: "oui"}
	if w.In(EN) != "oui" {
		t.Error("a text without English is shown in French")
	}
}

func BenchmarkT(b *testing.B) {
	p := mustLoad(b, "a:\n  b: 'Bonjour'", "a:\n  b: 'Hello'").Printer(FR)
	for b.Loop() {
		_ = p.T("a.b")
	}
}
