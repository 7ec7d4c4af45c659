package release

import (
	"encoding/hex"
	"fmt"
	"slices"

	"guichet/internal/anonymise"
)

// findings are the tests of the certificate, each made again on the rows as they will be written.
func findings(f frozen, t *tally, hygiene error) []StatedFinding {
	counts := t.all()
	least := t.smallest(counts)
	fewest, most := t.diversity(counts)
	rarest, whole := 0, sum(counts) == f.table.Len()
	if len(t.cells) > 0 {
		rarest = t.rarest(counts)
	}
	at := f.atFreeze()
	r := f.v.p.Release
	secret := fmt.Sprintf("at least %d values, at most %d.%d %% of one", fewest, most/10, most%10)
	if len(t.secrets) == 0 {
		secret = "no sensitive column"
	}
	out := []StatedFinding{
		{"P2", "every group of equal rows, over any choice of columns, counts at least k rows", fmt.Sprintf("smallest %d", least), least >= r.K, "file"},
		{"P2h", "every cell of every month counts at least k households and k filers", fmt.Sprintf("at least %d of both", min(at.Households, at.Filers, r.K)), min(at.Households, at.Filers) >= r.K, "freeze"},
		{"P3", "whatever other columns are known, a sensitive column keeps the values and the largest share of the bounds", secret, len(t.secrets) == 0 || fewest >= r.Diverse && most <= t.thousands, "file"},
		{"P4", "what is held back is not written: every row is of a frozen cohort, none is empty", fmt.Sprintf("%d rows of %d", sum(counts), f.table.Len()), whole && !t.blank(), "file"},
		{"P5", "every written value stands k times at least in its column", fmt.Sprintf("smallest %d", rarest), rarest >= r.K, "file"},
		{"P6", "the levels are the schema's, whatever the data", "sha256 " + hex.EncodeToString(f.v.row.Sha256), true, "file"},
		f.apartness(t),
		{"P10", "no part, string or formula in the file but the cells, and two runs give the same bytes", "nothing else", hygiene == nil, "file"},
	}
	if hygiene != nil {
		out[len(out)-1].Found = hygiene.Error()
	}
	return out
}

// apartness looks at every month and every stretch of months: what one file holds over another is nothing, or sound.
func (f frozen) apartness(t *tally) StatedFinding {
	x := StatedFinding{ID: "P7", Claim: "every month, and the difference of any two files, has no cell under k and no group that is not diverse", Passed: true, From: "file"}
	n := 0
	for a := range t.months {
		for b := a + 1; b <= len(t.months); b++ {
			n++
			x.Passed = x.Passed && t.sound(t.between(a, b))
		}
	}
	x.Found = fmt.Sprintf("%d differences, all empty or sound", n)
	if !x.Passed {
		x.Found = "a difference that is not sound"
	}
	return x
}

// atFreeze is the smallest cell of all months, as it was counted on the open dossiers.
func (f frozen) atFreeze() (least anonymise.Smallest) {
	for _, c := range f.cohorts {
		s := c.Smallest()
		if s == (anonymise.Smallest{}) {
			continue
		}
		if least == (anonymise.Smallest{}) {
			least = s
		}
		least = anonymise.Smallest{Rows: min(least.Rows, s.Rows), Households: min(least.Households, s.Households), Filers: min(least.Filers, s.Filers)}
	}
	return least
}

// blank reports a cell without a value, as a remnant would have.
func (t *tally) blank() bool {
	return slices.ContainsFunc(t.cells, func(row []string) bool {
		return slices.ContainsFunc(row, func(v string) bool { return v == "" || v == "*" })
	})
}

func sum(counts []int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
