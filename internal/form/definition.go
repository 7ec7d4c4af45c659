// Package form is what is asked: steps and fields, the walk of a journey, and the binding and checking of a page of answers.
package form

import "guichet/internal/text"

// Form is forms/<procedure>.yaml as written: what is asked, of whom, why, and how each answer is protected.
// It is a plain description; [Compile] turns it into something that can be walked.
type Form struct {
	ID          string     `yaml:"form"`
	Title       text.Words `yaml:"title"`
	Languages   []string   `yaml:"languages"`
	Categories  []Category `yaml:"categories"`
	Steps       []*Step    `yaml:"steps"`
	AgentFields []*Field   `yaml:"agent_fields"` // filled by agents at moves, never asked of the person

	PaperLanguages []Option `yaml:"paper_languages"` // the languages one can say a document is written in, for the rules of `valid`
}

// Category groups answers that share one retention rule (RP-184) and one set of readers.
type Category struct {
	ID     string     `yaml:"id"`
	Label  text.Words `yaml:"label"`
	Health bool       `yaml:"health"` // data on health: handed to nobody who asks for their data, but as the law on medical information says
}

// Step is one page of questions; file order is the path, a rule only skips (design, decision 2).
type Step struct {
	ID       string     `yaml:"id"` // also the page's address
	Title    text.Words `yaml:"title"`
	Intro    text.Words `yaml:"intro"`
	When     string     `yaml:"when"`   // rule over earlier steps; empty = always
	Notice   string     `yaml:"notice"` // id of a workflow notice shown on the page, acknowledged where it asks to be (RP-042, RP-179)
	Category string     `yaml:"category"`
	Mirror   bool       `yaml:"mirror"` // default for the fields: the core business system collects it too (RP-150)
	Source   string     `yaml:"source"` // default for the fields: user | agent | system (RP-148, RP-149)
	Files    bool       `yaml:"files"`  // the step of supporting documents: each field is a form of its own
	Fields   []*Field   `yaml:"fields"`
}

// Kind is the shape of an answer.
type Kind string

// The kinds, closed: the loader refuses any other.
const (
	Text     Kind = "text"
	LongText Kind = "longtext"
	Number   Kind = "number" // whole number
	Decimal  Kind = "decimal"
	Money    Kind = "money" // euros and cents
	Date     Kind = "date"  // three boxes
	Time     Kind = "time"  // HH:MM
	Bool     Kind = "bool"  // yes or no
	Choice   Kind = "choice"
	Choices  Kind = "choices"
	Email    Kind = "email"
	Phone    Kind = "phone"
	Country  Kind = "country" // ISO 3166-1 alpha-2
	File     Kind = "file"    // answers are document ids
	Group    Kind = "group"   // repeats; answers are row ids
)

// Privacy is what an answer can do to its person in a release (anonymisation.md, section 2).
type Privacy string

// The privacy roles.
const (
	Direct    Privacy = "direct"    // names a person: never released
	Quasi     Privacy = "quasi"     // generalised by its hierarchy
	Sensitive Privacy = "sensitive" // generalised, and must stay diverse in every group
	FreeText  Privacy = "text"      // never released
	NoPrivacy Privacy = "none"      // of the service, says nothing of a person
)

// Field is one question, or one supporting document, or a repeatable group of questions.
type Field struct {
	ID        string     `yaml:"id"` // `group.name`, as in docs/requirements.tsv; inside a group only `name`
	Kind      Kind       `yaml:"kind"`
	Label     text.Words `yaml:"label"`
	Hint      text.Words `yaml:"hint"`
	Named     text.Words `yaml:"named"`  // the datum inside a sentence, "votre date de naissance": « Indiquez votre date de naissance. »
	Rows      []string   `yaml:"rows"`   // acceptance rows that list this datum (RP-151)
	Own       string     `yaml:"own"`    // or: why the service itself needs it (RP-150)
	Mirror    *bool      `yaml:"mirror"` // the core business system collects it too; default of the step
	Source    string     `yaml:"source"` // user | agent | system; default of the step
	Category  string     `yaml:"category"`
	See       []string   `yaml:"see"` // roles that may read it; empty = whoever reads the dossier
	Privacy   Privacy    `yaml:"privacy"`
	Hierarchy string     `yaml:"hierarchy"` // for quasi: age | country | number | option (how a release may generalise it)

	When     string   `yaml:"when"`     // rule: shown when; empty = always
	Required string   `yaml:"required"` // "true", "false" or a rule
	Compute  string   `yaml:"compute"`  // rule whose value is the answer; such a field is not asked
	Prefill  string   `yaml:"prefill"`  // rule giving the value offered when nothing is typed (earlier answers, account.email …)
	Validate string   `yaml:"validate"` // validator/v10 tag on the normalised string, e.g. "max=100,person_name"
	Checks   []Check  `yaml:"checks"`   // rules across fields; each with its message
	Options  []Option `yaml:"options"`
	Min      *float64 `yaml:"min"`
	Max      *float64 `yaml:"max"` // largest number; most characters of a text; most files; most rows of a group

	Autocomplete string     `yaml:"autocomplete"` // HTML token
	Width        int        `yaml:"width"`        // characters wide: 2,3,4,5,10,20,30
	Accept       []string   `yaml:"accept"`       // file: pdf, jpeg, png, heic
	MaxMB        *float64   `yaml:"max_mb"`       // file: the heaviest one file may be, at most the service's own 10
	Protect      string     `yaml:"protect"`      // file: id_copy (RP-181): agents take away pages with their name across, never the original; viewed: nor these (DS-105)
	OnRequest    bool       `yaml:"on_request"`   // file: asked only by a move that names it (DS-019), and nowhere before
	Greyscale    bool       `yaml:"greyscale"`    // file of pictures: kept without its colours, from the moment it arrives (DS-041)
	Proves       []string   `yaml:"proves"`       // file: answers it bears out, read beside it by agents; with per_row a group stands for its row
	Valid        []Validity `yaml:"valid"`        // file: what each paper handed in must meet
	PerRow       string     `yaml:"per_row"`      // file: one set for each row of this group (RP-129)
	RowWhen      string     `yaml:"row_when"`     // file with per_row: rule over `row`
	RowTitle     text.Words `yaml:"row_title"`    // group: "Child", shown with its number
	Fields       []*Field   `yaml:"fields"`       // group
}

// Option is one value of a choice.
type Option struct {
	ID    string     `yaml:"id"`
	Label text.Words `yaml:"label"`
	Hint  text.Words `yaml:"hint"`

	Retired bool `yaml:"-"` // set on the configuration screens: known, and no longer offered
}

// Validity is a rule that each file of a document must meet, when it is sent and again at a decision. A file of which nobody
// has told what the rule looks at is not judged by it.
type Validity struct {
	Rule    string     `yaml:"rule"`    // over the answers, document.issued, document.expires, document.received, document.language, document.languages
	Message text.Words `yaml:"message"` // what is wrong and what to give instead
	Submit  string     `yaml:"submit"`  // block (also when empty) | warn: what it does when the person sends; a decision it always blocks
}

// Check is a rule an answer must meet; `value` is the answer, `row` the row in a group.
type Check struct {
	Rule    string     `yaml:"rule"`
	Message text.Words `yaml:"message"`
	Warn    bool       `yaml:"warn"` // shown, never blocks
}
