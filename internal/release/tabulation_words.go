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
	switch {
	case by.Derived == procedure.ByOutcome:
		for _, s := range by.States {
			out = append(out, proc.Flow.State(s).Desk.In(p.Lang))
		}
	case by.Of != nil:
		out = LevelWords(p, by.Of.Levels[by.Level])
	default:
		out = LevelWords(p, procedure.Level{Cuts: by.Cuts})
	}
	return append(out, p.T("desk.tables.unknown"))
}
