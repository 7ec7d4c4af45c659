package report

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"testing"

	"guichet"
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

func texts(t *testing.T) *text.Catalogue {
	t.Helper()
	return testkit.Texts(t)
}

// A code is a figure with words of its own, and its address can be copied from the paper to the letter.
func TestCodeOnPaper(t *testing.T) {
	pdf := New("fr", "Récépissé", dated)
	pdf.H1("Récépissé")
	address := "https://guichet.example" + VerifyPath + token(newKey(1), dated, sha256.Sum256(nil))
	pdf.Code(address, "Code à lire")
	pdf.Small(address)
	file := write(t, pdf)
	if structure := tool(t, file, "pdfinfo", "-struct", "FILE"); !strings.Contains(structure, "Figure") || !strings.Contains(string(file), altText("Code à lire")) {
		t.Errorf("the code is no figure that is told:\n%s", structure)
	}
	read := strings.Join(strings.Fields(tool(t, file, "pdftotext", "FILE", "-")), "")
	if !strings.Contains(read, address) {
		t.Errorf("the address cannot be copied: %s", read)
	}
}

// The form to print has every question of the definition that a person answers, the documents, and the exact words agreed to, in
// both languages, tagged.
func TestBlankForm(t *testing.T) {
	testkit.Covers(t, "RP-024")
	catalogue, refused := procedure.Load(guichet.Files)
	for _, r := range refused {
		t.Fatal(r)
	}
	say := func(w text.Words, l text.Lang) string { return w.In(l) }
	for _, proc := range catalogue.All() {
		for _, lang := range text.Langs {
			file, err := Blank(proc, texts(t).Printer(lang), say)
			if err != nil {
				t.Fatal(err)
			}
			info := tool(t, file, "pdfinfo", "FILE")
			if !regexp.MustCompile(`Tagged: +yes`).MatchString(info) {
				t.Errorf("%s, %s: not tagged", proc.ID, lang)
			}
			read := squeezed(tool(t, file, "pdftotext", "-layout", "FILE", "-"))
			for _, want := range asked(proc, lang) {
				if !strings.Contains(read, squeezed(printable(want))) {
					t.Errorf("%s, %s: the form does not ask %q", proc.ID, lang, want)
				}
			}
			if n := strings.Count(read, squeezed(texts(t).Printer(lang).T("report.blank.signature"))); n != 1 {
				t.Errorf("%s, %s: %d places to sign", proc.ID, lang, n)
			}
		}
	}
}

// asked are the words that a form must print.
func asked(proc *procedure.Procedure, lang text.Lang) (out []string) {
	for _, s := range proc.Form.Steps {
		out = append(out, s.Title.In(lang))
		for _, f := range s.Fields {
			if f.Compute != "" || f.Source == "system" {
				continue
			}
			out = append(out, f.Label.In(lang))
			for _, cell := range f.Fields {
				if cell.Compute == "" {
					out = append(out, cell.Label.In(lang))
				}
			}
			if f.Kind == form.Choice || f.Kind == form.Choices {
				for _, o := range f.Options {
					out = append(out, o.Label.In(lang))
				}
			}
		}
	}
	for _, n := range dossier.PaperNotices(proc) {
		out = append(out, n.Label.FR) // to the letter
	}
	return out
}

// squeezed leaves out what breaking lines and footers put in: blanks, and the foot of a page in the middle of a sentence.
func squeezed(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), "")
}
