package form

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// groups reads the lists of rows first, since they say which cells exist.
func (b *binder) groups(posted url.Values) {
	for _, n := range b.step.nodes {
		ids, ok := posted[n.path]
		if n.field.Kind != Group || !ok {
			continue
		}
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == "" })
		if len(ids) > n.limit() {
			_ = b.fail("form.too_many_rows")
			return
		}
		for i, id := range ids {
			if !rowID(id) || slices.Contains(ids[:i], id) {
				_ = b.fail("form.repeated")
				return
			}
		}
		b.out[n.path] = ids
		b.dropOrphans(n)
	}
}

// dropOrphans removes the cells of rows that are no more.
func (b *binder) dropOrphans(group *node) {
	for path := range b.out {
		rest, ok := strings.CutPrefix(path, group.path+".")
		row, _, isCell := strings.Cut(rest, ".")
		if ok && isCell && !slices.Contains(b.out[group.path], row) {
			delete(b.out, path)
		}
	}
}

// act adds or removes a row.
func (b *binder) act(action string) {
	verb, rest, _ := strings.Cut(action, ":")
	group, row, _ := strings.Cut(rest, ":")
	if action == "" || (verb != "add" && verb != "remove") {
		return // a button of the door: continue, save
	}
	n := b.c.fields[group]
	if n == nil || n.field.Kind != Group || b.c.inStep[group] != b.step {
		_ = b.fail("form.bad_action")
		return
	}
	if verb == "add" {
		b.add(n)
		return
	}
	b.out[group] = slices.DeleteFunc(b.out[group], func(id string) bool { return id == row })
	b.dropOrphans(n)
}

func (b *binder) add(group *node) {
	if len(b.out[group.path]) >= group.limit() {
		_ = b.fail("form.too_many_rows")
		return
	}
	b.out[group.path] = append(b.out[group.path], newRowID(b.out[group.path]))
}

// newRowID is an id that no row had before, removed ones included: the documents of a removed child must
// never become those of another. A number first, so that people who read a log can follow.
func newRowID(taken []string) string {
	return "k" + strconv.Itoa(len(taken)+1) + strings.ToLower(rand.Text()[:6])
}
