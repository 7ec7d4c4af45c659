package attack

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// mostSilent is how many silent batches are printed; --json has them all.
const mostSilent = 10

// Print writes the report for a reader: a table of the attacks, then what was found, then what silence tells.
func (r *Report) Print(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d releases against %d residents, of whom %d applied; the last has %d rows", r.Releases, r.Residents, r.Applicants, r.Rows)
	if r.Batches > 0 {
		fmt.Fprintf(&b, ", and the register tells of which %d batches they are", r.Batches)
	}
	b.WriteString("\n\n")
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	fmt.Fprintln(table, "\tattack\tpersons found\tof applicants\trows\tworst example")
	for _, l := range r.Summary {
		fmt.Fprintf(table, "%s\t%s\t%d\t%.1f %%\t%d\t%s\n", l.Protection, l.Attack, l.Persons, 100*l.Share, l.Rows, worst(l.Worst))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	b.WriteString("\n")
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s %s: %s (%d)\n", f.Protection, f.Attack, f, f.Count)
	}
	if !r.Found() {
		b.WriteString("Nobody is found.\n")
	}
	r.printUnpromised(&b)
	r.printSilent(&b)
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "Note: %s.\n", n)
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func (r *Report) printUnpromised(b *strings.Builder) {
	u := r.Unpromised
	if u.Insider > 0 {
		fmt.Fprintf(b, "\nNot promised: who is of a batch himself may take one secret of the others for %.0f %% sure.\n", 100*u.Insider)
	}
	if u.Relatives > 0 {
		fmt.Fprintf(b, "Not promised: %d persons share a household or a filer within a batch that has a cell of exactly k rows; if one is of that cell, he\n"+
			"knows that the other is not.\n", u.Relatives)
	}
	if u.Repeaters > 0 {
		fmt.Fprintf(b, "Not promised: %d persons are of several batches; if the secret of one stayed the same, one of its values is at most %.0f %% sure.\n",
			u.Repeaters, 100*u.RepeaterShare)
	}
}

func worst(example string) string {
	if example == "" {
		return "nobody"
	}
	return example
}

func (r *Report) printSilent(b *strings.Builder) {
	if len(r.Silent) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%d batches were judged and nothing of them appears. That is not promised to tell nothing; taking the released shares as\n"+
		"what was to be expected, it tells of one person of the batch:\n", len(r.Silent))
	for i, s := range r.Silent {
		if i == mostSilent {
			fmt.Fprintf(b, "  and %d more, see --json\n", len(r.Silent)-i)
			return
		}
		fmt.Fprintf(b, "  %s, %s, %d dossiers (happens to %.2g of such batches):", s.Release, s.Block, s.Batch, s.Chance)
		for _, v := range s.Values {
			fmt.Fprintf(b, " %s %.2f → %.2f", v.Value, v.Prior, v.Posterior)
		}
		b.WriteString("\n")
	}
}
