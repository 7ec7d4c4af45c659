package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"guichet/internal/procedure"
	"guichet/internal/tabulate"
)

// gridOf is a question's table of one month. Every axis has one value more than is declared, the last: of records that bring
// nothing, or what no group knows. Of released rows nothing is kept back: each stands among k equal ones.
func gridOf(p *procedure.Procedure, q *procedure.Question, month time.Time) tabulate.Grid {
	from, k := "closed", p.Release.K
	if q.Frozen() {
		from, k = "released", 0
	}
	g := tabulate.Grid{Scope: p.ID + " " + month.Format("2006-01") + " " + from, K: k}
	for _, by := range q.Within() {
		g.Axes = append(g.Axes, tabulate.Axis{ID: axisID(by), Values: append(slices.Clip(by.Values()), ""), Known: by.Known()})
	}
	return g
}

// place is the index of a value on an axis.
func place(by procedure.By, value string) int {
	values := by.Values()
	if i := slices.Index(values, value); i >= 0 {
		return i
	}
	return len(values)
}

// axisID names what is counted by, with its level, by content: equal in two questions exactly when the values mean the same.
func axisID(by procedure.By) string {
	switch {
	case by.Of != nil:
		return by.Column + " " + hex.EncodeToString(levelPrint(by.Of.Levels[by.Level]))
	case by.Derived == procedure.ByProcessing:
		return by.Derived + " " + hex.EncodeToString(levelPrint(procedure.Level{Cuts: by.Cuts}))
	}
	return by.Derived + " " + hex.EncodeToString(printOf(by.States))
}

// levelPrint is of what a level does, not of its words.
func levelPrint(l procedure.Level) []byte {
	type group struct {
		ID     string
		Values []string
		Rest   bool
	}
	var groups []group
	for _, g := range l.Groups {
		groups = append(groups, group{g.ID, g.Values, g.Rest})
	}
	return printOf(struct {
		Cuts   []int
		Groups []group
	}{l.Cuts, groups})
}

// questionPrint is of what a question counts within a month: under it answers are kept, so that one whose meaning changes
// begins anew. Its words, and whether it is shown by month, do not matter.
func questionPrint(q *procedure.Question) []byte {
	axes := []string{}
	for _, by := range q.Within() {
		axes = append(axes, axisID(by))
	}
	return printOf(struct {
		Frozen bool
		Axes   []string
	}{q.Frozen(), axes})
}

func printOf(v any) []byte {
	raw, _ := json.Marshal(v) // cannot fail: lists of words and numbers
	sum := sha256.Sum256(raw)
	return sum[:]
}
