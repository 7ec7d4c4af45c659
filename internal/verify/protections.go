package verify

import (
	"fmt"
	"slices"
	"strings"
)

// checkHeader is P1 but for the values, and tells whether the rows can be counted.
func (v *verifier) checkHeader(header []string) bool {
	wanted := names(v.written)
	for i, id := range wanted {
		wanted[i] = cellOf(id)
	}
	v.report.Columns = header
	if slices.Equal(header, wanted) {
		return true
	}
	v.unknown.add(Finding{What: "the columns are not those that the schema writes: " + strings.Join(wanted, ", "), Sheet: v.book.data(), Row: 1})
	return false
}

func (v *verifier) checkP1() Check {
	return v.unknown.check("P1", fmt.Sprintf("%d columns, %d rows", len(v.report.Columns), v.report.Rows))
}

func (v *verifier) checkP2() Check {
	var f findings
	for _, g := range v.verdict.small {
		f.add(v.tell(g, false))
	}
	sets := fmt.Sprintf("over all %d sets of columns (the cells of all columns imply the others; each was counted all the same)", v.verdict.sets)
	if v.verdict.sets < int(v.all()) {
		sets = "over all columns, which have too many different rows for k"
	}
	return f.check("P2", fmt.Sprintf("smallest %d, k %d; %s", v.verdict.smallest, v.K, sets))
}

func (v *verifier) checkP3() Check {
	var f findings
	for _, g := range v.verdict.uniform {
		f.add(v.tell(g, true))
	}
	found := "there is no sensitive column"
	if v.verdict.of > 0 {
		found = fmt.Sprintf("at least %d values (%d wanted), none above %s (%s at most), whichever of the other columns are known",
			v.verdict.values, v.Diverse, ratio{int64(v.verdict.top), int64(v.verdict.of)}, v.Share)
	}
	return f.check("P3", found)
}

func (v *verifier) checkP4() Check {
	f := v.empty
	if v.cert != nil {
		total := 0
		for _, c := range v.cert.Cohorts {
			total += c.Rows
		}
		if total != len(v.rows) {
			f.say(fmt.Sprintf("the certificate's cohorts have %d rows, the file has %d", total, len(v.rows)))
		}
	}
	return f.check("P4", fmt.Sprintf("%d rows, %d of nothing but *", len(v.rows), v.tops))
}

func (v *verifier) checkP5() Check {
	var f findings
	words := make([]string, len(v.columns))
	for i, c := range v.columns {
		least := 0
		for code, n := range v.seen[i] {
			if n > 0 && (least == 0 || n < least) {
				least = n
			}
			if n > 0 && n < v.K {
				f.add(Finding{What: fmt.Sprintf("a value of %s counts %d rows", c.ID, n), Sheet: v.sheet, Row: v.rowOf(i, code)})
			}
		}
		words[i] = fmt.Sprintf("%s %d", c.ID, least)
	}
	return f.check("P5", "smallest count: "+strings.Join(words, ", "))
}

// rowOf finds the first row with a code in a column.
func (t *table) rowOf(column, code int) int {
	return t.first(0, len(t.rows), field(uint64(code), t.shift[column]), t.masks[column])
}

// checkP6 joins what shows that nothing was chosen on the data: the values are of the frozen levels, and the certificate is for this schema.
func (v *verifier) checkP6(p1 Check, schema *Check) Check {
	var f findings
	if p1.Outcome == Failed {
		f.say("columns or values are not those of the frozen levels (P1)")
	}
	if schema != nil && schema.Outcome == Failed {
		f.say("the certificate is for another schema")
	}
	return f.check("P6", v.vector())
}
