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

const fsckAbout = `guichet fsck compares the database with the store of files, both ways.

It opens every document with its key and compares it with the SHA-256 that was sealed when it came in; then it looks for a row
to every file of the store. It may run beside the service, and reads everything: give it a quiet hour.

  guichet fsck
  guichet fsck --repair
  GUICHET_BLOBS='s3://files?region=eu-west-3' guichet fsck

What it finds, one a line, dossiers by their reference and never by a name:

  missing   the file is not in the store: bring it back from the backup, or ask the person for it again
  damaged   the file does not open, or is not the one that was sealed: the same
  locked    the key is gone: is GUICHET_KEYRING the keyring that belongs to this database?
  orphan    no row speaks of the file, and it is older than a day: --repair deletes it
  half      what a crash left half written, older than a day: --repair deletes it

A file without a row that is younger than a day may be on its way: it is counted, and left alone. Nothing is deleted either by
a database that finds none of its documents in the store, has lost a key, or holds no document as young as the file: it may be
another service's, or one brought back from a backup.

Exit status: 0 nothing is wrong or all was repaired, 1 something is wrong, 2 nothing could be compared.`

func runFsck(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("fsck", fsckAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	repair := f.Bool("repair", false, "delete files that no row speaks of, once they are older than a day")
	if err := parse(f, args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		say(stderr, err, false)
		return exitUnverified
	}
	checked, err := fsck(ctx, *file, *repair, stdout, stderr)
	if err != nil {
		say(stderr, err, false)
		return exitUnverified
	}
	_, err = fmt.Fprintf(stdout, "%d documents and %d files were compared; %d on their way; %d wrong\n", checked.Documents, checked.Blobs, checked.Young, checked.Wrong)
	if err == nil && checked.Wrong > 0 {
		return exitFailed
	}
	return err
}

func fsck(ctx context.Context, file string, repair bool, stdout, stderr io.Writer) (out dossier.Checked, err error) {
	c, err := loadConfig(file, os.Getenv)
	if err != nil {
		return out, err
	}
	r, err := open(ctx, c, forCommand, stderr)
	if err != nil {
		return out, err
	}
	how := dossier.Fsck{Repair: repair, Tell: func(int, int) {}, Found: func(d dossier.Damage) { _, _ = fmt.Fprintln(stdout, damage(d)) }}
	if onTerminal(stderr) {
		how.Tell = newProgress(stderr).of("documents")
	}
	out, err = r.Office.Fsck(ctx, how)
	return out, errors.Join(err, r.close())
}

// damage is one line.
func damage(d dossier.Damage) string {
	line := fmt.Sprintf("%-8s", d.Kind)
	switch {
	case d.Files > 0:
		line += fmt.Sprintf("  %d files", d.Files)
	case d.Dossier != "":
		line += "  dossier " + d.Dossier + "  document " + d.Document + "  file " + d.Blob
	default:
		line += "  file " + d.Blob
	}
	if d.Repaired {
		line += "  deleted"
	}
	return line
}
