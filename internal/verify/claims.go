package verify

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// checkClaims holds the certificate's other words to what was found.
func (v *verifier) checkClaims() {
	if v.cert == nil {
		for _, id := range []string{"P2h", "figures", "tests"} {
			v.add(notChecked(id, v.why))
		}
		return
	}
	v.add(v.checkHouses(), v.checkFigures())
	v.add(v.checkTests())
}

// checkHouses can refuse figures that contradict the promise or the rows; true ones it cannot know from the file.
func (v *verifier) checkHouses() Check {
	var f findings
	least := certSmallest{}
	for _, c := range v.cert.Cohorts {
		s := c.Smallest
		if c.Rows > 0 && (min(s.Households, s.Filers) < v.K || max(s.Households, s.Filers) > s.Rows) || c.Rows == 0 && s != (certSmallest{}) {
			f.say("cohort " + c.Month + ": households or filers are fewer than k, or more than the rows of the smallest cell")
		}
		if c.Rows > 0 && (least.Households == 0 || s.Households < least.Households) {
			least.Households = s.Households
		}
		if c.Rows > 0 && (least.Filers == 0 || s.Filers < least.Filers) {
			least.Filers = s.Filers
		}
	}
	if !f.none() {
		return f.check("P2h", "the certificate contradicts itself")
	}
	return notChecked("P2h", fmt.Sprintf("counted at the freeze, not verifiable from the file; the certificate says at least %d households and %d filers",
		least.Households, least.Filers))
}

var aboutHeldBack = regexp.MustCompile(`^about ([1-9][0-9]{0,8})$`)

// checkFigures compares the figures.
func (v *verifier) checkFigures() Check {
	var f findings
	c := v.cert
	if c.File.Rows != v.report.Rows {
		f.say(fmt.Sprintf("the certificate says %d rows, the file has %d", c.File.Rows, v.report.Rows))
	}
	if !slices.Equal(c.File.Columns, v.report.Columns) {
		f.say("the certificate names other columns than the file has")
	}
	if share, err := parseRatio(c.Bounds.Share.String()); err != nil || share != v.Share || c.Bounds.K != v.K || c.Bounds.M != v.M || c.Bounds.Diverse != v.Diverse {
		f.say("the certificate has other bounds than the schema")
	}
	if !v.heldBackIsPlain() {
		f.say(`what was held back is to be told as "none", "fewer than k" or "about n", n a multiple of k`)
	}
	if c.Issued.IsZero() || strings.ContainsAny(c.File.Name, `/\`) || c.File.Name == "" || c.File.Lang != "fr" && c.File.Lang != "en" {
		f.say("the certificate has no instant, no plain name of a file or no language")
	}
	if strings.TrimSpace(c.Attacker) == "" || len(c.NotPromised) == 0 {
		f.say("the certificate does not say against whom it holds, or what it does not promise")
	}
	return f.check("figures", fmt.Sprintf("%d rows, %d columns; held back: %s, which no file can show", v.report.Rows, len(v.report.Columns), clean(c.HeldBack)))
}

func (v *verifier) heldBackIsPlain() bool {
	if v.cert.HeldBack == "none" || v.cert.HeldBack == "fewer than k" {
		return true
	}
	m := aboutHeldBack.FindStringSubmatch(v.cert.HeldBack)
	if m == nil {
		return false
	}
	n, err := strconv.Atoi(m[1])
	return err == nil && n%v.K == 0
}

// outcome is how a test of the certificate ended here: P10 is four checks.
func (v *verifier) outcome(id string) Outcome {
	out, known := Passed, false
	for _, c := range v.report.Checks {
		if c.ID != id && !strings.HasPrefix(c.ID, id+".") {
			continue
		}
		known = true
		if c.Outcome != Passed && out != Failed {
			out = c.Outcome
		}
	}
	if !known {
		return NotChecked
	}
	return out
}

// checkTests wants each test once, and ending as it did here; those that only the freeze could make are left as they are.
func (v *verifier) checkTests() Check {
	var f findings
	seen := map[string]bool{}
	beyond := 0
	for _, t := range v.cert.Tests {
		if seen[t.ID] {
			f.say("the test " + clean(t.ID) + " stands twice")
		}
		seen[t.ID] = true
		here := v.outcome(t.ID)
		switch {
		case !t.Passed:
			f.say("the certificate itself says that " + clean(t.ID) + " failed")
		case t.From != "file" && t.From != "freeze":
			f.say("the test " + clean(t.ID) + " does not say what it was made on")
		case here == Failed:
			f.say("the certificate says that " + clean(t.ID) + " passed, and it failed")
		case here == NotChecked && t.From == "file":
			f.say("the certificate says that " + clean(t.ID) + " was seen in the file, and it cannot be")
		case here == NotChecked:
			beyond++
		}
		if t.ID == "P2" && v.table != nil && !tells(t.Found, v.verdict.smallest) {
			f.say(fmt.Sprintf("the certificate's finding for P2 is not the smallest group, %d", v.verdict.smallest))
		}
	}
	for _, id := range []string{"P2", "P2h", "P3", "P4", "P5", "P6", "P7", "P10"} {
		if !seen[id] {
			f.say("the certificate says nothing of " + id)
		}
	}
	return f.check("tests", fmt.Sprintf("%d tests, %d of them made when the cohorts were frozen", len(v.cert.Tests), beyond))
}

// tells reports that a number stands in a text, between other characters than digits.
func tells(text string, n int) bool {
	return slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }), strconv.Itoa(n))
}
