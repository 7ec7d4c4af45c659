package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"guichet/internal/anonymise"
	"guichet/internal/demo"
	"guichet/internal/design"
	"guichet/internal/procedure"
	"guichet/internal/release"
)

// searchLevels prints the levels of least loss on n made-up dossiers; nothing is opened but the definitions.
func searchLevels(ctx context.Context, id string, n int, stdout, stderr io.Writer) error {
	p, err := releasedHere(id, stderr)
	if err != nil {
		return err
	}
	records := demo.Records(p, n, 1)
	if records == nil {
		return fmt.Errorf("there is no population to make dossiers of %s up from", p.ID)
	}
	found, err := release.Levels(ctx, p, records, time.Now(), anonymise.Fraction(1, 4))
	if err != nil {
		return err
	}
	for _, c := range p.Release.Columns {
		if level, ok := found.Levels[c.ID]; ok {
			_, _ = fmt.Fprintf(stdout, "%s: level %d of %d\n", c.ID, level, len(c.Levels))
		}
	}
	r := found.Result
	_, err = fmt.Fprintf(stdout, "found %t, proven %t, loss %s, %d blocks, smallest %d, %d of %d records wait\n",
		r.Found, r.Proven, r.Utility, r.Classes, r.Smallest, r.Suppressed, r.Records)
	return err
}

// designLevels prints the trade-off of a release schema on the made-up stream; nothing is opened but the definitions.
func designLevels(ctx context.Context, id string, stdout, stderr io.Writer) error {
	p, err := releasedHere(id, stderr)
	if err != nil {
		return err
	}
	past, err := demo.Reference(ctx, p)
	if err != nil {
		return fmt.Errorf("there is no population to make dossiers of %s up from: %w", p.ID, err)
	}
	points, own, err := release.TradeOff(ctx, p, past, newProgress(stderr).of("choices of levels"))
	if err != nil {
		return err
	}
	return printTradeOff(stdout, p, points, own)
}

// printTradeOff prints one line for each choice that no other beats, and the schema's own first.
func printTradeOff(stdout io.Writer, p *procedure.Procedure, points []design.Figures, own design.Figures) error {
	var ids []string
	for _, c := range p.Release.Columns {
		ids = append(ids, c.ID)
	}
	_, _ = fmt.Fprintf(stdout, "%d made-up dossiers over %d months, judged month by month. Released: of all; held back: judged and not written;\n"+
		"never judged: erased before their block was full. Months are from closing to release, for half of those released and for\n"+
		"nine in ten. Levels stand in the order %s;\n- leaves the column out. Of each line no other has less loss, more released and less delay.\n\n",
		own.Records, len(own.Months), strings.Join(ids, " "))
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "levels\tloss\treleased\theld back\tnever judged\tmonths\tblocks\tcells\tsmallest\t\t")
	tradeLine(w, p, own, "in the schema")
	for _, f := range points {
		note := ""
		if f.Share() <= p.Release.Floor {
			note = "under the floor"
		}
		tradeLine(w, p, f, note)
	}
	return w.Flush()
}

func tradeLine(w io.Writer, p *procedure.Procedure, f design.Figures, note string) {
	levels := make([]string, len(f.Vector))
	for i, l := range f.Vector {
		if levels[i] = strconv.Itoa(l); l == len(p.Release.Columns[i].Levels) {
			levels[i] = "-"
		}
	}
	share := func(n int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(f.Records, 1))) }
	_, _ = fmt.Fprintf(w, "%s\t%.3f\t%s\t%s\t%s\t%d/%d\t%d\t%d\t%d\t%s\t\n", strings.Join(levels, " "), f.Loss, share(f.Released), share(f.HeldBack),
		share(f.Records-f.Released-f.HeldBack), f.Median, f.Ninetieth, f.Blocks, f.Cells, f.Smallest, note)
}
