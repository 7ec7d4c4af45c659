package form

import (
	"strconv"

	"guichet/internal/rule"
	"guichet/internal/text"
)

// node is a field, compiled.
type node struct {
	field *Field
	path  string // of a cell: its name alone
	slot  int    // place of its state in a journey
	typ   rule.Type
	given string // key of rule.Given(path) where the type is ambiguous, else ""
	read  bool   // a rule of the form looks at it

	when, required, compute, prefill, rowWhen *rule.Rule
	always                                    bool // required whatever was answered
	checks                                    []check
	valid                                     []validity
	tag                                       string
	options                                   map[string]*Option
	cells                                     []*node        // of a group
	zeroRow                                   map[string]any // what rules look at in a row, unanswered
	titles                                    []text.Words   // of its rows
	perRow                                    *node          // the group that a file repeats with
}

type check struct {
	*Check
	rule *rule.Rule
}

type stepNode struct {
	step   *Step
	when   *rule.Rule
	nodes  []*node
	number int
}

// ruleTypes says what an answer of each kind is to a rule. A group and a choice of several depend on more.
var ruleTypes = map[Kind]rule.Type{
	Text: rule.TypeString, LongText: rule.TypeString, Email: rule.TypeString, Phone: rule.TypeString,
	Country: rule.TypeString, Choice: rule.TypeString, Time: rule.TypeString,
	Number: rule.TypeInt, Decimal: rule.TypeFloat, Money: rule.TypeFloat, // money in euros
	Date: rule.TypeDate, Bool: rule.TypeBool, Choices: rule.TypeStrings, File: rule.TypeStrings, Group: rule.TypeAny,
}

// FactTypes are what is known of the account that fills the form, for prefill rules. A fact that the
// caller does not pass is blank.
var FactTypes = map[string]rule.Type{
	"account.email": rule.TypeString, "account.last_name": rule.TypeString, "account.first_names": rule.TypeString,
	"account.phone": rule.TypeString, "account.language": rule.TypeString,
	FactChannel: rule.TypeString,
}

// FactChannel is the way in of the dossier (online, counter, post …), for conditions too.
const FactChannel = "dossier.channel"

// Facts are values for FactTypes.
type Facts map[string]any

func newNode(f *Field) *node {
	n := &node{field: f, path: f.ID, typ: ruleTypes[f.Kind], options: map[string]*Option{}}
	for i := range f.Options {
		n.options[f.Options[i].ID] = &f.Options[i]
	}
	for _, cell := range f.Fields {
		n.cells = append(n.cells, newNode(cell))
	}
	if f.Kind == Group {
		n.typ = rule.RowsType(columnsOf(n.cells)...)
	}
	if n.typ.Ambiguous() {
		n.given = rule.Given(n.path)
	}
	return n
}

func columnsOf(cells []*node) []rule.Column {
	columns := make([]rule.Column, len(cells))
	for i, c := range cells {
		columns[i] = rule.Column{Name: c.path, Type: c.typ}
	}
	return columns
}

// put stores an answer for the rules of the form, when one of them looks at it.
func (n *node) put(values map[string]any, v any) {
	if n.read {
		n.set(values, v)
	}
}

// set stores an answer where rules find it.
func (n *node) set(values map[string]any, v any) {
	values[n.path] = v
	if n.given != "" {
		values[n.given] = true
	}
}

// maxRows bounds every repeatable group, whatever its own Max.
const maxRows = 30

// heaviest is the most megabytes a definition may allow a file: what the service takes (document.Standard).
const heaviest = 10

// limit is the most rows of a group or documents of a file field.
func (n *node) limit() int {
	if n.field.Max != nil && (n.field.Kind == File || int(*n.field.Max) < maxRows) {
		return int(*n.field.Max)
	}
	return maxRows
}

// title is « Enfant 2 » for the second row of a group; a journey has at most one row too many.
func (n *node) title(number int) *text.Words { return &n.titles[number-1] }

// prepareRows makes once what every row of a group needs.
func (n *node) prepareRows() {
	n.zeroRow = map[string]any{}
	for _, cell := range n.cells {
		if cell.read {
			n.zeroRow[cell.path] = cell.typ.Zero()
			if cell.given != "" {
				n.zeroRow[cell.given] = false
			}
		}
	}
	for i := range maxRows + 1 {
		number := " " + strconv.Itoa(i+1)
		n.titles = append(n.titles, text.Words{FR: n.field.RowTitle.FR + number, EN: n.field.RowTitle.EN + number})
	}
}
