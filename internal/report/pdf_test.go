package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"pgregory.net/rapid"

	"guichet/internal/testkit/absent"
)

var dated = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

func write(t *testing.T, p *PDF) []byte {
	t.Helper()
	b, err := p.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func receipt() *PDF {
	p := New("fr", "Récépissé de dépôt", dated)
	p.H1("Récépissé de dépôt")
	p.P("Votre demande est enregistrée. « Bœuf », l’été, à 10 %, 1 234 €.")
	p.H2("Le demandeur")
	p.Pairs([][2]string{{"Nom", "Łukasiewicz"}, {"Prénom", "Zoë"}, {"Né le", "1er février 1990"}})
	p.H2("Ses enfants")
	p.Pairs([][2]string{{"Prénom", "Noé"}})
	return p
}

// tool runs a program of Debian on the file, where it is installed.
func tool(t *testing.T, file []byte, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		absent.Skip(t, name)
	}
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, arg := range args {
		if arg == "FILE" {
			args[i] = path
		}
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func TestPDFIsTagged(t *testing.T) {
	file := write(t, receipt())
	info := tool(t, file, "pdfinfo", "FILE")
	for _, want := range []string{`Tagged: +yes`, `Title: +Récépissé de dépôt`, `Pages: +1\n`, `JavaScript: +no`} {
		if !regexp.MustCompile(want).MatchString(info) {
			t.Errorf("pdfinfo does not say %q:\n%s", want, info)
		}
	}
	outline := regexp.MustCompile(`(?m)^ *(Document|H1|H2|P|Table|TR|TH|TD)\b`).FindAllString(tool(t, file, "pdfinfo", "-struct", "FILE"), -1)
	want := "Document H1 P H2 Table TR TH TD TR TH TD TR TH TD H2 Table TR TH TD"
	if got := strings.Join(strings.Fields(strings.Join(outline, " ")), " "); got != want {
		t.Errorf("structure\n got %s\nwant %s", got, want)
	}
	text := tool(t, file, "pdfinfo", "-struct-text", "FILE")
	order := regexp.MustCompile(`(?s)Récépissé.*enregistrée.*demandeur.*Nom.*Łukasiewicz.*Prénom.*Zoë.*enfants.*Noé`)
	if !order.MatchString(text) {
		t.Errorf("reading order:\n%s", text)
	}
}

func TestPDFIsSound(t *testing.T) {
	long := receipt()
	for range 40 {
		long.H2("Encore une partie")
		long.P(strings.Repeat("Un texte qui dure. ", 30))
		long.Pairs([][2]string{{strings.Repeat("étiquette ", 9), strings.Repeat("valeur ", 120)}})
	}
	for name, file := range map[string][]byte{"short": write(t, receipt()), "long": write(t, long), "empty": write(t, New("en", "Nothing", dated))} {
		api.DisableConfigDir()
		if err := api.Validate(bytes.NewReader(file), model.NewDefaultConfiguration()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		t.Run(name, func(t *testing.T) {
			if said := tool(t, file, "qpdf", "--check", "FILE"); strings.Contains(said, "WARNING") {
				t.Error(said)
			}
		})
	}
}

func TestPDFIsTheSameTwice(t *testing.T) {
	first := write(t, receipt())
	for range 5 {
		if !bytes.Equal(first, write(t, receipt())) {
			t.Fatal("two documents of the same calls differ")
		}
	}
}

// Nothing is lost and nothing leaves the page, however long a text is.
func TestPDFBreaksLongTexts(t *testing.T) {
	p := New("en", "Long", dated)
	p.P(strings.Repeat("alpha beta ", 1500) + "omega")
	p.Pairs([][2]string{{"note", strings.Repeat("gamma ", 2000) + "END"}, {"word", strings.Repeat("W", 500)}})
	text := tool(t, write(t, p), "pdftotext", "-layout", "FILE", "-")
	for word, want := range map[string]int{"alpha": 1500, "beta": 1500, "omega": 1, "gamma": 2000, "END": 1, "W": 500} {
		if got := strings.Count(text, word); got != want {
			t.Errorf("%q stands %d times, want %d", word, got, want)
		}
	}
	pages := strings.Count(text, "\f")
	if pages < 5 || !strings.Contains(text, "Long – page 1 of ") {
		t.Errorf("%d pages, foot missing or wrong:\n%s", pages, text[:min(len(text), 500)])
	}
}

func TestWrapKeepsTheMeasure(t *testing.T) {
	p := New("fr", "x", dated)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("aé mW\u00a0«x»\n"))).Draw(t, "text")
		width := rapid.Float64Range(12, 170).Draw(t, "width")
		lines := p.wrap(lookP, text, width)
		for _, line := range lines {
			if p.pdf.GetStringWidth(line) > width+0.01 {
				t.Fatalf("%q is wider than %v", line, width)
			}
		}
		bare := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if bare(strings.Join(lines, "")) != bare(text) {
			t.Fatalf("%q became %q", text, lines)
		}
	})
}

func TestLettersTheFontLacks(t *testing.T) {
	for in, want := range map[string]string{
		"Élève œuvre « à »":       "Élève œuvre « à »",
		"cafe\u0301":              "café",
		"Nguyễn":                  "Nguyên",
		"محمد":                    "????",
		"a\x00b\xffc":             "ab?c",
		"1\u202f234":              "1\u00a0234",
		"Ελλάδα Москва":           "Ελλάδα Москва",
		"left\u202eright":         "leftright",
		"one\r\ntwo":              "one\ntwo",
		"\U0001f600":              "?",
		"Ştefan Łódź Čapek Gyŕő ": "Ştefan Łódź Čapek Gyŕő ",
	} {
		if got := printable(in); got != want && !(in == "Nguyễn" && got == "Nguyen") {
			t.Errorf("%q is drawn as %q, want %q", in, got, want)
		}
	}
	p := New("fr", "محمد", dated)
	p.P("محمد \U0001f600")
	write(t, p)
}
