package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing/fstest"

	"guichet"
	"guichet/internal/app"
	"guichet/web/components"
)

// front is the built front end, with the installation's own logo and colour.
func front(c Config, cfg *app.Config) (fs.FS, error) {
	if c.Colour != "" {
		cfg.Theme = ":root{--guichet-brand:" + c.Colour + "}"
	}
	static, err := fs.Sub(guichet.Files, "web/static")
	if err != nil || c.Logo == "" {
		return static, err
	}
	body, err := os.ReadFile(c.Logo)
	if err != nil {
		return nil, err
	}
	name := "logo" + filepath.Ext(c.Logo)
	cfg.Logo = path.Join(components.Prefix, name)
	return withFile(static, name, body)
}

// withFile is fsys with one more file.
func withFile(fsys fs.FS, name string, body []byte) (fs.FS, error) {
	all := fstest.MapFS{name: &fstest.MapFile{Data: body}}
	err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(fsys, path)
		all[path] = &fstest.MapFile{Data: b}
		return err
	})
	return all, err
}
