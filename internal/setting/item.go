package setting

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// Kind is a kind of thing that may be set.
type Kind string

// The kinds, closed.
const (
	Text   Kind = "text"   // a text of the service, in each language
	Words  Kind = "words"  // a text of a procedure's definition
	List   Kind = "list"   // a closed list of a definition: words, order, retirement
	Limit  Kind = "limit"  // a duration or a number inside declared bounds
	Team   Kind = "team"   // how a team is called, and its mailbox
	Days   Kind = "days"   // the closed days
	Survey Kind = "survey" // address of the satisfaction survey (RP-023)
)

// Kinds lists the kinds in the order of the pages.
var Kinds = []Kind{Text, Words, List, Limit, Team, Days, Survey}

// Value is what is set, in parts: "fr" and "en" of words, "value" of a limit, "name" and "mailbox" of a team, "lines" of the
// closed days, "address" of the survey; of a list "<entry>.fr", "<entry>.en", "<entry>.place" and "<entry>.retired" ("yes").
type Value map[string]string

// Item is one thing that may be set.
type Item struct {
	Key       string
	Kind      Kind
	Procedure string // "" = of the whole installation
	Name      string // key of a text, path in a definition, code of a team
	Label     text.Words

	Parts   []string // of its value, in the order of the page
	Long    bool     // its words have several lines
	Written Value    // as files and deployment have it
	Now     Value    // as it is in force
	Set     bool     // Now was set
	Seq     int64    // the change that set it, 0 when it is as written; see [Board.Version]
	Misfit  string   // why what was set is left out, "" when it is not

	Values      []string // what its words may bear between braces
	Must        []string // and what they must
	Least, Most string   // of a limit
	Number      bool     // a limit that is a number, not a duration
	Entries     []string // of a list
	Grows       bool     // a list that entries can be added to

	gone bool // nothing of this name may be set any more: it can only be taken back
}

// Gone tells whether the files no longer have what was set.
func (i Item) Gone() bool { return i.gone }

func key(parts ...string) string { return strings.Join(parts, ":") }

// May tells whether the actor may set things of a procedure, or of the whole installation when it is "": the procedure's own
// right to configure, all procedures' for what concerns them all, or the installation's administration (RP-159, RP-161).
func (b *Board) May(a access.Actor, procedureID string) bool {
	if access.Administers(a) {
		return true
	}
	if procedureID != "" {
		return access.May(a, access.Configure, procedureID)
	}
	for _, p := range b.Catalogue.All() {
		if !access.May(a, access.Configure, p.ID) {
			return false
		}
	}
	return true
}

// Any tells whether the actor may set anything at all.
func (b *Board) Any(a access.Actor) bool {
	return a.Kind == access.Agent && (b.May(a, "") || slices.ContainsFunc(b.Catalogue.All(), func(p *procedure.Procedure) bool { return b.May(a, p.ID) }))
}

// Items lists what of a kind the actor may set, in the order of the files.
func (b *Board) Items(ctx context.Context, a access.Actor, kind Kind) (_ []Item, err error) {
	defer fault.Wrap(&err, "setting.Items %s", kind)
	all, err := b.written(ctx, kind)
	if err != nil {
		return nil, err
	}
	s := b.now.Load()
	all = slices.DeleteFunc(all, func(i Item) bool { return !b.May(a, i.Procedure) })
	for i := range all {
		all[i].stand(s)
	}
	for k := range s.values { // what the files have no more
		if kindOf(k) == kind && !slices.ContainsFunc(all, func(i Item) bool { return i.Key == k }) && b.May(a, procedureOf(k)) {
			all = append(all, goneItem(k, s))
		}
	}
	return all, nil
}

// Item finds one by its key. Errors: NotFound where nothing is called so, Forbidden where it is not the actor's to set.
func (b *Board) Item(ctx context.Context, a access.Actor, k string) (_ Item, err error) {
	defer fault.Wrap(&err, "setting.Item")
	if !slices.Contains(Kinds, kindOf(k)) {
		return Item{}, fault.New(fault.NotFound, "")
	}
	all, err := b.written(ctx, kindOf(k))
	if err != nil {
		return Item{}, err
	}
	s := b.now.Load()
	i := slices.IndexFunc(all, func(i Item) bool { return i.Key == k })
	if _, set := s.values[k]; i < 0 && !set {
		return Item{}, fault.New(fault.NotFound, "")
	}
	if !b.May(a, procedureOf(k)) {
		return Item{}, fault.New(fault.Forbidden, "")
	}
	if i < 0 {
		return goneItem(k, s), nil
	}
	all[i].stand(s)
	return all[i], nil
}

