package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/document"
	"guichet/internal/testkit/bucket"
)

// Files go where GUICHET_BLOBS says: a folder, or a bucket that answers.
func TestBlobsAreKeptWhereConfigured(t *testing.T) {
	for _, where := range []string{filepath.Join(t.TempDir(), "blobs"), bucket.Run(t)} {
		s, err := openBlobs(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		name := document.NewName()
		if _, err := s.Put(t.Context(), name, bytes.NewReader([]byte("sealed"))); err != nil {
			t.Fatal(err)
		}
		r, err := s.Get(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(r); err != nil || string(body) != "sealed" {
			t.Errorf("%q, %v", body, err)
		}
		_, _ = r.Close(), s.Close()
	}
}

// What is wrong with the address or behind it is said at the start, with its mend.
func TestBlobsAreNotKeptElsewhere(t *testing.T) {
	address := bucket.Run(t)
	for where, want := range map[string]string{
		strings.Replace(address, "//guichet?", "//nobody?", 1): `no bucket "nobody"`,
		"s3://guichet?colour=blue":                             "unknown query parameter",
		"gs://guichet":                                         "write s3://bucket",
		"s3://key:word@guichet":                                "write s3://bucket",
	} {
		if _, err := openBlobs(t.Context(), where); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", where, err)
		}
	}
}
