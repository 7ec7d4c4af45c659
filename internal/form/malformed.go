package form

import (
	"strconv"
	"unicode/utf8"

	"guichet/internal/text"
)

// missing is the problem of a required answer that was not given. An answer that is only offered counts
// as missing without a word: the page with it was not saved yet.
func (s *FieldState) missing() *Problem {
	if !s.Required || s.Answered() || s.Computed() {
		return nil
	}
	p := s.problem("required", wanted[s.Field.Kind])
	if !s.Field.Named.IsZero() && s.Field.Kind != File {
		p.Message = labelled(s.rowTitle(), fillWords(askFor[isChoice(s.Field.Kind)], s.Field.Named))
	}
	if s.Field.Kind == Date {
		p.Part = "day"
	}
	return p
}

func isChoice(k Kind) bool { return k == Choice || k == Choices || k == Bool || k == Country }

// malformed is the first thing wrong with the form of an answer, or nil.
func (s *FieldState) malformed() *Problem {
	if s.flaw != nil {
		p := s.problem(s.flaw.code, s.flaw.words)
		p.Part = s.flaw.part
		return p
	}
	switch v := s.Value.(type) {
	case int:
		return s.outOfRange(float64(v))
	case float64:
		return s.outOfRange(v)
	case []string:
		if s.Field.Kind == File && len(v) > s.node.limit() {
			return s.bound("files.max", float64(s.node.limit()))
		}
	case string:
		return s.badText(v)
	}
	return nil
}

// defaultMax is the most characters of a text that sets no max of its own.
var defaultMax = map[Kind]int{Text: 250, LongText: 4000, Email: 254, Phone: 40}

func (s *FieldState) badText(v string) *Problem {
	if f := badContact(s.Field.Kind, v); f != nil {
		return s.problem(f.code, f.words)
	}
	longest := defaultMax[s.Field.Kind]
	if s.Field.Max != nil {
		longest = int(*s.Field.Max)
	}
	characters := utf8.RuneCountInString(v)
	if longest > 0 && characters > longest {
		return s.problem("max", fill(byTag["max"], "p", strconv.Itoa(longest)))
	}
	if s.Field.Min != nil && characters < int(*s.Field.Min) {
		return s.problem("min", fill(byTag["min"], "p", bound(*s.Field.Min)))
	}
	return s.badTag(v)
}

func badContact(kind Kind, v string) *flaw {
	switch {
	case kind == Email && !validEmail(v):
		return flawEmail
	case kind == Phone:
		_, f := parsePhone(v)
		return f
	}
	return nil
}

func (s *FieldState) badTag(v string) *Problem {
	if s.node.tag == "" {
		return nil
	}
	tag, param, failed := failedTag(v, s.node.tag)
	if !failed {
		return nil
	}
	words, ok := byTag[tag]
	if !ok {
		words = byTag[""]
	}
	return s.problem(tag, fill(words, "p", param))
}

func (s *FieldState) outOfRange(x float64) *Problem {
	switch {
	case s.Field.Min != nil && x < *s.Field.Min:
		return s.bound("number.min", *s.Field.Min)
	case s.Field.Max != nil && x > *s.Field.Max:
		return s.bound("number.max", *s.Field.Max)
	}
	return nil
}

// rowCount checks how many rows a group has.
func (s *FieldState) rowCount() *Problem {
	n := len(s.Rows)
	switch {
	case n == 0 && s.Required:
		return s.problem("required", wanted[Group])
	case n > s.node.limit():
		return s.bound("rows.max", float64(s.node.limit()))
	case s.Field.Min != nil && n > 0 && n < int(*s.Field.Min):
		return s.bound("rows.min", *s.Field.Min)
	}
	return nil
}

func (s *FieldState) bound(code string, x float64) *Problem {
	return s.problem(code, fill(byRange[code], "p", bound(x)))
}

func (s *FieldState) problem(code string, sentence text.Words) *Problem {
	return &Problem{Path: s.Path, Code: code, Message: labelled(inRow(s.rowTitle(), s.Label), sentence)}
}

// rowTitle names the row that the question stands in, zero for none.
func (s *FieldState) rowTitle() text.Words {
	if s.row == nil {
		return text.Words{}
	}
	return *s.row
}
