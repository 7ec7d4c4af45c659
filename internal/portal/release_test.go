package portal_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guichet/internal/procedure"
	"guichet/internal/text"
)

var (
	tableRow = regexp.MustCompile(`(?s)<tr class="govuk-table__row" data-row>(.*?)</tr>`)
	tableTD  = regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`)
)

// words are what a page says, without its markup.
func words(page string) string { return html.UnescapeString(tags.ReplaceAllString(page, " ")) }

// What leaves for statistics is told to everybody from the schema itself: every column with every value, every bound, the
// tables, and what is not promised; without names or script, and reached from "your data".
func TestReleaseIsExplained(t *testing.T) {
	w := newWorld(t)
	rules := w.def.Release
	b := &browser{w: w, cookies: map[string]map[string]string{}, header: http.Header{}}
	for _, lang := range text.Langs {
		page := b.page("/release/" + w.def.ID + "?lang=" + string(lang))
		want := []string{strconv.Itoa(rules.K), strconv.Itoa(rules.M), "guichet verify-release"}
		for _, c := range rules.Written() {
			want = append(want, c.Label.In(lang))
			for _, g := range c.Levels[c.Level].Groups {
				want = append(want, g.Label.In(lang))
			}
		}
		for _, q := range w.def.Questions {
			want = append(want, q.Title.In(lang))
		}
		want = append(want, map[text.Lang][]string{
			text.FR: {"Exemple inventé", "Motif d’installation (réponse sensible)", "80\u00a0%", "moins de 3", "3 et plus", "Ce qui n’est pas promis", "version 1"},
			text.EN: {"Invented example", "80%", "under 3", "3 and over", "What is not promised", "version 1"},
		}[lang]...)
		said := words(page)
		for _, part := range want {
			if !strings.Contains(said, part) {
				t.Errorf("%s: the page does not say %q", lang, part)
			}
		}
		for _, c := range rules.Columns { // a column that is left out is not told as one of the file
			if c.Level == len(c.Levels) && strings.Contains(page, `__key">`+html.EscapeString(c.Label.In(lang))+"<") {
				t.Errorf("%s: %s is not in the file", lang, c.ID)
			}
		}
		contains(t, b.page("/data/"+w.def.ID+"?lang="+string(lang)), `href="/release/`+w.def.ID+`"`)
	}
	b.want(b.get("/release/nothing"), http.StatusNotFound)
}

// The invented example keeps the promises of the page: k of each row, and no value of the secret too frequent.
func TestReleaseExampleKeepsThePromise(t *testing.T) {
	w := newWorld(t)
	rules := w.def.Release
	b := &browser{w: w, cookies: map[string]map[string]string{}, header: http.Header{}}
	page := b.page("/release/" + w.def.ID + "?lang=fr")
	secret := slices.IndexFunc(rules.Written(), func(c procedure.Column) bool { return c.Sensitive })
	blocks, total := map[string]map[string]int{}, map[string]int{}
	for _, m := range tableRow.FindAllStringSubmatch(page, -1) {
		var cells []string
		for _, cell := range tableTD.FindAllStringSubmatch(m[1], -1) {
			cells = append(cells, strings.TrimSpace(words(cell[1])))
		}
		n, err := strconv.Atoi(cells[0])
		must(t, err)
		if n < rules.K || len(cells) != len(rules.Written())+1 {
			t.Errorf("%q", cells)
		}
		value := cells[secret+1]
		block := strings.Join(slices.Delete(cells[1:], secret, secret+1), "|")
		if blocks[block] == nil {
			blocks[block] = map[string]int{}
		}
		blocks[block][value] += n
		total[block] += n
	}
	if len(blocks) == 0 {
		t.Fatal("there is no example")
	}
	for block, values := range blocks {
		for value, n := range values {
			if len(values) < rules.Diverse || float64(n) > rules.Share*float64(total[block]) {
				t.Errorf("%s: %s is %d of %d, among %d values", block, value, n, total[block], len(values))
			}
		}
	}
}