// stand fills in what was set.
func (i *Item) stand(s *state) {
	i.Now, i.Misfit = i.Written, s.misfits[i.Key]
	if x, ok := s.values[i.Key]; ok {
		*i = i.with(x.value)
		i.Seq, i.Set, i.Now = x.seq, true, i.completed(x.value)
	}
}

// completed is a value with the parts that the files have and it has not: entries a list has got since.
func (i *Item) completed(v Value) Value {
	out := Value{}
	for _, part := range i.Parts {
		said, ok := v[part]
		if !ok {
			said = i.Written[part]
		}
		out[part] = said
	}
	return out
}

func goneItem(k string, s *state) Item {
	x := s.values[k]
	i := Item{Key: k, Kind: kindOf(k), Procedure: procedureOf(k), Name: nameOf(k), Now: x.value, Set: true, Seq: x.seq, Misfit: s.misfits[k], gone: true}
	for part := range x.value {
		i.Parts = append(i.Parts, part)
	}
	slices.Sort(i.Parts)
	return i
}

func kindOf(k string) Kind {
	kind, _, _ := strings.Cut(k, ":")
	return Kind(kind)
}

// procedureOf is the procedure that a key belongs to, "" for what is the installation's.
func procedureOf(k string) string {
	if parts := strings.SplitN(k, ":", 3); len(parts) == 3 && Kind(parts[0]) != Text {
		return parts[1]
	}
	return ""
}

func nameOf(k string) string {
	parts := strings.SplitN(k, ":", 3)
	if len(parts) == 3 && Kind(parts[0]) == Text {
		return parts[1] + ":" + parts[2]
	}
	return parts[len(parts)-1]
}

// written lists the things of a kind as files and deployment have them.
func (b *Board) written(ctx context.Context, kind Kind) ([]Item, error) {
	if kind == Team {
		return b.teams(ctx)
	}
	return b.onFile(kind), nil
}

// onFile lists the things of a kind other than teams.
func (b *Board) onFile(kind Kind) []Item {
	switch kind {
	case Text:
		return b.texts()
	case Days:
		return []Item{{Key: string(Days), Kind: Days, Name: string(Days), Parts: []string{partLines}, Long: true, Written: Value{partLines: b.Catalogue.WrittenDays()}}}
	case Survey:
		return []Item{{Key: string(Survey), Kind: Survey, Name: string(Survey), Parts: []string{partAddress}, Written: Value{partAddress: b.Survey}}}
	}
	var out []Item
	for _, p := range b.Catalogue.All() {
		out = append(out, ofDefinition(p, kind)...)
	}
	return out
}

func (b *Board) texts() []Item {
	keys := b.Texts.Keys()
	out := make([]Item, len(keys))
	for i, name := range keys {
		w, _ := b.Texts.Written(name)
		values := b.Texts.Values(name)
		out[i] = Item{
			Key: key(string(Text), name), Kind: Text, Name: name, Parts: languages, Long: lines(w) || strings.HasSuffix(name, ".body"),
			Written: wordsValue(w), Values: values, Must: values,
		}
	}
	return out
}

var languages = []string{string(text.FR), string(text.EN)}

func wordsValue(w text.Words) Value { return Value{"fr": w.FR, "en": w.EN} }

func (v Value) words() text.Words { return text.Words{FR: v["fr"], EN: v["en"]} }

func lines(w text.Words) bool { return strings.Contains(w.FR+w.EN, "\n") }

// ofDefinition lists the things of a kind that a definition lets be set.
func ofDefinition(p *procedure.Procedure, kind Kind) []Item {
	var out []Item
	add := func(name string, i Item) {
		i.Key, i.Kind, i.Procedure, i.Name = key(string(kind), p.ID, name), kind, p.ID, name
		out = append(out, i)
	}
	switch kind {
	case Words:
		for _, w := range p.Editable.Words {
			must := text.Names(w.Words.FR)
			add(w.Path, Item{Parts: languages, Long: w.Long || lines(w.Words), Written: wordsValue(w.Words), Values: union(w.Values, must), Must: must})
		}
	case List:
		for _, l := range p.Editable.Lists {
			i := Item{Label: l.Label, Written: Value{}, Grows: l.Grows}
			for n, e := range l.Entries {
				i.Entries = append(i.Entries, e.ID)
				i.Parts = append(i.Parts, entryParts(e.ID)...)
				i.Written[e.ID+".fr"], i.Written[e.ID+".en"], i.Written[e.ID+".place"], i.Written[e.ID+".retired"] = e.Label.FR, e.Label.EN, strconv.Itoa(n+1), ""
			}
			add(l.Path, i)
		}
	case Limit:
		for _, l := range p.Editable.Limits {
			add(l.Path, Item{Label: l.Label, Parts: []string{partValue}, Written: Value{partValue: l.Value}, Least: l.Least, Most: l.Most, Number: l.Number})
		}
	}
	return out
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}
