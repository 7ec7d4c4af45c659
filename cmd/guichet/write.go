package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeWhole writes a file beside its place and then puts it there, so that a full disk leaves no half file.
func writeWhole(file string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(file), ".guichet-*")
	if err != nil {
		if cause, ok := errors.AsType[*fs.PathError](err); ok { // the file beside it is nobody's business
			err = cause.Err
		}
		return fmt.Errorf("%s cannot be written in the folder %s: %w", filepath.Base(file), filepath.Dir(file), err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	buffered := bufio.NewWriter(f)
	if err := errors.Join(write(buffered), buffered.Flush(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), file)
}

// writeFile puts the bytes there whole, or leaves what was there: a full disk is told, and no half file stays.
func writeFile(file string, content []byte) error {
	err := writeWhole(file, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s was not written, and nothing was left in its place: %w", file, err)
	}
	return nil
}
