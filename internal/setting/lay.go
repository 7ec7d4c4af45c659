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
		i = i.with(v)
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

// edited compiles a procedure with its settings. Where the loader refuses, the oldest of those that quarrel stand.
func (b *Board) edited(id string, values map[string]Value, s *state) *procedure.Procedure {
	p, refused := b.Catalogue.Edited(id, b.changes(id, values))
	if len(refused) == 0 {
		return p
	}
	p = nil
	oldest := slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		return cmp.Or(cmp.Compare(s.values[a].seq, s.values[b].seq), cmp.Compare(a, b))
	})
	maps.Copy(s.misfits, agreeing(oldest, func(keys []string) (why string) {
		fit := map[string]Value{}
		for _, k := range keys {
			fit[k] = values[k]
		}
		with, refused := b.Catalogue.Edited(id, b.changes(id, fit))
		if len(refused) > 0 {
			return refused[0].Message
		}
		p = with
		return ""
	}))
	return p
}

// agreeing lays keys on one after the other, each beside those that stand before it, and gives those that are refused, with why.
func agreeing(keys []string, refused func(keys []string) (why string)) map[string]string {
	var fit []string
	out := map[string]string{}
	for _, k := range keys {
		if why := refused(append(slices.Clone(fit), k)); why != "" {
			out[k] = why
			continue
		}
		fit = append(fit, k)
	}
	return out
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
