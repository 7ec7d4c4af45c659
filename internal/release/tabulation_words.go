package release

import (
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// thingWords name what is counted by.
func thingWords(p text.Printer, by procedure.By) string {
	switch {
	case by.Of != nil:
		return by.Of.Label.In(p.Lang)
	case by.Derived == procedure.ByOutcome:
		return p.T("desk.tables.outcome")
	case by.Derived == procedure.ByProcessing:
		return p.T("desk.tables.processing")
	}
	return p.T("desk.tables.month")
}

// valueWords say each value of what is counted by, and last what is not known.
func valueWords(p text.Printer, proc *procedure.Procedure, by procedure.By) []string {
	var out []string
	cuts := by.Cuts
	switch {
	case by.Derived == procedure.ByOutcome:
		for _, s := range by.States {
			out = append(out, proc.Flow.State(s).Desk.In(p.Lang))
		}
	case by.Of != nil:
		level := by.Of.Levels[by.Level]
		cuts = level.Cuts
		for _, g := range level.Groups {
			out = append(out, g.Label.In(p.Lang))
		}
	}
	if len(cuts) > 0 {
		for i := range len(cuts) + 1 {
			out = append(out, bandWords(p, cuts, i))
		}
	}
	return append(out, p.T("desk.tables.unknown"))
}
