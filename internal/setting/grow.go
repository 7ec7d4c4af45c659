package setting

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/fault"
)

// NewEntry stands where an entry's id does, in the parts of a form that ask for one more: NewEntry.id, .fr and .en.
const NewEntry = "new"

// mostEntries is how many entries a list may have.
const mostEntries = 60

var (
	entryID = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	noID    = regexp.MustCompile(`[^a-z0-9]+`)
)

// entryParts are the parts of an entry, in the order of the page.
func entryParts(id string) []string {
	return []string{id + ".place", id + ".fr", id + ".en", id + ".retired"}
}

// with is the list with the entries that a value has and the files have not.
func (i Item) with(v Value) Item {
	if i.Kind != List || !i.Grows {
		return i
	}
	i.Entries, i.Parts = slices.Clone(i.Entries), slices.Clone(i.Parts)
	var more []string
	for part := range v {
		if id, ok := strings.CutSuffix(part, ".fr"); ok && id != NewEntry && !slices.Contains(i.Entries, id) {
			more = append(more, id)
		}
	}
	slices.Sort(more)
	for _, id := range more {
		i.Entries, i.Parts = append(i.Entries, id), append(i.Parts, entryParts(id)...)
	}
	return i
}

// grow takes the entry that a form asks for into the list and the value. An entry that was added once and that the value leaves
// out stays, retired: something may bear its id.
func (i Item) grow(v Value) (Item, Value, []Problem) {
	if i.Kind != List || !i.Grows {
		return i, v, nil
	}
	out := Value{}
	for part, said := range v {
		if !strings.HasPrefix(part, NewEntry+".") {
			out[part] = said
		}
	}
	for _, id := range i.Entries {
		_, given := out[id+".fr"]
		if _, written := i.Written[id+".fr"]; given || written {
			continue
		}
		for _, part := range entryParts(id) {
			out[part] = i.Now[part]
		}
		out[id+".retired"] = yes
	}
	id, fr, en := strings.TrimSpace(v[NewEntry+".id"]), strings.TrimSpace(v[NewEntry+".fr"]), strings.TrimSpace(v[NewEntry+".en"])
	if id+fr+en == "" {
		return i, out, nil
	}
	if id == "" {
		id = i.idFor(en)
	}
	if problems := i.wrongEntry(id, fr, en); len(problems) > 0 {
		return i, out, problems
	}
	out[id+".fr"], out[id+".en"], out[id+".place"], out[id+".retired"] = fr, en, strconv.Itoa(len(i.Entries)+1), ""
	return i.with(out), out, nil
}

// wrongEntry says what is wrong with an entry that a form asks for.
func (i Item) wrongEntry(id, fr, en string) (out []Problem) {
	for lang, said := range map[string]string{"fr": fr, "en": en} {
		if said == "" {
			out = append(out, Problem{NewEntry + "." + lang, "setting.problem.empty", nil})
		}
	}
	slices.SortFunc(out, func(a, b Problem) int { return strings.Compare(b.Part, a.Part) })
	switch {
	case len(out) > 0:
	case !entryID.MatchString(id) || id == NewEntry:
		out = append(out, Problem{NewEntry + ".id", "setting.problem.entry_id", nil})
	case slices.Contains(i.Entries, id):
		out = append(out, Problem{NewEntry + ".id", "setting.problem.entry_taken", nil})
	case len(i.Entries) >= mostEntries:
		out = append(out, Problem{NewEntry + ".fr", "setting.problem.entries", []any{"most", strconv.Itoa(mostEntries)}})
	}
	return out
}

// idFor makes an id of an entry's English words, another than those there are.
func (i Item) idFor(en string) string {
	base := strings.Trim(noID.ReplaceAllString(strings.ToLower(en), "_"), "_")
	base = strings.TrimRight(strings.TrimLeft(base, "0123456789_")[:min(30, len(strings.TrimLeft(base, "0123456789_")))], "_")
	if base == "" || base == NewEntry {
		base = "entry"
	}
	id := base
	for n := 2; slices.Contains(i.Entries, id); n++ {
		id = base + "_" + strconv.Itoa(n)
	}
	return id
}

// errForm is for a part that the item has not.
var errForm = fault.New(fault.Invalid, "error.form")
