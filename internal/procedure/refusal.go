package procedure

import (
	"cmp"
	"fmt"
	"slices"
)

// Refusal is a fault of a definition: where it is, what it is, and how to mend it.
// Line and Column count from 1; both are 0 when the file as a whole is at fault.
type Refusal struct {
	File         string
	Line, Column int
	Message      string
	Remedy       string
}

// String is the line that `guichet check` prints and editors can follow.
func (r Refusal) String() string {
	place := r.File
	if r.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", r.File, r.Line, r.Column)
	}
	return place + ": " + r.Message + " — " + r.Remedy
}

// refusals gathers every fault, so that one run shows them all.
type refusals []Refusal

// add refuses the place of src that path names, such as "steps[0].fields[2].when".
func (r *refusals) add(src *source, path, remedy, format string, args ...any) {
	line, column := src.at(path)
	*r = append(*r, Refusal{src.file, line, column, fmt.Sprintf(format, args...), remedy})
}

// whole refuses a file as such.
func (r *refusals) whole(file, remedy, format string, args ...any) {
	*r = append(*r, Refusal{File: file, Message: fmt.Sprintf(format, args...), Remedy: remedy})
}

// sorted puts the refusals in the order of the files, each said once.
func (r refusals) sorted() []Refusal {
	slices.SortStableFunc(r, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(r)
}
