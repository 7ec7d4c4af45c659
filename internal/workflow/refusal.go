package workflow

import "fmt"

// Refusal is a fault of the definition, at a place of the file as a path ("moves[2].by[0]"), with its remedy.
type Refusal struct {
	Path    string
	Line    int // line and column inside the value, from 1, for a rule; else 0
	Column  int
	Message string
	Remedy  string
}

func (r Refusal) String() string { return r.Path + ": " + r.Message + " — " + r.Remedy }

// refusals gathers all the faults of a definition, so that one run shows them all.
type refusals []Refusal

func (r *refusals) add(path, remedy, format string, args ...any) {
	*r = append(*r, Refusal{Path: path, Message: fmt.Sprintf(format, args...), Remedy: remedy})
}
