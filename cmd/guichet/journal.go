package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"guichet/internal/journal"
)

const journalAbout = `guichet journal checkpoint signs where every chain of the journal ends, and writes the signed checkpoint to a file.

The service makes one a day by itself. What a file like this, kept by other hands, is good for: guichet verify-journal finds out
with it whether the journal's end was cut, or the journal written anew, since the day of the file. It holds no personal data.

  guichet journal checkpoint --out /mnt/notary/2027-01-31.json`

func runJournal(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("journal", journalAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	out := f.String("out", "", "`file` to write the checkpoint to; without it, to standard output")
	if len(args) == 0 || args[0] != "checkpoint" {
		if err := parseFlags(f, args); err != nil {
			return err
		}
		return fmt.Errorf("say guichet journal checkpoint; %s", more("journal"))
	}
	if err := parse(f, args[1:]); err != nil {
		return err
	}
	return withJournal(ctx, *file, stderr, func(h *running) error {
		c, r, err := h.Journal.Sign(ctx)
		if err != nil {
			return err
		}
		for _, x := range r.Faults {
			_, _ = fmt.Fprintln(stderr, "broken, and not vouched for:", x)
		}
		if *out == "" {
			_, err = stdout.Write(c.Write())
			return err
		}
		if err := writeFile(*out, c.Write()); err != nil {
			return err
		}
		_, err = fmt.Fprintf(stdout, "checkpoint %d of %d chains and %d lines: %s\n", c.Number, c.Chains, c.Lines, *out)
		return err
	})
}

const verifyJournalAbout = `guichet verify-journal reads the whole journal and says whether it is as it was written.

Every line of every dossier, every reading by an agent, what each line holds, the signed checkpoints, and the register of breaches.
The first thing wrong
with each chain is named: dossier, line, what. Checkpoints that were kept elsewhere (guichet journal checkpoint) find out besides
whether the end was cut, or all of it written anew, since they were made. It ends with 0 when all is sound, else with 1.

  guichet verify-journal
  guichet verify-journal --checkpoint /mnt/notary/2027-01-31.json --checkpoint /mnt/notary/2027-02-28.json`

func runVerifyJournal(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("verify-journal", verifyJournalAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	var elsewhere []journal.Checkpoint
	f.Func("checkpoint", "`file` of a checkpoint that was kept elsewhere; may be given several times", func(path string) error {
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		c, err := journal.ReadCheckpoint(raw)
		elsewhere = append(elsewhere, c)
		return err
	})
	if err := parse(f, args); errors.Is(err, flag.ErrHelp) || err != nil {
		return err
	}
	return withJournal(ctx, *file, stderr, func(h *running) error {
		if _, err := journal.Link(ctx, h.Store); err != nil {
			return err
		}
		r, err := h.Journal.Verify(ctx, elsewhere...)
		if err != nil {
			return err
		}
		places := len(r.Faults)
		for _, x := range r.Faults {
			_, _ = fmt.Fprintln(stdout, "broken:", x)
		}
		_, broken, err := h.Breaches.Verify(ctx)
		if err != nil {
			return err
		}
		if broken != 0 {
			places++
			_, _ = fmt.Fprintf(stdout, "broken: the register of breaches, line %d: altered, or taken out\n", broken)
		}
		if places > 0 {
			return fmt.Errorf("the journal is broken in %d places", places)
		}
		_, _ = fmt.Fprintf(stdout, "sound: %d lines of %d dossiers, %d readings", r.Lines, r.Chains, r.Readings)
		if r.Last.Number > 0 {
			_, _ = fmt.Fprintf(stdout, "; checkpoint %d of %s", r.Last.Number, r.Last.At.Format("2006-01-02 15:04 MST"))
		}
		_, err = fmt.Fprintln(stdout)
		return err
	})
}

// withJournal opens what the journal needs: database, keyring, definitions; no door.
func withJournal(ctx context.Context, file string, stderr io.Writer, do func(*running) error) (err error) {
	c, err := loadConfig(file, os.Getenv)
	if err != nil {
		return err
	}
	r, err := open(ctx, c, forCommand, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	return do(r)
}
