package backoffice

import (
	"net/http"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/web"
	"guichet/web/components"
)

// thread is the internal thread, which the person never sees (RP-027).
type thread struct {
	shown, may bool
	notes      []note
	words      components.Field
}

type note struct{ author, at, words string }

func threadOf(v *web.Visit, f *dossier.File, names map[int64]string) thread {
	t := thread{shown: true, may: access.Can(v.Actor, access.Message, f.Dossier.Dossier, "internal")}
	for _, n := range f.Notes {
		t.notes = append(t.notes, note{orWords(names[n.AuthorID], v.P.T("desk.journal.service")), v.P.ShortDateTimeAt(n.At), n.Body})
	}
	t.words = components.Field{
		ID: "words", Name: "words", Label: v.P.T("desk.thread.words"), Hint: v.P.T("desk.thread.hint"), Rows: 3, MaxLength: 10_000,
	}
	return t
}

func (b *desk) postNote(v *web.Visit) error {
	posted, err := v.OneEach("words")
	if err != nil {
		return err
	}
	words := lined(posted["words"])
	mentioned, problem, err := b.mentioned(v, words)
	if err != nil {
		return err
	}
	if problem == "" {
		err = b.Office.Note(v.R.Context(), v.Actor, v.Param("dossier"), words, mentioned...)
	}
	switch {
	case fault.Key(err) == "note.length" && words == "":
		problem = v.P.T("desk.thread.empty")
	case fault.Key(err) == "note.length":
		problem = v.P.T("desk.thread.problem")
	case err != nil:
		return err
	}
	if problem != "" {
		return b.sendDossier(v, http.StatusUnprocessableEntity, func(x *dossierView) {
			x.thread.words.Value, x.thread.words.Error = posted["words"], problem
			x.problems = []components.Problem{{ID: "words", Text: problem}}
		})
	}
	v.Flash("desk.thread.added")
	return v.Redirect(dossierPath(v.Param("dossier")) + "#thread")
}

// lined are posted words with their lines as they are kept.
func lined(words string) string {
	return strings.TrimSpace(strings.ReplaceAll(words, "\r\n", "\n"))
}

// mentioned finds the colleagues that a note names; problem says which name is nobody's, and how names are written.
func (b *desk) mentioned(v *web.Visit, words string) (ids []int64, problem string, err error) {
	if !strings.Contains(words, "@") {
		return nil, "", nil
	}
	d, err := b.Office.Open(v.R.Context(), v.Actor, v.Param("dossier"))
	if err != nil {
		return nil, "", err
	}
	readers, err := b.Office.Readers(v.R.Context(), v.Actor, d)
	if err != nil {
		return nil, "", err
	}
	names, err := b.names(v, readers)
	if err != nil {
		return nil, "", err
	}
	ids, unknown := mentions(words, names)
	if unknown == "" {
		return ids, "", nil
	}
	var all []string
	for _, name := range names {
		all = append(all, "@"+name)
	}
	slices.Sort(all)
	return nil, v.P.T("desk.mention.unknown", "name", unknown, "names", strings.Join(all, ", ")), nil
}

// mentions reads each @name at the beginning of a word: the whole name in either order, or one word of it that is nobody else's,
// whatever the case and the accents. unknown is the first that names nobody, or several.
func mentions(words string, names map[int64]string) (ids []int64, unknown string) {
	rest, before := words, ""
	for {
		head, tail, found := strings.Cut(rest, "@")
		if !found {
			return ids, ""
		}
		before, rest = head, tail
		line, _, _ := strings.Cut(tail, "\n")
		if !startsWord(before) || strings.TrimSpace(line) == "" || strings.HasPrefix(line, " ") {
			continue
		}
		named := namedBy(dossier.NameWords(line), names)
		if len(named) == 0 {
			return nil, "@" + strings.TrimRight(strings.Fields(line)[0], ".,;:!?)»\"")
		}
		for _, id := range named {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
}

// startsWord tells whether an @ after these words begins one: that of an address of mail does not.
func startsWord(before string) bool {
	return before == "" || strings.ContainsAny(before[len(before)-1:], " \n\t([,;:'\"«")
}

// namedBy are the agents whose whole name begins the words; else the one whose name alone has the first word.
func namedBy(said []string, names map[int64]string) []int64 {
	var whole, part []int64
	for id, name := range names {
		own := dossier.NameWords(name)
		if n := len(own); n > 0 && n <= len(said) && sameWords(said[:n], own) {
			whole = append(whole, id)
		}
		if len(said) > 0 && slices.Contains(own, said[0]) {
			part = append(part, id)
		}
	}
	if len(whole) > 0 {
		return fullest(whole, names)
	}
	if len(part) == 1 {
		return part
	}
	return nil
}

func sameWords(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// fullest keeps those with the most words: « Anne Marie Roux » is not « Anne Marie ».
func fullest(ids []int64, names map[int64]string) []int64 {
	most := 0
	for _, id := range ids {
		most = max(most, len(dossier.NameWords(names[id])))
	}
	return slices.DeleteFunc(ids, func(id int64) bool { return len(dossier.NameWords(names[id])) < most })
}
