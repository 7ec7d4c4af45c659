package form

import (
	"net/url"
	"slices"
	"strings"

	"guichet/internal/fault"
)

// Limits of one posted page. A value of 64 KB is a novel; a page has far fewer names than 2,000.
const (
	maxValue  = 64 << 10
	maxPage   = 512 << 10
	maxNames  = 2000
	maxValues = 60 // of one list: boxes ticked, documents of a field
)

// The reserved names of a page: the paths it shows, and the button that adds or removes a row. Names
// that begin with _ are the door's own and are passed over.
const (
	ShownName  = "_on"
	ActionName = "action"
)

// Bind reads the posted page of a step over the answers it had. It takes only the step's own names: a
// date comes as id.day, id.month and id.year; a group lists the ids of its rows under its own id; a path
// named in ShownName that comes without a value was left blank. Answers of the step that the page did
// not show are kept. ActionName = "add:children" adds a row, "remove:children:k1" removes one with all
// it holds. The result holds the step's answers alone, as typed.
//
// Errors are fault.Invalid (form.unknown_field, form.repeated, form.too_many_rows, form.bad_action) and
// fault.TooLarge (form.too_large); NotFound for a step that is none.
func (c *Compiled) Bind(step string, posted url.Values, old Raw) (_ Raw, err error) {
	defer fault.Wrap(&err, "form.Bind %s", step)
	s := c.byID[step]
	if s == nil {
		return nil, fault.New(fault.NotFound, "form.no_step")
	}
	if err := measure(posted); err != nil {
		return nil, err
	}
	b := &binder{c: c, step: s, out: c.Own(step, old)}
	b.groups(posted)
	b.blankShown(posted[ShownName])
	for _, name := range sortedNames(posted) {
		if err := b.take(name, posted[name]); err != nil {
			return nil, err
		}
	}
	if b.err == nil {
		b.act(posted.Get(ActionName))
	}
	return b.out, b.err
}

// Own is the part of raw that belongs to a step, copied.
func (c *Compiled) Own(step string, raw Raw) Raw {
	s := c.byID[step]
	if s == nil {
		return Raw{}
	}
	if s.plain() {
		return s.own(raw)
	}
	out := Raw{}
	for path, values := range raw {
		if c.inStep[fieldPath(c, path)] == s {
			out[path] = slices.Clone(values)
		}
	}
	return out
}

// plain tells whether each question of the step has one answer, under its own id: no rows, no files.
func (s *stepNode) plain() bool {
	return !slices.ContainsFunc(s.nodes, func(n *node) bool { return n.field.Kind == Group || n.field.Kind == File })
}

// own is what raw holds for the questions of a plain step.
func (s *stepNode) own(raw Raw) Raw {
	out := make(Raw, len(s.nodes))
	for _, n := range s.nodes {
		if values, there := raw[n.path]; there {
			out[n.path] = slices.Clone(values)
		}
	}
	return out
}

// measure refuses a page that is too big before anything reads it.
func measure(posted url.Values) error {
	if len(posted) > maxNames {
		return fault.New(fault.TooLarge, "form.too_large")
	}
	total := 0
	for name, values := range posted {
		if len(values) > maxNames {
			return fault.New(fault.TooLarge, "form.too_large")
		}
		total += len(name)
		for _, v := range values {
			total += len(v)
			if len(v) > maxValue || total > maxPage {
				return fault.New(fault.TooLarge, "form.too_large")
			}
		}
	}
	if total > maxPage {
		return fault.New(fault.TooLarge, "form.too_large")
	}
	return nil
}

func sortedNames(posted url.Values) []string {
	names := make([]string, 0, len(posted))
	for name := range posted {
		if name != ActionName && !strings.HasPrefix(name, "_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

type binder struct {
	c    *Compiled
	step *stepNode
	out  Raw
	err  error
}

func (b *binder) fail(key string) error {
	b.err = fault.New(fault.Invalid, key)
	return b.err
}

// blankShown empties what the page showed; posted values then fill it.
func (b *binder) blankShown(paths []string) {
	for _, list := range paths {
		for _, path := range strings.Fields(list) {
			n := b.own(path)
			if n != nil && n.field.Kind != File && n.field.Kind != Group && n.compute == nil {
				b.out[path] = []string{}
			} else if n != nil && n.field.Kind == Group && b.out[path] == nil {
				b.out[path] = []string{}
			}
		}
	}
}

// own is the node behind a path of this step whose row, if any, exists; else nil.
func (b *binder) own(path string) *node {
	field := fieldPath(b.c, path)
	n := b.c.find(path)
	if n == nil || b.c.inStep[field] != b.step {
		return nil
	}
	if g := b.c.fields[field]; g.field.Kind == Group && path != field {
		row, _, _ := strings.Cut(path[len(field)+1:], ".")
		if !slices.Contains(b.out[field], row) {
			return nil
		}
	}
	return n
}

// take binds one posted name.
func (b *binder) take(name string, values []string) error {
	if b.err != nil {
		return b.err
	}
	if n := b.own(name); n != nil && n.field.Kind != Date {
		return b.takeValue(n, name, values)
	}
	path, last, _ := cutLast(name)
	at := slices.Index(dateParts, last)
	n := b.own(path)
	if at < 0 || n == nil || n.field.Kind != Date || n.compute != nil {
		return b.fail("form.unknown_field")
	}
	if len(values) != 1 {
		return b.fail("form.repeated")
	}
	b.takePart(path, at, valid(values[0]))
	return nil
}

var dateParts = []string{"day", "month", "year"}

// takePart puts one box of a date in its place; a date of three blank boxes is left blank.
func (b *binder) takePart(path string, at int, value string) {
	date := b.out[path]
	if len(date) != 3 {
		date = make([]string, 3)
	}
	date[at] = value
	b.out[path] = date
}

func (b *binder) takeValue(n *node, path string, values []string) error {
	switch {
	case n.field.Kind == Group:
		return nil // read before
	case n.compute != nil || n.field.Kind == File:
		return b.fail("form.unknown_field") // files are stored by a form of their own
	case n.field.Kind != Choices && len(values) > 1, len(values) > maxValues:
		return b.fail("form.repeated")
	}
	kept := make([]string, 0, len(values))
	for _, v := range values {
		if v = valid(v); v != "" {
			kept = append(kept, v)
		}
	}
	b.out[path] = kept
	return nil
}

// valid drops bytes that are no text; the rest stays as typed.
func valid(s string) string { return strings.ToValidUTF8(s, "") }
