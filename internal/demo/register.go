package demo

import (
	"encoding/csv"
	"io"
	"runtime"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/internal/release"
	"guichet/internal/text"
)

// WriteRegister writes what the strongest attacker knows: everybody who lives here, with the raw value of every column of the
// release schema, and who applied, when it was decided and through whom. Who applied twice has two lines; who never did has
// none of what only a dossier brings, and is as old as on the last day of the past. A column stands under its id, and under
// its field's where the id is one of the headings before it.
func (p *Past) WriteRegister(w io.Writer) error {
	dossiers := make([][]*Closed, len(p.residents))
	for i := range p.Dossiers {
		d := &p.Dossiers[i]
		dossiers[d.Person-1] = append(dossiers[d.Person-1], d)
	}
	lines := make([][][]string, len(p.residents))
	p.spread(len(lines), func(i int) {
		who := p.residents[i]
		id, home := strconv.Itoa(who.number), strconv.Itoa(who.home)
		for _, d := range dossiers[i] {
			lines[i] = append(lines[i], append([]string{id, home, d.Filer, date(d.Closed)}, d.Values(p.Procedure)...))
		}
		if len(lines[i]) == 0 {
			lines[i] = [][]string{append([]string{id, home, "", ""}, p.never(who)...)}
		}
	})
	return p.write(w, []string{"person", "household", "filer", "closed"}, lines)
}

// never is what is known of somebody who never applied.
func (p *Past) never(who *resident) []string {
	day := p.end.Add(-12 * time.Hour)
	return release.Past{Closed: day, Answers: p.fill(who, "", day, nil)}.Values(p.Procedure)
}

// WriteDossiers writes one line for each dossier, without whose it is, for an analyst's own trials.
func (p *Past) WriteDossiers(w io.Writer) error {
	lines := make([][][]string, len(p.Dossiers))
	p.spread(len(lines), func(i int) {
		d := p.Dossiers[i]
		month := p.Months[d.month].Format("2006-01")
		lines[i] = [][]string{append([]string{strconv.Itoa(i + 1), date(d.Filed), month}, d.Values(p.Procedure)...)}
	})
	return p.write(w, []string{"dossier", "filed", "month"}, lines)
}

// write writes lines under the given headings and those of the schema's columns.
func (p *Past) write(w io.Writer, headings []string, lines [][][]string) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	keys := len(headings)
	for _, c := range p.Procedure.Release.Columns {
		if slices.Contains(headings[:keys], c.ID) {
			headings = append(headings, c.Field)
			continue
		}
		headings = append(headings, c.ID)
	}
	if err := out.Write(headings); err != nil {
		return err
	}
	for _, l := range lines {
		if err := out.WriteAll(l); err != nil {
			return err
		}
	}
	return nil
}

// spread does n things on every core.
func (p *Past) spread(n int, do func(i int)) {
	var g errgroup.Group
	cores := runtime.GOMAXPROCS(0)
	for core := range cores {
		g.Go(func() error {
			for i := core; i < n; i += cores {
				do(i)
			}
			return nil
		})
	}
	_ = g.Wait() // none of them fails
}

// Replay judges the past month by month, as the service would have.
func (p *Past) Replay() (*release.Replay, error) {
	return release.MakeReplay(p.Procedure, p.Made(), p.Months)
}

// Made lists the dossiers alone.
func (p *Past) Made() []release.Past {
	list := make([]release.Past, len(p.Dossiers))
	for i, d := range p.Dossiers {
		list[i] = d.Past
	}
	return list
}

func date(t time.Time) string { return t.In(text.Zone).Format(time.DateOnly) }
