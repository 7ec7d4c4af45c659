package release

import (
	"strconv"

	"guichet/internal/anonymise"
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// bookLabels are the words of a workbook: its sheets in one language, its dictionary in both.
func bookLabels(texts *text.Catalogue, lang text.Lang, p *procedure.Procedure) Labels {
	other := text.EN
	if lang == text.EN {
		other = text.FR
	}
	first, second := texts.Printer(lang), texts.Printer(other)
	l := labels(first, p)
	l.Second = &Second{Title: second.T("release.book.title"), Words: second.T("release.book.words"), Columns: columnLabels(second, p)}
	return l
}

func labels(p text.Printer, proc *procedure.Procedure) Labels {
	t := func(key string) string { return p.T("release.book." + key) }
	return Labels{
		Data: t("data"), Dictionary: t("dictionary"), Proof: t("proof"),
		Column: t("column"), Title: t("title"), Sensitive: t("sensitive"), Value: t("value"), Words: t("words"),
		Yes: t("yes"), No: t("no"), Figure: t("figure"), Found: t("found"), Rows: t("rows"), Cells: t("cells"), K: t("k"),
		SmallestCell: t("smallest_cell"), Households: t("households"), Filers: t("filers"),
		HeldBack: t("held_back"), HeldNone: t("held_none"), HeldFewer: t("held_fewer"), HeldAbout: t("held_about"), Loss: t("loss"),
		Notes: []string{t("note_method"), t("note_held"), t("note_attacker")}, Columns: columnLabels(p, proc),
	}
}

// columnLabels say what each written column and each of its values means.
func columnLabels(p text.Printer, proc *procedure.Procedure) map[string]ColumnLabel {
	out := map[string]ColumnLabel{}
	for _, c := range proc.Release.Written() {
		level := c.Levels[c.Level]
		label := ColumnLabel{Title: c.Label.In(p.Lang), Values: map[string]string{}}
		words := LevelWords(p, level)
		for i, value := range level.Values() {
			label.Values[value] = words[i]
		}
		out[c.ID] = label
	}
	return out
}

// bandWords says the i-th band that a column's cuts make of numbers: « moins de 30 », « de 30 à 44 », « 45 et plus ».
func bandWords(p text.Printer, cuts []int, i int) string {
	switch {
	case i == 0:
		return p.T("release.book.under", "n", cuts[0])
	case i == len(cuts):
		return p.T("release.book.over", "n", cuts[i-1])
	case cuts[i]-cuts[i-1] == 1:
		return strconv.Itoa(cuts[i-1])
	}
	return p.T("release.book.between", "a", cuts[i-1], "b", cuts[i]-1)
}

// stringsOf are all that a workbook's cells may hold, as they are written.
func stringsOf(t anonymise.Table, l Labels) map[string]bool {
	out := map[string]bool{}
	add := func(row []string) {
		for _, value := range row {
			if text, err := SafeCell(value); err == nil {
				out[text] = true
			}
		}
	}
	for _, c := range t.Columns() {
		add([]string{c.Name})
		add(c.Values)
	}
	for _, rows := range [][][]string{dictionaryRows(t, l), proofRows(t, l)} {
		for _, row := range rows {
			add(row)
		}
	}
	return out
}
