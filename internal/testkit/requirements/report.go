package main

import (
	"fmt"
	"io"
)

// tally is what is known of one procedure's rows.
type tally struct {
	id                 string
	proven, rows       int
	duties, dutyProven int // rows of deployment duty, which preflight or the operator's page answers
	left               []row
}

func count(rows []row, proofs map[string][]string) []*tally {
	var out []*tally
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].id != r.procedure() {
			out = append(out, &tally{id: r.procedure()})
		}
		t := out[len(out)-1]
		proven := len(proofs[r.id]) > 0
		switch {
		case r.chapter == deployment && proven:
			t.duties, t.dutyProven = t.duties+1, t.dutyProven+1
		case r.chapter == deployment:
			t.duties++
		case proven:
			t.rows, t.proven = t.rows+1, t.proven+1
		default:
			t.rows++
			t.left = append(t.left, r)
		}
	}
	return out
}

// report writes what is left first, so that the figures close the output.
func report(out io.Writer, rows []row, proofs map[string][]string) {
	all := count(rows, proofs)
	for _, t := range all {
		if t.proven == 0 {
			continue // a procedure that is not served yet
		}
		fmt.Fprintf(out, "%s: left\n", t.id)
		for _, r := range t.left {
			fmt.Fprintf(out, "  %s %s %s\n", r.id, r.kind, r.text)
		}
	}
	for _, t := range all {
		fmt.Fprintf(out, "%s: %d of %d rows proven; deployment duties: %d, of which %d proven\n", t.id, t.proven, t.rows, t.duties, t.dutyProven)
	}
	for _, t := range all {
		if t.id == mainPrefix {
			fmt.Fprintf(out, "figure rows_%s %d rows target %d %s\n", t.id, t.proven+t.dutyProven, target, verdict(t.proven+t.dutyProven))
		}
	}
}

func verdict(n int) string {
	if n >= target {
		return "ok"
	}
	return "short"
}
