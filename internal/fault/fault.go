// Package fault is the closed set of error kinds that rooms return and the doors turn into pages.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what went wrong, so that one table in web can choose the status and the page.
type Kind uint8

// The kinds. Internal is the zero value: an error nobody classified is ours.
const (
	Internal Kind = iota
	Invalid
	Unauthenticated
	Forbidden
	NotFound
	Conflict
	TooLarge
	TooMany
	Unavailable
)

var names = [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not found", "conflict", "too large", "too many", "unavailable"}

func (k Kind) String() string { return names[k] }

// Error carries a kind and, for the reader's page, the key of a text (never an answer).
type Error struct {
	Kind Kind
	Key  string // key in web/text, or "" for the kind's own page
	err  error
}

func (e *Error) Error() string {
	if e.err == nil {
		return e.Kind.String() + " " + e.Key
	}
	return e.Kind.String() + " " + e.Key + ": " + e.err.Error()
}

func (e *Error) Unwrap() error { return e.err }

// New makes an error of a kind; key names the text that tells the reader how to mend it.
func New(k Kind, key string) error { return &Error{Kind: k, Key: key} }

// From gives err a kind and a text key and keeps it as the cause.
func From(k Kind, key string, err error) error { return &Error{Kind: k, Key: key, err: err} }

// Of finds the kind of err; an unclassified error is Internal.
func Of(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Key finds the text key of err, or "".
func Key(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Key
	}
	return ""
}

// Wrap adds the place to *err. Use it deferred, with ids and never with answers.
func Wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = &placed{fmt.Sprintf(format, args...), *err}
	}
}
