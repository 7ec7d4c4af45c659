package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"guichet/internal/app"
)

const preflightAbout = `guichet preflight says what is not as it must be before the service takes people in, and after each change of the machines.

It looks at the parts of the deployment, now, and at the duties that no program can do for it; who runs the service confirms those
by name, on its page /operation, once a year.

  guichet preflight
  GUICHET_CONFIG=/etc/guichet/guichet.conf guichet preflight

What it prints, one a line:

  good      the part answers, or the duty was confirmed within the year: by whom and when
  none      the part is not configured, and the service works without it
  away      the part does not answer as it must
  owed      nobody has confirmed the duty within the year

Exit status: 0 nothing is away or owed, 1 something is, 2 nothing could be looked at.`

// dutyMeans says each duty in words (RP-164, RP-170, RP-171, RP-175, DS-086, DS-097, DS-098, DS-100).
var dutyMeans = map[string]string{
	"ports":     "ports that are not used are off",
	"equipment": "servers, devices, switches, routers and firewalls are protected, each by itself",
	"updates":   "the measures are kept up and follow the state of the art",
	"providers": "providers are bound to security and confidentiality as the controller is",
}

func runPreflight(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("preflight", preflightAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	if err := parse(f, args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		say(stderr, err, false)
		return exitUnverified
	}
	checks, err := preflight(ctx, *file, stderr)
	if err != nil {
		say(stderr, err, false)
		return exitUnverified
	}
	wrong := 0
	for _, c := range checks {
		line, good := checkLine(c)
		if !good {
			wrong++
		}
		if _, err := fmt.Fprintln(stdout, line); err != nil {
			return err
		}
	}
	if wrong > 0 {
		return exitFailed
	}
	return nil
}

func preflight(ctx context.Context, file string, stderr io.Writer) (_ []app.Check, err error) {
	c, err := loadConfig(file, os.Getenv)
	if err != nil {
		return nil, err
	}
	r, err := open(ctx, c, forCommand, stderr)
	if err != nil {
		return nil, err
	}
	checks, err := r.Preflight(ctx)
	return checks, errors.Join(err, r.close())
}

// checkLine is one thing that was looked at, and whether it is as it must be.
func checkLine(c app.Check) (string, bool) {
	word, about := "good", c.Name
	switch {
	case c.Lacks:
		word = "none"
	case !c.Good && c.Duty:
		word = "owed"
	case !c.Good:
		word = "away"
	}
	if c.Duty {
		about += ": " + dutyMeans[c.Name]
	}
	if !c.At.IsZero() {
		about += "; confirmed on " + c.At.Format(time.DateOnly)
		if c.By != "" {
			about += " by " + c.By
		}
	}
	return strings.TrimRight(fmt.Sprintf("%-8s  %s", word, about), " "), c.Good || c.Lacks
}
