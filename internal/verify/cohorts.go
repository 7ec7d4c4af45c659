package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
)

// span is the rows of one cohort, counted from 0.
type span struct {
	certCohort
	from, to int
}

// spans cuts the rows as the certificate says; false when they do not add up.
func (v *verifier) spans() ([]span, bool) {
	var out []span
	at := 0
	for _, c := range v.cert.Cohorts {
		if at+c.Rows > len(v.rows) {
			return nil, false
		}
		out = append(out, span{c, at, at + c.Rows})
		at += c.Rows
	}
	return out, at == len(v.rows)
}

// checkCohorts holds each cohort to its digest, its order and its smallest cell.
func (v *verifier) checkCohorts(spans []span) Check {
	var f findings
	lines := v.lines()
	for _, s := range spans {
		row := 0
		if s.Rows > 0 {
			row = v.number[s.from]
		}
		wrong := func(row int, format string, args ...any) {
			f.add(Finding{What: "cohort " + s.Month + ": " + fmt.Sprintf(format, args...), Sheet: v.sheet, Row: row})
		}
		if v.digest(lines, s) != s.SHA256 {
			wrong(row, "the rows are not those that were frozen")
		}
		if at := v.unsorted(s); at > 0 {
			wrong(at, "the rows are not sorted, so their order could tell something")
		}
		if n := v.judgeCells(v.counts(s.from, s.to), s.from, s.to).smallest; n != s.Smallest.Rows {
			wrong(row, "the smallest cell counts %d rows, the certificate says %d", n, s.Smallest.Rows)
		}
	}
	return f.check("cohorts", fmt.Sprintf("%d cohorts", len(spans)))
}

// lines writes each different row as it is digested: cells joined by U+001F, ended by a line break.
func (t *table) lines() [][]byte {
	out := make([][]byte, len(t.cells))
	for id, k := range t.cells {
		for i, values := range t.values {
			if i > 0 {
				out[id] = append(out[id], 0x1f)
			}
			if code := t.code(k, i); code < len(values) {
				out[id] = append(out[id], values[code]...)
			}
		}
		out[id] = append(out[id], '\n')
	}
	return out
}

func (t *table) digest(lines [][]byte, s span) string {
	sum := sha256.New()
	for _, id := range t.rows[s.from:s.to] {
		write(sum, lines[id])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func write(h hash.Hash, b []byte) { _, _ = h.Write(b) } // a hash never fails

// unsorted gives the first row of the sheet that stands before a smaller one; cells are numbered in their order.
func (t *table) unsorted(s span) int {
	for i := s.from + 1; i < s.to; i++ {
		if t.rows[i] < t.rows[i-1] {
			return t.number[i]
		}
	}
	return 0
}

// checkP7 judges each cohort over every set of columns, and every run of cohorts by its cells: the difference of two states
// of the file is such a run, and a state is one that begins with the first cohort.
func (v *verifier) checkP7(spans []span) Check {
	var f findings
	runs, smallest := len(spans), 0
	for i, s := range spans {
		alone := v.everySet(s.from, s.to)
		v.tellRun(&f, alone, spans[i:i+1])
		smallest = least(smallest, alone.smallest)
	}
	if f.none() { // a cohort that fails makes differences that do
		runs += v.judgeDifferences(spans, &f)
	}
	return f.check("P7", fmt.Sprintf("%d cohorts and differences, the smallest cell in any counts %d", runs, smallest))
}

// judgeDifferences judges every run of two cohorts or more. Cells only grow with the run, so the smallest stands in a cohort.
func (v *verifier) judgeDifferences(spans []span, f *findings) (runs int) {
	for i, s := range spans {
		n := v.counts(s.from, s.to)
		for j := i + 1; j < len(spans); j++ {
			v.count(n, spans[j])
			v.tellRun(f, v.judgeCells(n, s.from, spans[j].to), spans[i:j+1])
			runs++
		}
	}
	return runs
}

// count adds a cohort's rows to counts by cell.
func (t *table) count(n []int, s span) {
	for _, id := range t.rows[s.from:s.to] {
		n[id]++
	}
}

// least is the smaller of two counts of which 0 means none.
func least(a, b int) int {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

func (v *verifier) tellRun(f *findings, x verdict, run []span) {
	name := "cohort " + run[0].Month
	if len(run) > 1 {
		name = fmt.Sprintf("the file of %s less that before %s", run[len(run)-1].Month, run[0].Month)
	}
	for _, g := range x.small {
		t := v.tell(g, false)
		t.What = name + ": " + t.What
		f.add(t)
	}
	for _, g := range x.uniform {
		t := v.tell(g, true)
		t.What = name + ": " + t.What
		f.add(t)
	}
}
