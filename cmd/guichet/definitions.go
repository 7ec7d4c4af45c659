package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"guichet"
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// definitionFiles are the files procedures are loaded from: the program's own, or dir with the program's docs behind it.
func definitionFiles(dir string) fs.FS {
	if dir == "" {
		return guichet.Files
	}
	return layered{os.DirFS(dir), guichet.Files}
}

// layered reads from top, and from below what is a document and not in top.
type layered struct{ top, below fs.FS }

func (l layered) Open(name string) (fs.File, error) {
	f, err := l.top.Open(name)
	if errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(name, "docs/") {
		return l.below.Open(name)
	}
	return f, err
}

// schemaFiles names the release schemas of definitions.
func schemaFiles(files fs.FS) ([]string, error) { return fs.Glob(files, "forms/*.release.yaml") }

// folderOfDefinitions is what the environment says to commands that read no other setting.
func folderOfDefinitions() string { return os.Getenv("GUICHET_DEFINITIONS") }

// definitions loads the procedures of a folder, the program's own for "", and prints every refusal.
func definitions(dir string, stderr io.Writer) (*procedure.Catalogue, error) {
	catalogue, refused := procedure.Load(definitionFiles(dir))
	for _, x := range refused {
		_, _ = fmt.Fprintln(stderr, x)
	}
	if len(refused) > 0 {
		return nil, errors.New("the definitions are refused: `guichet check` says the same at any time")
	}
	return catalogue, nil
}

// released finds a procedure that has a release schema: the one named, or the first.
func released(c *procedure.Catalogue, id string) (*procedure.Procedure, error) {
	var known []string
	for _, p := range c.All() {
		if p.Release == nil {
			continue
		}
		if id == "" || p.ID == id {
			return p, nil
		}
		known = append(known, p.ID)
	}
	if id == "" {
		return nil, errors.New("no procedure has a release schema: write forms/PROCEDURE.release.yaml for one")
	}
	return nil, fmt.Errorf("--procedure %s: no such procedure has a release schema; those that have one: %s", id, strings.Join(known, ", "))
}

// releasedHere is the same for commands that open nothing but the definitions.
func releasedHere(id string, stderr io.Writer) (*procedure.Procedure, error) {
	c, err := definitions(folderOfDefinitions(), stderr)
	if err != nil {
		return nil, err
	}
	return released(c, id)
}

// texts are the words of pages and mails.
func texts() (*text.Catalogue, error) {
	files, err := fs.Sub(guichet.Files, "web/text")
	if err != nil {
		return nil, err
	}
	return text.Load(files)
}
