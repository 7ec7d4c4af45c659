package fault

import (
	"errors"
	"strings"
)

// placed is an error with the place it came through: a room, a function and ids.
type placed struct {
	place string
	err   error
}

func (e *placed) Error() string { return e.place + ": " + e.err.Error() }

func (e *placed) Unwrap() error { return e.err }

// Plain says an error to who typed a command: what went wrong and how to mend it, without the places it came through, which
// are for the log. say gives the text of a key, and "" for a key that has none.
func Plain(err error, say func(key string) string) string {
	switch e := err.(type) { //nolint:errorlint // each layer is looked at in its turn
	case *placed:
		return Plain(e.err, say)
	case *Error:
		if e.err != nil {
			return Plain(e.err, say)
		}
		if s := say(e.Key); e.Key != "" && s != "" {
			return s
		}
		return e.Error()
	case interface{ Unwrap() []error }:
		return plainAll(err.Error(), e.Unwrap(), say)
	}
	if cause := errors.Unwrap(err); cause != nil {
		return plainAll(err.Error(), []error{cause}, say)
	}
	return err.Error()
}

// plainAll puts the plain words of causes where a message quotes them; what was said already is not said again.
func plainAll(message string, causes []error, say func(key string) string) string {
	for _, cause := range causes {
		if cause != nil {
			message = strings.Replace(message, cause.Error(), Plain(cause, say), 1)
		}
	}
	var lines []string
	for _, l := range strings.Split(message, "\n") {
		if len(lines) == 0 || l != lines[len(lines)-1] {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}
