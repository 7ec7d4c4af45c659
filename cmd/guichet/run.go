package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

type command struct {
	name, does string
	run        func(ctx context.Context, args []string, stdout, stderr io.Writer) error
}

func commands() []command {
	return []command{
		{"serve", "serve the procedures", runServe},
		{"demo", "serve with demo people and dossiers, everything included", runDemo},
		{"check", "check the definitions, and say how to mend them", runCheck},
		{"migrate", "bring the database's schema up to date", runMigrate},
		{"purge", "erase what no rule keeps any longer, or say what would go and why", runPurge},
		{"replay-purges", "erase again, after a restore, what had been erased since the backup", runReplay},
		{"preflight", "say what is not as it must be before the service takes people in", runPreflight},
		{"fsck", "compare the database with the store of files, both ways", runFsck},
		{"keys", "tell how the keyring stands; change its keys, copy it, bring it back", runKeys},
		{"bounce", "note what became of a mail that came back, for the mail server to call", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
			return runBounce(ctx, args, os.Stdin, stdout, stderr)
		}},
		{"mail-in", "take in a message that came by e-mail, for the mail server to call", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
			return runMailIn(ctx, args, os.Stdin, stdout, stderr)
		}},
		{"scanner-gone", "say that there is no virus scanner any more: what waits for it is served unscanned", runScannerGone},
		{"admin", "create the first administrator, invite agents and analysts", runAdmin},
		{"release", "write the approved anonymised workbook with its certificate", runRelease},
		{"verify-journal", "say whether the journal is as it was written, and where not", runVerifyJournal},
		{"journal", "sign where the journal's chains end, for a file kept elsewhere", runJournal},
		{"verify-release", "recompute what a release's certificate claims, from the file alone", runVerify},
		{"attack", "try to find people again in releases, and say who would be found", runAttack},
		{"anonymise", "make any CSV file anonymous, with the least loss", runAnonymise},
		{"demo-data", "make up a population, its dossiers and their monthly files, to attack", runDemoData},
		{"version", "print the version", runVersion},
	}
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) == 2 && args[0] == "help" {
		args = []string{args[1], "--help"}
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage(stdout)
		return nil
	}
	if args[0] == "child" { // hidden: the program calls itself to look at hostile files
		return runChild(args[1:], stdin, stdout, stderr)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			err := c.run(ctx, args[1:], stdout, stderr)
			if errors.Is(err, flag.ErrHelp) {
				return nil
			}
			return err
		}
	}
	usage(stderr)
	return fmt.Errorf("there is no command %q", args[0])
}

func usage(w io.Writer) {
	_, _ = fmt.Fprint(w, "Guichet serves a government's online procedures.\n\nUsage: guichet COMMAND [options]\n\n")
	for _, c := range commands() {
		_, _ = fmt.Fprintf(w, "  %-14s %s\n", c.name, c.does)
	}
	_, _ = fmt.Fprint(w, "\nguichet COMMAND --help tells more. To try it on this machine: guichet demo\n"+
		"With --verbose, an error is followed by the way it took through the program.\n")
}

// newFlags makes a command's flags; about teaches what it does, with examples.
func newFlags(name, about string, stderr io.Writer) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		_, _ = fmt.Fprintf(stderr, "%s\n\nOptions:\n", strings.TrimRight(about, "\n"))
		f.PrintDefaults()
	}
	return f
}

// parse reads a command's flags, and refuses words that are none: flags after a stray word would be passed over in silence.
func parse(f *flag.FlagSet, args []string) error {
	if err := parseFlags(f, args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%s takes no word %q; %s", f.Name(), f.Arg(0), more(f.Name()))
	}
	return nil
}

// parseFlags reads the flags of a command that takes words behind them. What is wrong is told in one line; the help is
// printed for who asks for it, and ends as flag.ErrHelp.
func parseFlags(f *flag.FlagSet, args []string) error {
	help, out := f.Usage, f.Output()
	f.Usage = func() {}
	f.SetOutput(io.Discard)
	err := f.Parse(args)
	f.Usage = help
	f.SetOutput(out)
	switch {
	case errors.Is(err, flag.ErrHelp):
		f.Usage()
	case err != nil:
		return fmt.Errorf("%w; %s", err, more(f.Name()))
	}
	return err
}

// more says where somebody who mistyped a command reads on.
func more(command string) string { return "guichet " + command + " --help shows how" }
