package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// A folder that is not there is named as it was given, and not by a file that the program would have made in it.
func TestAnonymiseNamesTheFolderItCannotWriteIn(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "none")
	err := writeWhole(filepath.Join(folder, "x.csv"), func(io.Writer) error { return nil })
	if err == nil || strings.Contains(err.Error(), ".guichet-") || !strings.Contains(err.Error(), "x.csv cannot be written in the folder "+folder) {
		t.Error(err)
	}
}
