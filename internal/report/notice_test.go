package report

import (
	"strings"
	"testing"

	"guichet/internal/text"
)

// What is handed on to who never comes to the service is a sound PDF that says all its words, in its language.
func TestNoticeIsPrinted(t *testing.T) {
	words := "Une personne vous cite.\n\n## Vos droits\n\nÉcrivez-nous.\n\n- à l’adresse\n- au guichet"
	file, err := Notice("Demander une carte", "Pour les personnes citées", words, "Le texte français fait foi.", text.FR)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.Join(strings.Fields(tool(t, file, "pdftotext", "FILE", "-")), " ")
	for _, want := range []string{"Demander une carte", "Pour les personnes citées", "Une personne vous cite.", "Vos droits", "– à l’adresse", "– au guichet", "Le texte français fait foi."} {
		if !strings.Contains(said, want) {
			t.Errorf("the paper does not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "##") {
		t.Error("the paper shows the signs of a definition")
	}
	if info := tool(t, file, "pdfinfo", "FILE"); !strings.Contains(info, "Tagged:          yes") {
		t.Errorf("not tagged:\n%s", info)
	}
}
