package main

import (
	"context"
	"errors"
	"fmt"
	"io"
)

const demoAbout = `guichet demo serves the procedures with invented people and dossiers, on this machine, everything included.

The first start fills the data folder (about a minute); later ones take less than a second. It never touches DATABASE_URL
unless GUICHET_ALLOW_DEMO=1 says so. Ctrl-C stops everything. To begin anew, remove the data folder.

Settings:
`

func runDemo(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := parseServe("demo", demoAbout, args, stdout, stderr)
	if err != nil || c == nil {
		return err
	}
	if c.DatabaseURL != "" && !c.AllowDemo {
		return errors.New("DATABASE_URL is set, and the demo would fill that database with invented people. Unset it, or set GUICHET_ALLOW_DEMO=1 if it is meant")
	}
	r, err := open(ctx, *c, true, true, stderr)
	if err != nil {
		return err
	}
	return errors.Join(listen(ctx, r, c.Addr, func() {
		_, _ = fmt.Fprintf(stdout, "Applicants: %s\nAgents:     %s\nFiles:      %s\n", c.PublicURL, c.AgentsURL, c.FilesURL)
	}), r.close())
}
