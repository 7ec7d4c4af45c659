package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
)

// version is set by the build from the repository's tags.
var version = "development"

func runVersion(_ context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("version", "guichet version prints the version, the commit and the Go release it was built with.", stderr)
	if err := parse(f, args); err != nil {
		return err
	}
	commit := "unknown"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: "unknown"}
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	_, err := fmt.Fprintf(stdout, "guichet %s, commit %s, %s\n", version, commit, info.GoVersion)
	return err
}
