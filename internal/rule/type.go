// Package rule is an expression of a definition file, compiled against the names it may use.
package rule

import (
	"slices"
	"time"

	"github.com/expr-lang/expr/types"
)

// Date is a calendar date: a time at 00:00 UTC. The zero Date means that none was given.
type Date = time.Time

// Type is what a name holds or what a rule yields.
type Type struct {
	kind    kind
	columns *columns // of rows and of a row
}

type kind uint8

const (
	kindAny kind = iota
	kindString
	kindInt
	kindFloat
	kindBool
	kindDate
	kindStrings
	kindRow
	kindRows
)

var kindNames = [...]string{"anything", "text", "whole number", "number", "yes or no", "date", "list of texts", "row", "list of rows"}

func (t Type) String() string { return kindNames[t.kind] }

// The types. A name that was not answered holds the zero of its type; [Env] says how given() tells
// an unanswered number from 0.
var (
	TypeAny     = Type{kind: kindAny}
	TypeString  = Type{kind: kindString}
	TypeInt     = Type{kind: kindInt}
	TypeFloat   = Type{kind: kindFloat}
	TypeBool    = Type{kind: kindBool}
	TypeDate    = Type{kind: kindDate}
	TypeStrings = Type{kind: kindStrings}
)

// Column is one cell of the rows of a group.
type Column struct {
	Name string
	Type Type
}

type columns []Column

// RowType is one row of a group: a map from column to value.
func RowType(cells ...Column) Type {
	c := columns(cells)
	return Type{kindRow, &c}
}

// RowsType is a list of such rows, a []any of maps.
func RowsType(cells ...Column) Type {
	c := columns(cells)
	return Type{kindRows, &c}
}

// Row is the type of one of the rows of t.
func (t Type) Row() Type { return Type{kindRow, t.columns} }

// has reports whether rows of t have a column.
func (t Type) has(column string) bool {
	return slices.ContainsFunc(*t.columns, func(c Column) bool { return c.Name == column })
}

// Ambiguous reports whether the zero of t is also an answer (0, no), so that values must hold
// Given(name) beside it.
func (t Type) Ambiguous() bool {
	return t.kind == kindInt || t.kind == kindFloat || t.kind == kindBool
}

// Given is the key under which values say whether an ambiguous name was answered, as a bool.
func Given(name string) string { return "?" + name }

// Zero is the value of a name that was not answered. Maps are new at each call.
func (t Type) Zero() any {
	switch t.kind {
	case kindString:
		return ""
	case kindInt:
		return 0
	case kindFloat:
		return 0.0
	case kindBool:
		return false
	case kindDate:
		return Date{}
	case kindStrings:
		return []string(nil)
	case kindRow:
		return t.zeroRow()
	case kindRows:
		return []any(nil)
	}
	return nil
}

func (t Type) zeroRow() map[string]any {
	row := make(map[string]any, 2*len(*t.columns))
	for _, c := range *t.columns {
		row[c.Name] = c.Type.Zero()
		if c.Type.Ambiguous() {
			row[Given(c.Name)] = false
		}
	}
	return row
}

// checked is t as the expression's own type checker knows it.
func (t Type) checked() types.Type {
	switch t.kind {
	case kindRow:
		return t.checkedRow()
	case kindRows:
		return types.Array(t.checkedRow())
	case kindAny:
		return types.Any
	}
	return types.TypeOf(t.Zero())
}

func (t Type) checkedRow() types.Map {
	m := make(types.Map, 2*len(*t.columns))
	for _, c := range *t.columns {
		m[c.Name] = c.Type.checked()
		if c.Type.Ambiguous() {
			m[Given(c.Name)] = types.Bool
		}
	}
	return m
}
