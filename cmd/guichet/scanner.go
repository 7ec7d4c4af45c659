package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"guichet/internal/dossier"
)

const scannerGoneAbout = `guichet scanner-gone says that there is no virus scanner any more: every file that waits for one is served unscanned, and so is
what comes in from now on.

Once a server has run with GUICHET_CLAMD, files wait for that scanner on every server, whatever each is configured with: one that
was started without it by mistake must not serve what nobody has looked at. Take GUICHET_CLAMD away from all servers, then

  guichet scanner-gone --config /etc/guichet/guichet.env

A server that still has a scanner takes the word back within minutes.`

func runScannerGone(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	f := newFlags("scanner-gone", scannerGoneAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	if err := parse(f, args); errors.Is(err, flag.ErrHelp) || err != nil {
		return err
	}
	c, err := loadConfig(*file, os.Getenv)
	if err != nil {
		return err
	}
	if c.Clamd != "" {
		return errors.New("GUICHET_CLAMD names a scanner: take it away from the configuration of all servers first")
	}
	r := &running{}
	defer func() { err = errors.Join(err, r.close()) }()
	st, _, err := r.reach(ctx, c, true)
	if err != nil {
		return err
	}
	n, err := (&dossier.Office{Store: st}).GiveUpScanning(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%d documents wait no longer for a scanner\n", n)
	return err
}
