package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/internal/demo"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
)

const demoDataAbout = `guichet demo-data makes up a state: who lives there, what they applied for, and every file that analysts had of it.

  guichet demo-data --out state

writes, in a few seconds and always the same for the same options:

  state/register.csv           everybody who lives there, with the raw value of every column of the release schema: whose
                               household they are of and, if they applied, when it was decided and through whom.
                               This is what the strongest attacker knows.
  state/dossiers.csv           one line for each dossier, nobody named, to try schemas on (guichet anonymise)
  state/releases/2026-10.xlsx  what an analyst had at the end of each month: made month by month by the method of the
                               service itself, dossiers being judged once and erased three months after their closing.
                               A month in which nothing had been released yet has no file.

Nobody in it exists. Lines are separated by semicolons. In register.csv the columns person, household, filer and closed come
first; filer and closed are empty for who never applied; who applied twice has two lines. Then come the columns of the
schema, each under its id (under its field's where the id is taken).

Then attack it: hold the whole register against all files, and try to find anybody again. What it tries, and how it must be
read, stands in guichet attack --help:

  guichet attack --population state/register.csv state/releases/*.xlsx

Smaller and other states:

  guichet demo-data --out town --people 12000 --per-year 1500
  guichet demo-data --out other --seed 2 --until 2026-06 --lang en`

// demoData is what guichet demo-data was asked for.
type demoData struct {
	out, procedure, until, lang string
	wish                        demo.Wish
}

func runDemoData(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var o demoData
	f := newFlags("demo-data", demoDataAbout, stderr)
	f.StringVar(&o.out, "out", "", "new `folder` to write into")
	f.StringVar(&o.procedure, "procedure", "", "procedure that people apply for; when it is not named, the first that has a release schema")
	f.StringVar(&o.until, "until", "", "last month, as `YYYY-MM`; when it is not given, the last one that is over")
	f.StringVar(&o.lang, "lang", "fr", "language of the files' words: fr or en")
	o.wish = demo.Usual(release.LastMonth(time.Now()))
	f.Uint64Var(&o.wish.Seed, "seed", o.wish.Seed, "another one makes up other people")
	f.IntVar(&o.wish.People, "people", o.wish.People, "how many live there")
	f.IntVar(&o.wish.Months, "months", o.wish.Months, "how many months to make up")
	f.IntVar(&o.wish.PerYear, "per-year", o.wish.PerYear, "dossiers that are closed in a year")
	if err := parse(f, args); err != nil {
		return err
	}
	if o.out == "" {
		return errors.New("--out is missing: name a new folder to write into; " + more("demo-data"))
	}
	if err := o.check(); err != nil {
		return err
	}
	p, err := releasedHere(o.procedure, stderr)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // half the time otherwise; nothing else runs here
	return o.make(ctx, p, stdout, newProgress(stderr))
}

// check refuses what cannot be made before anything is.
func (o *demoData) check() error {
	if o.until != "" {
		month, err := time.Parse("2006-01", o.until)
		if err != nil {
			return fmt.Errorf("--until %s: write a month as YYYY-MM, such as 2026-10", o.until)
		}
		o.wish.Until = month
	}
	for _, x := range []struct {
		name      string
		n, lo, hi int
	}{{"people", o.wish.People, 1, 1_000_000}, {"months", o.wish.Months, 1, 240}, {"per-year", o.wish.PerYear, 1, 1_000_000}} {
		if x.n < x.lo || x.n > x.hi {
			return fmt.Errorf("--%s %d: write a number from %d to %d", x.name, x.n, x.lo, x.hi)
		}
	}
	if o.lang != "fr" && o.lang != "en" {
		return fmt.Errorf("--lang %s: write fr or en", o.lang)
	}
	if there, err := os.ReadDir(o.out); err == nil && len(there) > 0 {
		return fmt.Errorf("the folder %s is not empty, and files of two states would mix: name a new one", o.out)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (o *demoData) make(ctx context.Context, p *procedure.Procedure, stdout io.Writer, far *progress) error {
	o.wish.Tell = far.of("dossiers")
	past, err := demo.MakePast(p, o.wish)
	if err != nil {
		return err
	}
	replay, err := past.Replay()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(o.out, "releases"), 0o755); err != nil {
		return err
	}
	if err := o.write("register.csv", past.WriteRegister); err != nil {
		return err
	}
	if err := o.write("dossiers.csv", past.WriteDossiers); err != nil {
		return err
	}
	if err := o.releases(ctx, replay, far.of("months")); err != nil {
		return err
	}
	rows := replay.Rows(len(replay.Months) - 1)
	if _, err := fmt.Fprintf(stdout, "%s: %d people, %d dossiers, %d of them released\n", o.out, o.wish.People, len(past.Dossiers), rows); err != nil || rows > 0 {
		return err
	}
	_, err = fmt.Fprintln(stdout, "No file: dossiers are erased before enough of them wait to be judged. Ask for more --per-year to see files.")
	return err
}

// releases writes the file of each month, two at once.
func (o *demoData) releases(ctx context.Context, r *release.Replay, tell func(done, total int)) error {
	words, err := texts()
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(2)
	for i, month := range r.Months {
		if ctx.Err() != nil || r.Rows(i) == 0 {
			continue
		}
		g.Go(func() error {
			tell(i+1, len(r.Months))
			return o.write(filepath.Join("releases", month.Format("2006-01")+".xlsx"), func(w io.Writer) error {
				return r.Write(w, i, words, text.Lang(o.lang))
			})
		})
	}
	return errors.Join(g.Wait(), ctx.Err())
}

// write makes one file.
func (o *demoData) write(name string, content func(io.Writer) error) (err error) {
	f, err := os.Create(filepath.Join(o.out, name))
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<16)
	return errors.Join(content(w), w.Flush(), f.Close())
}
