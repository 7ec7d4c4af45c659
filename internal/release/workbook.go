package release

import (
	"bytes"
	"context"
	"strconv"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// Workbook writes the frozen cohorts as an Excel file for who may export, and notes that it was made (RP-021, RP-022, RP-145).
func (h *House) Workbook(ctx context.Context, a access.Actor, id string, lang text.Lang) (_ []byte, err error) {
	defer fault.Wrap(&err, "release.Workbook %s", id)
	t, p, err := h.Table(ctx, a, id)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := WriteXLSX(&out, t, labels(h.Texts.Printer(lang), p)); err != nil {
		return nil, err
	}
	schema, err := schemaOf(p)
	if err != nil {
		return nil, err
	}
	return out.Bytes(), h.record(ctx, a, p, schema, lang, out.Bytes(), t.Len())
}

func labels(p text.Printer, proc *procedure.Procedure) Labels {
	t := func(key string) string { return p.T("release.book." + key) }
	l := Labels{
		Data: t("data"), Dictionary: t("dictionary"), Proof: t("proof"),
		Column: t("column"), Title: t("title"), Sensitive: t("sensitive"), Value: t("value"), Words: t("words"),
		Yes: t("yes"), No: t("no"), Figure: t("figure"), Found: t("found"), Rows: t("rows"), Cells: t("cells"), K: t("k"),
		SmallestCell: t("smallest_cell"), Households: t("households"), Filers: t("filers"),
		HeldBack: t("held_back"), HeldNone: t("held_none"), HeldFewer: t("held_fewer"), HeldAbout: t("held_about"), Loss: t("loss"),
		Notes: []string{t("note_method"), t("note_held"), t("note_attacker")}, Columns: map[string]ColumnLabel{},
	}
	for _, c := range proc.Release.Written() {
		label := ColumnLabel{Title: c.Label.In(p.Lang), Values: map[string]string{}}
		for _, g := range c.Levels[c.Level].Groups {
			label.Values[g.ID] = g.Label.In(p.Lang)
		}
		for i, value := range c.Levels[c.Level].Values() {
			if cuts := c.Levels[c.Level].Cuts; len(cuts) > 0 {
				label.Values[value] = bandWords(p, cuts, i)
			}
		}
		l.Columns[c.ID] = label
	}
	return l
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
