package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/text"
)

// verbose takes --verbose out of the words of a command.
func verbose(args []string) ([]string, bool) {
	rest := slices.DeleteFunc(slices.Clone(args), func(a string) bool { return a == "--verbose" })
	return rest, len(rest) < len(args)
}

// say tells who typed a command what went wrong and how to mend it; the way the error took is shown on request alone.
func say(w io.Writer, err error, way bool) {
	words := fault.Plain(err, said)
	if errors.Is(err, context.Canceled) {
		words = "stopped before it was done"
	}
	_, _ = fmt.Fprintln(w, "guichet:", mended(words))
	if way {
		_, _ = fmt.Fprintln(w, "  it came this way:", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
}

// said is the text of a key of an error, as pages have it.
func said(key string) string {
	words, err := texts()
	if err != nil {
		return ""
	}
	if p := words.Printer(text.EN); p.Has(key) {
		return p.T(key)
	}
	return ""
}

// code is what is told of an error of PostgreSQL: its detail could quote a row.
var code = regexp.MustCompile(`postgres ([0-9A-Z]{5})[\w ]*`)

// remedies are for the errors of PostgreSQL (SQLSTATE) that whoever runs the service can mend.
var remedies = map[string]string{
	"28P01": "the database does not accept the password of DATABASE_URL: correct it",
	"28000": "the database does not let the user of DATABASE_URL in: correct the user, or its pg_hba.conf",
	"3D000": "the database that DATABASE_URL names does not exist: create it, or name another",
	"42501": "the database user lacks a right: make the user of DATABASE_URL the owner of the database",
	"53100": "the disk of the database is full: make room, then start again",
	"53300": "the database has no connection left: raise its max_connections, or stop what else uses it",
}

// mended puts a remedy in the place of PostgreSQL's code where there is one.
func mended(words string) string {
	return code.ReplaceAllStringFunc(words, func(found string) string {
		if remedy := remedies[code.FindStringSubmatch(found)[1]]; remedy != "" {
			return remedy
		}
		return found
	})
}
