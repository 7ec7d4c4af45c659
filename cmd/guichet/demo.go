package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"guichet/internal/demo"
	"guichet/internal/dossier"
	"guichet/internal/release"
	"guichet/internal/store"
)

const demoAbout = `guichet demo serves the procedures with invented people and dossiers, everything included.

The first start fills the data folder, which takes a minute at most; later ones take less than a second. Mails can be read on
a page of the demo and leave nowhere. DATABASE_URL is refused unless GUICHET_ALLOW_DEMO=1 says that it is meant. Ctrl-C stops
everything. To begin anew, stop it and remove the data folder.

  guichet demo
  GUICHET_ADDR=localhost:9000 guichet demo

Settings:
`

func runDemo(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := parseServe("demo", demoAbout, args, stdout, stderr)
	if err != nil || c == nil {
		return err
	}
	if c.DatabaseURL != "" && !c.AllowDemo {
		return errors.New("DATABASE_URL is set, and the demo would fill that database with invented people: unset it, or set GUICHET_ALLOW_DEMO=1 if this is meant")
	}
	r, err := open(ctx, *c, forDemo, stderr)
	if err != nil {
		return err
	}
	if err := r.loadDemo(ctx, *c, stdout); err != nil {
		return errors.Join(err, r.close())
	}
	return errors.Join(listen(ctx, r, *c, func() { r.welcome(*c, stdout) }), r.close())
}

// loadDemo fills the database on the first start.
func (r *running) loadDemo(ctx context.Context, c Config, stdout io.Writer) error {
	there, err := demo.Loaded(ctx, r.Store)
	if err != nil {
		return err
	}
	began := time.Now()
	if !there {
		_, _ = fmt.Fprintln(stdout, "First start: making invented people and dossiers.")
	}
	l := &demo.Loader{
		Office: r.Office, Accounts: r.Accounts, Controller: r.Controller.FR, Contact: r.Contact, Blobs: c.Blobs, Owner: r.owner, Size: demo.Full,
		Tell: newProgress(stdout).of("dossiers"),
		Freeze: func(ctx context.Context, s *store.Store, o *dossier.Office) error {
			h := &release.House{Store: s, Office: o, Catalogue: r.Catalogue, Texts: r.Texts}
			return h.EndMonths(ctx)
		},
	}
	if err := l.Load(ctx); err != nil {
		return err
	}
	if !there {
		_, _ = fmt.Fprintf(stdout, "  done in %s\n\n", time.Since(began).Round(time.Second))
	}
	return nil
}

// welcome tells where the doors are and who can go through them.
func (r *running) welcome(c Config, w io.Writer) {
	_, _ = fmt.Fprintf(w, "Applicants  %s\nAgents      %s\nFiles       %s\nMails       %s/demo/mail\n\n", c.PublicURL, c.AgentsURL, c.FilesURL, c.PublicURL)
	_, _ = fmt.Fprintf(w, "Everybody here is invented. Sign in with the demo password: %s\n\n", demo.Password)
	people, err := demo.SignIns(r.Catalogue.All())
	if err != nil {
		return // the files are part of the program, and were read to fill the database
	}
	for _, p := range people {
		door := "applicants"
		if p.Agent {
			door = "agents"
		}
		_, _ = fmt.Fprintf(w, "  %-10s  %-26s  %s\n", door, p.Email, p.Shows.EN)
	}
	_, _ = fmt.Fprintln(w, "\nOutside the demo, agents also prove who they are by a passkey or the code of an app.")
	_, _ = fmt.Fprintln(w, "Ctrl-C stops everything.")
}

// refuseDemo keeps invented people, whose password everybody knows, from being served as real ones.
func refuseDemo(ctx context.Context, s *store.Store) error {
	there, err := demo.Loaded(ctx, s)
	if err == nil && there {
		return errors.New("this database holds the demo's invented people, whose password is public: name another with DATABASE_URL or GUICHET_DATA, or start `guichet demo`")
	}
	return err
}
