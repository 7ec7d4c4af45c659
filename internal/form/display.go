package form

import (
	"math"
	"strconv"
	"strings"

	"guichet/internal/rule"
	"guichet/internal/text"
)

// Display is an answer in words, for the check page, agents and the PDF: "" when there is none (an offer
// is none), and what was typed when its form is wrong. Documents and rows are counted.
func (s *FieldState) Display(lang text.Lang) string {
	if s.Prefilled {
		return ""
	}
	p := text.Printer{Lang: lang}
	switch v := s.Value.(type) {
	case nil:
		return strings.TrimSpace(strings.Join(s.Raw, " "))
	case string:
		return s.displayText(p, v)
	case int:
		return p.Int(int64(v))
	case float64:
		if s.Field.Kind == Money {
			return p.Money(int64(math.Round(v * 100)))
		}
		return p.Decimal(v, 6)
	case bool:
		return yesNo[v].In(lang)
	case rule.Date:
		return p.Date(v)
	case []string:
		return s.displayList(p, v)
	case []any:
		return p.Int(int64(len(v)))
	}
	return ""
}

func (s *FieldState) displayText(p text.Printer, v string) string {
	switch s.Field.Kind {
	case Choice:
		if o := s.node.options[v]; o != nil {
			return o.Label.In(p.Lang)
		}
	case Country:
		return text.CountryName(p.Lang, v)
	case Phone:
		return readablePhone(v)
	case Time:
		if h, m, ok := strings.Cut(v, ":"); ok && p.Lang == text.FR {
			return strings.TrimPrefix(h, "0") + "\u00a0h\u00a0" + m
		}
	}
	return v
}

func (s *FieldState) displayList(p text.Printer, list []string) string {
	if s.Field.Kind == File {
		return fill(files[len(list) == 1], "p", strconv.Itoa(len(list))).In(p.Lang)
	}
	labels := make([]string, 0, len(list))
	for _, id := range list {
		if o := s.node.options[id]; o != nil {
			labels = append(labels, o.Label.In(p.Lang))
		}
	}
	return p.List(labels)
}
