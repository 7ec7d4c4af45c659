package setting

import (
	"cmp"
	"maps"
	"slices"

	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// lay puts a state on texts, definitions and calendar; what does not fit is noted in it and left out.
func (b *Board) lay(s *state) {
	texts, changed := map[string]text.Words{}, map[string]map[string]Value{} // keys by procedure
	items := b.items()
	days, _ := workflow.ParseCalendar(b.Catalogue.WrittenDays()) // read at the start
	for _, k := range slices.Sorted(maps.Keys(s.values)) {
		v := s.values[k].value
		i, known := items[k]
		if !known && kindOf(k) != Team {
			s.misfits[k] = "nothing of this name may be set any more"
			continue
		}
		v = i.completed(v)
		if problems := i.check(v); len(problems) > 0 {
			s.misfits[k] = problems[0].Part + ": " + problems[0].Key
			continue
		}
		switch i.Kind {
		case Text:
			texts[i.Name] = v.words()
		case Words, List, Limit:
			if changed[i.Procedure] == nil {
				changed[i.Procedure] = map[string]Value{}
			}
			changed[i.Procedure][k] = v
		case Days:
			days, _ = workflow.ParseCalendar(v[partLines])
		}
	}
	edited := map[string]*procedure.Procedure{}
	for id, values := range changed {
		edited[id] = b.edited(id, values, s)
	}
	b.Texts.Override(texts)
	b.Catalogue.Serve(edited, days)
}

// items are the things that may be set but for teams, by key.
func (b *Board) items() map[string]Item {
	out := map[string]Item{}
	for _, kind := range Kinds {
		if kind == Team {
			continue
		}
		for _, i := range b.onFile(kind) {
			out[i.Key] = i
		}
	}
	return out
}

// edited compiles a procedure with its settings. Where the loader refuses, they are laid on one after the other as they were
// made, and each that it refuses beside those before is left out.
func (b *Board) edited(id string, values map[string]Value, s *state) *procedure.Procedure {
	p, refused := b.Catalogue.Edited(id, b.changes(id, values))
	if len(refused) == 0 {
		return p
	}
	oldest := slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.values[a].seq, s.values[b].seq), cmp.Compare(a, b))
	})
	p = nil
	fit := map[string]Value{}
	for _, k := range oldest {
		fit[k] = values[k]
		with, refused := b.Catalogue.Edited(id, b.changes(id, fit))
		if len(refused) > 0 {
			s.misfits[k] = refused[0].Message
			delete(fit, k)
			continue
		}
		p = with
	}
	return p
}

// changes are settings of a procedure as the loader takes them.
func (b *Board) changes(id string, values map[string]Value) procedure.Changes {
	x := procedure.Changes{Words: map[string]text.Words{}, Lists: map[string][]procedure.Entry{}, Limits: map[string]string{}}
	for k, v := range values {
		switch name := nameOf(k); kindOf(k) {
		case Words:
			x.Words[name] = v.words()
		case Limit:
			x.Limits[name] = v[partValue]
		case List:
			for _, l := range b.Catalogue.Written(id).Editable.Lists {
				if l.Path == name {
					x.Lists[name] = entries(v, l.Entries)
				}
			}
		}
	}
	return x
}
