package setting

import (
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/internal/procedure"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Problem is why a value is not taken: the part it is about, and what to do as a text's key with its values.
type Problem struct {
	Part string
	Key  string
	Args []any
}

// most a name, an address or an entry's words may have, in characters.
const most = 300

// tidy gives a posted value its parts, the spaces around them and the line ends of other systems taken off. Invalid for a part
// that the item has not.
func (i Item) tidy(v Value) (Value, error) {
	out := Value{}
	for part, said := range v {
		fresh := i.Grows && slices.Contains([]string{NewEntry + ".id", NewEntry + ".fr", NewEntry + ".en"}, part)
		if !slices.Contains(i.Parts, part) && !fresh || !utf8.ValidString(said) || strings.ContainsRune(said, 0) {
			return nil, errForm
		}
		out[part] = strings.TrimSpace(strings.ReplaceAll(said, "\r\n", "\n"))
	}
	for _, part := range i.Parts {
		if said := i.Written[part]; strings.HasSuffix(said, "\n") && out[part] == strings.TrimSpace(said) {
			out[part] = said // what is as written ends as written
		} else if _, ok := out[part]; !ok && (i.Kind != List || i.ofFiles(part)) {
			out[part] = ""
		}
	}
	return out, nil
}

// ofFiles tells whether a part is one that the files have; another is of an entry that was added.
func (i Item) ofFiles(part string) bool { _, ok := i.Written[part]; return ok }

// check says what is wrong with a value, by what the item alone tells.
func (i Item) check(v Value) []Problem {
	switch i.Kind {
	case Text, Words:
		return i.checkWords(v.words())
	case List:
		return i.checkList(v)
	case Limit:
		if !(procedure.Limit{Least: i.Least, Most: i.Most, Number: i.Number}).Fits(v[partValue]) {
			return []Problem{{partValue, "setting.problem.bounds", []any{"least", i.Least, "most", i.Most}}}
		}
	case Team:
		return checkTeam(v)
	case Days:
		return checkDays(v[partLines])
	case Survey:
		if at := v[partAddress]; at != "" && !address(at) {
			return []Problem{{partAddress, "setting.problem.address", nil}}
		}
	}
	return nil
}

// checkWords names each value that is not known, with those that are, and each that is lacking.
func (i Item) checkWords(w text.Words) []Problem {
	var out []Problem
	for _, m := range text.Fit(w, i.Values, i.Must, i.room()) {
		p := Problem{Part: string(m.Lang), Key: "setting.problem." + m.Why}
		switch m.Why {
		case "unknown":
			p.Args = []any{"value", braced(m.Name), "allowed", allowed(i.Values)}
			if len(i.Values) == 0 {
				p.Key = "setting.problem.unknown_none"
				p.Args = p.Args[:2]
			}
		case "long":
			p.Args = []any{"most", strconv.Itoa(m.Most)}
		case "missing":
			p.Args = []any{"value", braced(m.Name), "allowed", allowed(i.Values)}
		}
		out = append(out, p)
	}
	return out
}

// room is what its words may take.
func (i Item) room() text.Room {
	name := ""
	if i.Kind == Text {
		name = i.Name
	}
	return text.RoomOf(name, i.Written.words(), i.Long)
}

func braced(name string) string { return "{" + name + "}" }

func allowed(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = braced(v)
	}
	return strings.Join(out, " ")
}

func (i Item) checkList(v Value) []Problem {
	var out []Problem
	offered := false
	for _, e := range i.Entries {
		for _, l := range languages {
			switch said := v[e+"."+l]; {
			case said == "":
				out = append(out, Problem{e + "." + l, "setting.problem.empty", nil})
			case utf8.RuneCountInString(said) > most || strings.Contains(said, "\n"):
				out = append(out, Problem{e + "." + l, "setting.problem.line", nil})
			}
		}
		if n, err := strconv.Atoi(v[e+".place"]); err != nil || n < 1 || n > 999 {
			out = append(out, Problem{e + ".place", "setting.problem.place", nil})
		}
		offered = offered || v[e+".retired"] != yes
	}
	if !offered {
		out = append(out, Problem{i.Entries[0] + ".retired", "setting.problem.all_retired", nil})
	}
	return out
}

// yes is the value of a part that is ticked.
const yes = "yes"

// entries reads a list's value, in the order of the places; those of one place stand as written.
func entries(v Value, written []procedure.Entry) []procedure.Entry {
	out := make([]procedure.Entry, 0, len(written))
	for _, e := range written {
		if _, ok := v[e.ID+".fr"]; ok {
			out = append(out, procedure.Entry{ID: e.ID, Label: text.Words{FR: v[e.ID+".fr"], EN: v[e.ID+".en"]}, Retired: v[e.ID+".retired"] == yes})
		}
	}
	var more []string
	for part := range v {
		if id, ok := strings.CutSuffix(part, ".fr"); ok && !slices.ContainsFunc(written, func(e procedure.Entry) bool { return e.ID == id }) {
			more = append(more, id)
		}
	}
	slices.Sort(more)
	for _, id := range more {
		out = append(out, procedure.Entry{ID: id, Label: text.Words{FR: v[id+".fr"], EN: v[id+".en"]}, Retired: v[id+".retired"] == yes})
	}
	place := func(e procedure.Entry) int { n, _ := strconv.Atoi(v[e.ID+".place"]); return n }
	slices.SortStableFunc(out, func(a, b procedure.Entry) int { return place(a) - place(b) })
	return out
}

func checkTeam(v Value) []Problem {
	var out []Problem
	switch name := v[partName]; {
	case name == "":
		out = append(out, Problem{partName, "setting.problem.empty", nil})
	case utf8.RuneCountInString(name) > most || strings.Contains(name, "\n"):
		out = append(out, Problem{partName, "setting.problem.line", nil})
	}
	if box := v[partMailbox]; box != "" {
		if a, err := mail.ParseAddress(box); err != nil || a.Address != box || !strings.Contains(box, ".") {
			out = append(out, Problem{partMailbox, "setting.problem.mailbox", nil})
		}
	}
	return out
}

func checkDays(lines string) []Problem {
	if utf8.RuneCountInString(lines) > text.Longest {
		return []Problem{{partLines, "setting.problem.long", []any{"most", strconv.Itoa(text.Longest)}}}
	}
	_, faults := workflow.ParseCalendar(lines)
	var out []Problem
	for _, f := range faults {
		if f.Text == "week" {
			out = append(out, Problem{partLines, "setting.problem.week", nil})
			continue
		}
		out = append(out, Problem{partLines, "setting.problem.day", []any{"line", strconv.Itoa(f.Line), "said", f.Text}})
	}
	return out
}

// address tells a whole web address that says nothing of who follows it.
func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && !strings.ContainsAny(s, "{} \n") && len(s) <= most
}
