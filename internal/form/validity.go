package form

import (
	"fmt"
	"slices"

	"guichet/internal/rule"
	"guichet/internal/text"
)

// Warns as a validity rule's `submit` shows a document that does not meet it, and lets it be sent.
const Warns = "warn"

// What can be told of a document, and the names under which validity rules see it.
const (
	Issued   = "issued"   // the day it was made
	Expires  = "expires"  // its last day
	Language = "language" // a name of paper_languages
)

// paperTypes are the names that a validity rule has beside the answers.
var paperTypes = map[string]rule.Type{
	"document.issued": rule.TypeDate, "document.expires": rule.TypeDate,
	"document.received":  rule.TypeDate,    // the day it was sent; today while it was not
	"document.language":  rule.TypeString,  // of this file
	"document.languages": rule.TypeStrings, // of all files given for the same document
}

// Paper is what is known of one file of a document; what is zero was not told.
type Paper struct {
	Issued, Expires rule.Date
	Received        rule.Date
	Language        string
	Languages       []string
}

// Invalid is a validity rule that a file does not meet.
type Invalid struct {
	Message text.Words
	Warn    bool // at submission it is shown and does not block
}

type validity struct {
	*Validity
	rule  *rule.Rule
	reads []string // Issued, Expires, Language
}

// validity compiles what each file of a document must meet.
func (k *compiler) validity(path string, n *node, env *rule.Env) {
	if len(n.field.Valid) == 0 {
		return
	}
	if n.field.Kind != File {
		k.refuse(path+".valid", n.field.ID, "validity rules belong to a document", "write them on a field of kind file, or use checks")
		return
	}
	for name, t := range paperTypes {
		env = env.With(name, t)
	}
	for i := range n.field.Valid {
		v, p := &n.field.Valid[i], fmt.Sprintf("%s.valid[%d]", path, i)
		k.words(p+".message", n.field.ID, v.Message)
		if !slices.Contains([]string{"", "block", Warns}, v.Submit) {
			k.refuse(p+".submit", n.field.ID, fmt.Sprintf("“%s” is nothing a rule does when a document is sent", v.Submit), "write block or warn")
		}
		if v.Rule == "" {
			k.refuse(p+".rule", n.field.ID, "the validity has no rule", "write what each file must meet")
		}
		r := k.rule(p+".rule", n.field.ID, v.Rule, env, rule.TypeBool)
		if r == nil {
			continue
		}
		reads := told(r)
		if slices.Contains(reads, Language) && len(k.c.PaperLanguages) == 0 {
			k.refuse(p+".rule", n.field.ID, "nobody can say in which language a document is", "list the languages in `paper_languages` of the form")
		}
		n.valid = append(n.valid, validity{v, r, reads})
	}
}

// told are the things somebody must tell of a document before a rule can judge it.
func told(r *rule.Rule) (out []string) {
	for _, what := range []string{Issued, Expires, Language} {
		if slices.ContainsFunc(r.Reads(), func(name string) bool {
			return name == "document."+what || what == Language && name == "document.languages"
		}) {
			out = append(out, what)
		}
	}
	return out
}

// Tells lists what somebody should tell of each file at a path, because a validity rule looks at it: Issued, Expires, Language.
func (c *Compiled) Tells(path string) (out []string) {
	n := c.find(path)
	if n == nil {
		return nil
	}
	for _, what := range []string{Issued, Expires, Language} {
		if slices.ContainsFunc(n.valid, func(v validity) bool { return slices.Contains(v.reads, what) }) {
			out = append(out, what)
		}
	}
	return out
}

// Invalid lists the validity rules of the document at path that a file does not meet on the day of the journey.
func (j *Journey) Invalid(path string, p Paper) (out []Invalid) {
	n := j.c.find(path)
	if n == nil || len(n.valid) == 0 {
		return nil
	}
	values := map[string]any{
		"document.issued": p.Issued, "document.expires": p.Expires, "document.received": p.Received,
		"document.language": p.Language, "document.languages": p.Languages,
	}
	for name, v := range values {
		j.values[name] = v
	}
	for _, v := range n.valid {
		if !p.unknown(v.reads) && !j.holds(v.rule) {
			out = append(out, Invalid{v.Message, v.Submit == Warns})
		}
	}
	for name := range values {
		delete(j.values, name)
	}
	return out
}

func (p Paper) unknown(reads []string) bool {
	for _, what := range reads {
		if what == Issued && p.Issued.IsZero() || what == Expires && p.Expires.IsZero() || what == Language && p.Language == "" {
			return true
		}
	}
	return false
}

// ReadDate reads a day as it is typed in three boxes; blanks are no date. What is wrong is said by words for the reader, and
// part names the box.
func ReadDate(day, month, year string) (d rule.Date, wrong text.Words, part string) {
	raw := []string{day, month, year}
	if blank(raw) {
		return rule.Date{}, text.Words{}, ""
	}
	d, f := parseDate(raw)
	if f != nil {
		return rule.Date{}, f.words, f.part
	}
	return d, text.Words{}, ""
}

// DateParts are the three boxes that show a date.
func DateParts(d rule.Date) (parts [3]string) {
	copy(parts[:], writeDate(d))
	return parts
}
