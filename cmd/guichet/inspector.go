package main

import (
	"compress/gzip"
	"embed"
	"io"
)

//go:embed inspector
var inspectors embed.FS

// inspector is the program that looks at files, as make build has put it here (cmd/inspector).
func inspector() (io.Reader, error) {
	f, err := inspectors.Open("inspector/inspector.gz")
	if err != nil {
		return nil, err
	}
	return gzip.NewReader(f)
}
