package components

import (
	"strings"
	"testing"
)

// Whatever a cell shows stays text, in its place.
func TestCellsAreEscaped(t *testing.T) {
	evil := `"><script>x</script>`
	table := Table{Caption: "t", Stacked: true, Head: []Column{{Label: evil}, {Label: "b", Numeric: true}, {Label: "c"}, {Label: "d"}}, Rows: [][]Cell{{
		{Text: evil, Href: "/dossier/a?b&c=" + evil, Header: true},
		{Text: evil, Box: &Box{evil, "n", evil, evil}},
		{Text: "z", Href: "javascript:alert(1)"},
		{Status: Status{Label: evil, Colour: "red"}},
	}}}
	var out strings.Builder
	if err := Grid(table).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	got := out.String()
	if strings.Contains(got, "<script") || strings.Contains(got, `""`) || strings.Contains(got, "javascript:") {
		t.Error(got)
	}
	for _, want := range []string{
		`<th scope="row" class="govuk-table__header"><a class="govuk-link" href="/dossier/a?b&amp;c=`,
		`<td class="govuk-table__cell govuk-table__cell--numeric" data-label="b"><div class="govuk-checkboxes`,
		` <strong class="govuk-tag govuk-tag--red">&#34;&gt;`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s in %s", want, got)
		}
	}
}
