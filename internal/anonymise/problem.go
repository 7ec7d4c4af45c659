package anonymise

import (
	"fmt"

	"guichet/internal/fault"
)

// Problem says what is wrong in an input, where, and how to mend it. It never holds a value of the data.
type Problem struct {
	File   string // the label the caller gave the reader
	Line   int    // from 1; 0 when the whole input is meant
	What   string
	Remedy string
}

func (p *Problem) Error() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s; %s", p.File, p.What, p.Remedy)
	}
	return fmt.Sprintf("%s:%d: %s; %s", p.File, p.Line, p.What, p.Remedy)
}

func problem(file string, line int, what, remedy string) error {
	return fault.From(fault.Invalid, "anonymise-input", &Problem{File: file, Line: line, What: what, Remedy: remedy})
}

func ragged(file string, line, got, want int) error {
	return problem(file, line, fmt.Sprintf("%d fields where the first line has %d", got, want),
		"give every line the same number of fields, quoting those that hold a separator")
}
