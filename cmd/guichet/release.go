package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"guichet/internal/access"
	"guichet/internal/text"
)

const releaseAbout = `guichet release freezes the months that are over and writes the anonymised workbook.

The server freezes by itself, every day; this does it now, and writes what analysts may have. What the file promises, and to
whom, stands on its proof sheet. Nothing is written while no month was frozen.

  guichet release --procedure NAME --out release.xlsx
  guichet release --procedure NAME --lang en --out release.xlsx`

func runRelease(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("release", releaseAbout, stderr)
	file := f.String("config", "", "file of NAME=value lines")
	id := f.String("procedure", "", "procedure to release; needed when several are")
	lang := f.String("lang", "fr", "language of the workbook: fr or en")
	out := f.String("out", "", "workbook to write")
	if err := f.Parse(args); err != nil {
		return err
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
	for _, p := range r.Catalogue.All() {
		if id == "" && p.Release != nil {
			id = p.ID
		}
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
