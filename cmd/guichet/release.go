package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/release"
	"guichet/internal/text"
)

const releaseAbout = `guichet release writes the newest release that was approved, with its certificate beside it.

  guichet release --out release.xlsx
  guichet release --procedure NAME --lang en --out release.xlsx

No file is made here: an analyst asks for one at the desk, a second one approves, and the server makes it. This command
writes what they let out, and notes it in the release's journal. The certificate stands beside the workbook, as
release.certificate.json; guichet verify-release release.xlsx checks both.

The server freezes the months that are over, and counts their tables, by itself every day; --freeze does it now.
--public-key prints the key that certificates are signed with, for those who check them:
guichet verify-release FILE --key BASE64.

  guichet release --freeze
  guichet release --public-key

The levels of a release schema are never chosen on live dossiers. --levels N searches those that cost least on N made-up
dossiers, N being what the service closes in the time analysts accept to wait; write what it prints into the schema:

  guichet release --levels 600

--design tries every choice of levels on 36 months of made-up dossiers, judged as the house does, and prints those that no
other beats: loss against what is released, and how late. Analysts find the same at the desk, and register a version there:

  guichet release --design

Neither of the two needs a server, a database or a dossier.`

// releaseFlags are what guichet release was asked.
type releaseFlags struct {
	config, procedure, lang, out string
	freeze, publicKey, design    bool
	levels                       int
}

func runRelease(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f, x := newFlags("release", releaseAbout, stderr), releaseFlags{}
	f.StringVar(&x.config, "config", "", "file of NAME=value lines")
	f.StringVar(&x.procedure, "procedure", "", "procedure to release; when it is not named, the first that has a release schema")
	f.StringVar(&x.lang, "lang", "fr", "language of the workbook: fr or en")
	f.StringVar(&x.out, "out", "", "workbook to write; its certificate goes beside it")
	f.BoolVar(&x.freeze, "freeze", false, "freeze the months that are over and count their declared tables, and stop")
	f.BoolVar(&x.publicKey, "public-key", false, "print the key that certificates are signed with, in base64, and stop")
	f.IntVar(&x.levels, "levels", 0, "search the levels of the schema on this many made-up dossiers, and stop")
	f.BoolVar(&x.design, "design", false, "print the trade-off of all levels on 36 months of made-up dossiers, and stop")
	if err := parse(f, args); err != nil {
		return err
	}
	if x.design {
		return designLevels(ctx, x.procedure, stdout, stderr)
	}
	if x.levels > 0 {
		return searchLevels(ctx, x.procedure, x.levels, stdout, stderr)
	}
	if x.lang != "fr" && x.lang != "en" {
		return fmt.Errorf("--lang %s: write fr or en", x.lang)
	}
	if x.out == "" && !x.freeze && !x.publicKey {
		return errors.New("--out is missing: name the workbook to write; " + more("release"))
	}
	c, err := loadConfig(x.config, os.Getenv)
	if err != nil {
		return err
	}
	r, err := open(ctx, c, forCommand, stderr)
	if err != nil {
		return err
	}
	return errors.Join(r.release(ctx, x, stdout), r.close())
}

func (r *running) release(ctx context.Context, x releaseFlags, stdout io.Writer) error {
	switch {
	case x.publicKey:
		signer, err := r.Keys.Signer()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(stdout, base64.StdEncoding.EncodeToString(signer.Public()))
		return err
	case x.freeze:
		return r.Releases.EndMonths(ctx)
	}
	p, err := released(r.Catalogue, x.procedure)
	if err != nil {
		return err
	}
	return r.writeRelease(ctx, p.ID, text.Lang(x.lang), x.out, stdout)
}

func (r *running) writeRelease(ctx context.Context, id string, lang text.Lang, out string, stdout io.Writer) error {
	prompt := access.Actor{Kind: access.System}
	file, err := r.Releases.Latest(ctx, prompt, id, lang)
	if fault.Key(err) == "release.not_ready" {
		return fmt.Errorf("no release of %s in %s is ready: an analyst asks for one at the desk, a second one approves", id, lang)
	}
	if err != nil {
		return err
	}
	_, book, err := r.Releases.Book(ctx, prompt, file, "")
	if err != nil {
		return err
	}
	_, certificate, err := r.Releases.Certificate(ctx, prompt, file)
	if err != nil {
		return err
	}
	if err := writeFile(out, book); err != nil {
		return err
	}
	beside := release.CertificateName(out)
	if err := writeFile(beside, certificate); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s: %d bytes\n%s: %d bytes\n", out, len(book), beside, len(certificate))
	return err
}
