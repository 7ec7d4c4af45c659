package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/anonymise"
	"guichet/internal/demo"
	"guichet/internal/release"
	"guichet/internal/text"
)

const releaseAbout = `guichet release freezes the months that are over and writes the anonymised workbook.

The server freezes by itself, every day; this does it now, and writes what analysts may have. What the file promises, and to
whom, stands on its proof sheet. Nothing is written while no month was frozen.

  guichet release --procedure NAME --out release.xlsx
  guichet release --procedure NAME --lang en --out release.xlsx

The levels of a release schema are never chosen on live dossiers. --levels N searches those that cost least on N made-up
dossiers, N being what the service closes in the time analysts accept to wait; write what it prints into the schema:

  guichet release --levels 600`

func runRelease(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("release", releaseAbout, stderr)
	file := f.String("config", "", "file of NAME=value lines")
	id := f.String("procedure", "", "procedure to release; when it is not named, the first that has a release schema")
	lang := f.String("lang", "fr", "language of the workbook: fr or en")
	out := f.String("out", "", "workbook to write")
	levels := f.Int("levels", 0, "search the levels of the schema on this many made-up dossiers, and stop")
	if err := parse(f, args); err != nil {
		return err
	}
	if *levels > 0 {
		return searchLevels(ctx, *id, *levels, stdout, stderr)
	}
	if *out == "" || *lang != "fr" && *lang != "en" {
		f.Usage()
		return errUsage
	}
	c, err := loadConfig(*file, os.Getenv)
	if err != nil {
		return err
	}
	r, err := open(ctx, c, false, false, stderr)
	if err != nil {
		return err
	}
	err = r.writeRelease(ctx, *id, text.Lang(*lang), *out, stdout)
	return errors.Join(err, r.close())
}

func (r *running) writeRelease(ctx context.Context, id string, lang text.Lang, out string, stdout io.Writer) error {
	var known []string
	for _, p := range r.Catalogue.All() {
		if p.Release != nil {
			known = append(known, p.ID)
		}
	}
	if id == "" && len(known) > 0 {
		id = known[0]
	}
	if !slices.Contains(known, id) {
		return fmt.Errorf("no procedure %q is released; those that are: %s", id, strings.Join(known, ", "))
	}
	if err := r.Releases.FreezeAll(ctx); err != nil {
		return err
	}
	book, err := r.Releases.Workbook(ctx, access.Actor{Kind: access.System}, id, lang)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, book, 0o600); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s: %d bytes\n", out, len(book))
	return err
}

// searchLevels prints the levels of least loss; nothing is opened but the definitions.
func searchLevels(ctx context.Context, id string, n int, stdout, stderr io.Writer) error {
	catalogue, err := definitions(Config{Definitions: os.Getenv("GUICHET_DEFINITIONS")}, stderr)
	if err != nil {
		return err
	}
	for _, p := range catalogue.All() {
		if p.Release == nil || id != "" && id != p.ID {
			continue
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
	return errors.New("no procedure has a release schema")
}
