package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"guichet/internal/retention"
	"guichet/internal/text"
)

const purgeAbout = `guichet purge erases what the retention rules no longer let stand, as the service does by itself every hour.

  guichet purge --dry-run
  guichet purge --dry-run --at 2027-03-01
  guichet purge

--dry-run erases nothing. It lists what would have gone at the end of a day, dossier by dossier, and why: the rule, what its
clock showed, how long it keeps, the first day on which nothing may be left, and the words it rests on.

Nothing that is at work is ever erased, and nothing before its last day in Monaco is over. Files go before the rows that speak of
them, so that the command can be stopped at any moment and begun again. One run erases 2000 dossiers at most (--most); what is
left goes with the next.

Each erasure leaves a certificate: rule, number of the dossier, category, count, instant, and nobody's name. They cannot be
changed. Keep them elsewhere than the database and its backups, every day: after a restore they say what must go again.

  guichet purge --certificates > certificates.jsonl
  guichet purge --certificates --since 2026-11-01

See also guichet replay-purges --help.`

func runPurge(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("purge", purgeAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	dry := f.Bool("dry-run", false, "list what would go, and erase nothing")
	at := f.String("at", "", "with --dry-run: to the end of this `date`, such as 2027-03-01; today when it is not given")
	most := f.Int("most", 0, "dossiers that this run erases at most; GUICHET_PURGE_MOST, or 2000, when it is not given")
	certificates := f.Bool("certificates", false, "write the certificates of what was erased, one JSON object a line, and erase nothing")
	since := f.String("since", "", "with --certificates: those written from this `date` on")
	if err := parse(f, args); err != nil {
		return err
	}
	switch {
	case *at != "" && !*dry:
		return errors.New("--at goes with --dry-run: nothing is erased ahead of its day")
	case *since != "" && !*certificates:
		return errors.New("--since goes with --certificates")
	case *dry && *certificates:
		return errors.New("--dry-run and --certificates: give one of them")
	case *most < 0:
		return errors.New("--most: write a number from 1 on")
	}
	from, err := dateOr(*since, time.Time{})
	if err != nil {
		return err
	}
	until, err := dateOr(*at, time.Now())
	if err != nil {
		return err
	}
	return withHouse(ctx, *file, stderr, func(r *running) error {
		switch {
		case *dry:
			return foresee(ctx, r.Keeper, until, stdout)
		case *certificates:
			out := json.NewEncoder(stdout)
			return r.Keeper.Certificates(ctx, from, func(c retention.Certificate) error { return out.Encode(c) })
		}
		if *most > 0 {
			r.Keeper.Most = *most
		}
		return purge(ctx, r.Keeper, stdout)
	})
}

// withHouse opens the house for one act at the prompt.
func withHouse(ctx context.Context, file string, stderr io.Writer, act func(r *running) error) error {
	c, err := loadConfig(file, os.Getenv)
	if err != nil {
		return err
	}
	r, err := open(ctx, c, forCommand, stderr)
	if err != nil {
		return err
	}
	return errors.Join(act(r), r.close())
}

// dateOr reads a date as its beginning in Monaco.
func dateOr(s string, otherwise time.Time) (time.Time, error) {
	if s == "" {
		return otherwise, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, s, text.Zone)
	if err != nil {
		return day, fmt.Errorf("%q is no date: write for example 2027-03-01", s)
	}
	return day, nil
}

func foresee(ctx context.Context, k *retention.Keeper, at time.Time, stdout io.Writer) error {
	found, err := k.Foresee(ctx, at)
	if err != nil {
		return err
	}
	held, err := k.HeldBack(ctx, at)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(stdout)
	for _, x := range found {
		_, _ = fmt.Fprintf(w, "%s  %s/%s  dossier %d %s  from %s + %s", x.Day.Format(time.DateOnly), x.Procedure, x.Rule, x.Dossier, x.Reference,
			x.Since.In(text.Zone).Format(time.DateOnly), x.Keep)
		if x.Rests != "" {
			_, _ = fmt.Fprintf(w, "  « %s »", x.Rests)
		}
		_, _ = fmt.Fprintln(w)
	}
	for _, h := range held {
		_, _ = fmt.Fprintf(w, "held: %d of %s/%s since %s: %s\n", h.Count, h.Procedure, h.Rule, h.Since.Format(time.DateOnly), whyHeld[h.Why])
	}
	_, _ = fmt.Fprintf(w, "%d would have gone on %s; nothing was erased\n", len(found), at.In(text.Zone).Format(time.DateOnly))
	return w.Flush()
}

var whyHeld = map[string]string{
	retention.AtWork: "still at work, and nothing goes before it is closed",
	retention.Late:   "due, and more than one run erases, or the run has failed on it",
	retention.Broken: "the chain of the journal is broken: its lines are evidence",
}

func purge(ctx context.Context, k *retention.Keeper, stdout io.Writer) error {
	ran, err := k.Once(ctx)
	_, werr := fmt.Fprintf(stdout, "%d dossiers went, in whole or in part\n", ran.Erased)
	if ran.Left {
		_, werr = fmt.Fprintln(stdout, "more is due: run guichet purge again, or let the service do it within the hour")
	}
	return errors.Join(err, werr)
}

const replayAbout = `guichet replay-purges erases again, in a database brought back from a backup, what had been erased since that backup was made.

A backup holds people whose data had to go in the meantime. Restore it with the service stopped, then, before it serves again:

  guichet replay-purges --certificates certificates.jsonl
  guichet purge

The file is what guichet purge --certificates writes; keep it apart from the database. Several may be given one after the other,
and lines that are there twice do no harm. --since leaves out those from before the backup was made, which is quicker.

A number that the restored database has given to somebody new is left alone: only what began before its certificate goes. Never
restore an older keyring with it: keys that were destroyed stay so, and what they sealed opens nowhere.

Exit status: 0 all is erased, 1 something is not, and the same command can be given again.`

func runReplay(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("replay-purges", replayAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	path := f.String("certificates", "", "`file` of certificates, one JSON object a line; - reads the standard input")
	since := f.String("since", "", "leave out certificates written before this `date`")
	if err := parse(f, args); err != nil {
		return err
	}
	if *path == "" {
		return errors.New("--certificates is missing: name the file that guichet purge --certificates wrote; " + more("replay-purges"))
	}
	from, err := dateOr(*since, time.Time{})
	if err != nil {
		return err
	}
	lines, err := readCertificates(*path, from)
	if err != nil {
		return err
	}
	return withHouse(ctx, *file, stderr, func(r *running) error {
		done, err := r.Keeper.Replay(ctx, lines)
		_, werr := fmt.Fprintf(stdout, "%d certificates were read; %d dossiers were there again and are erased\n", done.Certificates, done.Erased)
		return errors.Join(err, werr)
	})
}

// readCertificates reads all of a file before anything is done: a line that is none stops it.
func readCertificates(path string, since time.Time) (out []retention.Certificate, err error) {
	in := io.Reader(os.Stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	lines := json.NewDecoder(in)
	lines.DisallowUnknownFields()
	for n := 1; ; n++ {
		var c retention.Certificate
		err := lines.Decode(&c)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil || c.Rule == "" || c.At.IsZero() || (c.Dossier == 0) == (c.Account == 0) {
			return nil, fmt.Errorf("certificate %d of %s cannot be read: is it the file that guichet purge --certificates wrote, whole?", n, path)
		}
		if !c.At.Before(since) {
			out = append(out, c)
		}
	}
}
