package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"guichet"
	"guichet/internal/app"
	"guichet/internal/document"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/text"
	"guichet/internal/web"
)

// serve is the program as cmd/guichet wires it, with a profile of its CPU from start to end. It exists for the bench alone.
func serve(ctx context.Context) (err error) {
	a, err := wire(ctx)
	if err != nil {
		return err
	}
	defer a.Store.Close()
	out, err := os.Create(filepath.Join(os.Getenv("BENCH_PROFILE"), "cpu.pprof"))
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	defer func() {
		pprof.StopCPUProfile()
		err = errors.Join(err, out.Close())
	}()
	debug.SetGCPercent(300) // as guichet serve does
	server := web.Server(os.Getenv("GUICHET_ADDR"), a.Handler())
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
		return server.Shutdown(context.WithoutCancel(ctx))
	}
}

func wire(ctx context.Context) (*app.App, error) {
	all, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		return nil, errors.New("the definitions are refused")
	}
	words, err := fs.Sub(guichet.Files, "web/text")
	if err != nil {
		return nil, err
	}
	texts, err := text.Load(words)
	if err != nil {
		return nil, err
	}
	front, err := fs.Sub(guichet.Files, "web/static")
	if err != nil {
		return nil, err
	}
	keys, err := seal.Open(os.Getenv("GUICHET_KEYRING"))
	if err != nil {
		return nil, err
	}
	blobs, err := document.OpenFolder(filepath.Join(os.Getenv("GUICHET_DATA"), "blobs"))
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, os.Getenv("DATABASE_URL"), time.Now)
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(os.Getenv("GUICHET_ADDR"))
	door := "localhost:" + port
	name := text.Words{FR: "Guichet", EN: "Guichet"}
	return app.New(app.Config{
		Store: s, Keys: keys, Blobs: blobs, Catalogue: all, Texts: texts, Front: front, Service: name, Controller: name,
		Applicants: "http://" + door, Agents: "http://agents." + door, Files: "http://files." + door,
		Workshop: document.NewWorkshop("/proc/self/exe", "child"), Log: web.NewLog(io.Discard, nil),
	})
}
