package procedure

import (
	"encoding/json"
	"fmt"
	"io/fs"

	"guichet/internal/form"
	"guichet/internal/workflow"
)

// ClosedDays is the file of the closed days of the administration (see [workflow.ParseCalendar]), beside the workflows.
const ClosedDays = "workflows/closed-days.txt"

// Written finds a procedure as its files have it, whatever was set since, or nil.
func (c *Catalogue) Written(id string) *Procedure {
	for _, p := range c.written {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// WrittenDays are the lines of the closed days as their file has them.
func (c *Catalogue) WrittenDays() string { return c.days }

// Edited compiles a procedure with changes laid on it, by the same checks as at the start; nothing is in force yet. Its
// content hash stays that of the files: what may be set is words, order, what is offered, and limits inside declared bounds,
// so a dossier needs no new version for it (docs/decisions/settings-on-definitions.md).
func (c *Catalogue) Edited(id string, x Changes) (*Procedure, []Refusal) {
	base := c.Written(id)
	if base == nil {
		return nil, []Refusal{{File: "forms/" + id + ".yaml", Message: "there is no such procedure", Remedy: "take the setting back"}}
	}
	if x.IsZero() {
		return base, nil
	}
	raw, _ := json.Marshal(x) // cannot fail: strings and truths
	c.mu.RLock()
	last := c.tried[id]
	c.mu.RUnlock()
	if last.changes == string(raw) {
		return last.made, nil
	}
	l := &loader{fsys: frozen{c.fsys, base.sources()}}
	l.edit = func(f *form.Form, w *workflow.Workflow) { l.lay(f, w, x) }
	l.rows = readRequirements(l.fsys, &l.refusals)
	p := l.load(id)
	if len(l.refusals) > 0 {
		return nil, l.sorted()
	}
	p.Release, p.Questions, p.Editable = base.Release, base.Questions, base.Editable
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tried == nil {
		c.tried = map[string]trial{}
	}
	c.tried[id] = trial{string(raw), p}
	return p, nil
}

// trial is what the last changes made of a procedure: what is judged first and put in force then is compiled once.
type trial struct {
	changes string
	made    *Procedure
}

// lay puts the changes where they belong; one whose place is gone is refused.
func (l *loader) lay(f *form.Form, w *workflow.Workflow, x Changes) {
	file, missing := "workflows/"+w.ID+".yaml", map[string]bool{}
	for path := range x.Words {
		missing[path] = true
	}
	for _, p := range wordPlaces(f, w) {
		if words, ok := x.Words[p.Path]; ok {
			*p.at = words
			delete(missing, p.Path)
		}
	}
	for path, entries := range x.Lists {
		if list := listAt(f, w, path); list != nil {
			list.set(entries)
		} else {
			missing[path] = true
		}
	}
	for path, value := range x.Limits {
		if at := limitAt(f, w, path); at != nil {
			at.set(value)
		} else {
			missing[path] = true
		}
	}
	for path := range missing {
		l.whole(file, "take the setting back", "%q was set, and the definition no longer has it", path)
	}
}

// Serve puts procedures made by Edited in force in place of those of the files, and the calendar for all of them, those of
// older dossiers included. Who reads the catalogue meanwhile sees the one or the other.
func (c *Catalogue) Serve(edited map[string]*Procedure, days *workflow.Calendar) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calendar = days
	now := make([]*Procedure, len(c.written))
	for i, p := range c.written {
		if e := edited[p.ID]; e != nil {
			p = e
		}
		now[i] = p.on(days)
	}
	c.now.Store(&now)
	for hash, p := range c.older {
		c.older[hash] = p.on(days)
	}
}

// on is the procedure with another calendar.
func (p *Procedure) on(days *workflow.Calendar) *Procedure {
	if p.Flow.Calendar == days {
		return p
	}
	out, flow := *p, *p.Flow
	flow.Calendar, out.Flow = days, &flow
	return &out
}

// Apart is a catalogue of the same files whose settings are its own.
func (c *Catalogue) Apart() *Catalogue {
	out := &Catalogue{fsys: c.fsys, written: c.written, days: c.days}
	days, _ := workflow.ParseCalendar(c.days) // was read before
	out.Serve(nil, days)
	return out
}

// closedDays reads the file of the closed days, if there is one.
func (l *loader) closedDays() (string, *workflow.Calendar) {
	if _, err := fs.Stat(l.fsys, ClosedDays); err != nil {
		return "", nil
	}
	raw, err := fs.ReadFile(l.fsys, ClosedDays)
	if err != nil {
		l.whole(ClosedDays, "make the file readable", "cannot be read")
		return "", nil
	}
	days, faults := workflow.ParseCalendar(string(raw))
	for _, f := range faults {
		l.refusals = append(l.refusals, Refusal{ClosedDays, f.Line, 1, fmt.Sprintf("%q says no day", f.Text), `write "sunday", "01-27 name", "easter+1 name" or "2026-12-24 name"`})
	}
	return string(raw), days
}

// sources are the two files of a procedure as they were read.
func (p *Procedure) sources() map[string][]byte {
	var src packed
	_ = json.Unmarshal(p.source, &src) // packed by us
	return map[string][]byte{"forms/" + p.ID + ".yaml": src.Form, "workflows/" + p.ID + ".yaml": src.Workflow}
}

// frozen reads some files from memory: what stands on the disk may have changed since the start.
type frozen struct {
	fs.FS
	files map[string][]byte
}

// ReadFile implements [fs.ReadFileFS].
func (f frozen) ReadFile(name string) ([]byte, error) {
	if raw, ok := f.files[name]; ok {
		return raw, nil
	}
	return fs.ReadFile(f.FS, name)
}
