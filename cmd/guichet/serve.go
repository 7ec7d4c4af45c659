package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"time"

	"guichet/internal/web"
)

const serveAbout = `guichet serve serves the procedures.

Settings come from the environment or from a file of NAME=value lines (--config, or GUICHET_CONFIG); the environment wins.
Without DATABASE_URL a private PostgreSQL is started under the data folder. The first start makes a keyring: back it up,
apart from the database. Then create the first administrator:

  guichet serve --print-config
  guichet admin create --email head@example.org --last-name Durand
  guichet serve

Settings:
`

func runServe(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := parseServe("serve", serveAbout, args, stdout, stderr)
	if err != nil || c == nil {
		return err
	}
	r, err := open(ctx, *c, forServing, stderr)
	if err != nil {
		return err
	}
	if err := refuseDemo(ctx, r.Store); err != nil {
		return errors.Join(err, r.close())
	}
	if c.SMTP == "" {
		_, _ = fmt.Fprintln(stderr, "GUICHET_SMTP_URL is not set: mails wait in the queue until it is.")
	}
	return errors.Join(listen(ctx, r, *c, func() {
		_, _ = fmt.Fprintf(stdout, "Applicants: %s\nAgents:     %s\n", c.PublicURL, c.AgentsURL)
	}), r.close())
}

// parseServe reads flags and configuration; a nil configuration means that it was only printed.
func parseServe(name, about string, args []string, stdout, stderr io.Writer) (*Config, error) {
	f := newFlags(name, about+settingsHelp(), stderr)
	file := f.String("config", "", "file of NAME=value lines")
	show := f.Bool("print-config", false, "print the configuration in force, secrets left out, and stop")
	dir := f.String("definitions", "", "folder of definitions instead of the built-in ones")
	if err := parse(f, args); err != nil {
		return nil, err
	}
	c, err := loadConfig(*file, os.Getenv)
	if *dir != "" {
		c.Definitions = *dir
	}
	if err == nil && *show {
		c.print(stdout)
		return nil, nil
	}
	return &c, err
}

// listen serves until ctx ends, then lets requests and jobs finish.
func listen(ctx context.Context, r *running, c Config, ready func()) (err error) {
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("%w; is another server there? set GUICHET_ADDR to another address", err)
	}
	stopProfile, err := profile(c.Profile)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { err = errors.Join(err, stopProfile()) }()
	debug.SetGCPercent(300) // a page lives for a millisecond: collect less often, within some 130 MB
	server := web.Server(c.Addr, r.Handler())
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	stopJobs, err := r.Work(ctx)
	if err != nil {
		if ctx.Err() != nil { // told to stop while jobs were starting, which is no fault
			err = nil
		}
		return errors.Join(err, server.Close())
	}
	ready()
	settled()
	select {
	case err = <-served:
	case <-ctx.Done():
		err = nil
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err = errors.Join(err, server.Shutdown(end), stopJobs(end))
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
