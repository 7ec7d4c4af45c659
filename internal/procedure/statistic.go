package procedure

import (
	"slices"

	"guichet/internal/form"
	"guichet/internal/text"
)

// Statistics is forms/<procedure>.stats.yaml: what is counted of each month and kept when its dossiers are erased. Counts are
// exact; those under the least are hidden, with what would give them away (docs/decisions/hidden-cells.md).
//
// Keys of the file:
//
//	statistics  the procedure's id
//	least       counts from 1 to under this are hidden, 3 to 50
//	dimensions  what is told apart, six at most for each clock
//	figures     what is counted, twelve at most
//
// Keys of a dimension:
//
//	id       its name in this file
//	label    its words
//	field    an answer with options (choice, choices, bool) that is no secret; several answers chosen at once are a value of their own
//	derived  outcome (the closing state), channel (how it came in), deadline (answered on time, late, or without a day), or
//	         time (days from `from` to the closing)
//	from     of time: submitted, or received where a deadline runs from the receipt
//	cuts     of time: [8, 31] makes under 8, 8 to 30, 31 and over
//
// Keys of a figure:
//
//	id      its name in addresses
//	title   what it says
//	counts  submitted or closed: the clock that says in which month a dossier is counted
//	by      dimensions: none, one or two; a dimension is counted by one clock alone, and two figures of one clock may share
//	        one, so that no circle of pairs closes
//	rates   shares of the last dimension's values: `part` among `whole`, each with its words
type Statistics struct {
	Statistics string      `yaml:"statistics"`
	Least      int         `yaml:"least"`
	Dimensions []Dimension `yaml:"dimensions"`
	Figures    []Statistic `yaml:"figures"`
}

// Dimension is what dossiers are told apart by.
type Dimension struct {
	ID      string      `yaml:"id"`
	Label   text.Words  `yaml:"label"`
	Field   string      `yaml:"field"`
	Derived string      `yaml:"derived"`
	From    string      `yaml:"from"`
	Cuts    []int       `yaml:"cuts"`
	Of      *form.Field `yaml:"-"` // the field
	Values  []string    `yaml:"-"` // in order; filled in by the loader
}

// Statistic is one figure: a table of counts.
type Statistic struct {
	ID     string     `yaml:"id"`
	Title  text.Words `yaml:"title"`
	Counts string     `yaml:"counts"`
	By     []string   `yaml:"by"`
	Rates  []Rate     `yaml:"rates"`
}

// Rate is a share of some values among others.
type Rate struct {
	Label text.Words `yaml:"label"`
	Part  []string   `yaml:"part"`
	Whole []string   `yaml:"whole"`
}

// The clocks by which dossiers are counted.
const (
	CountSubmitted = "submitted"
	CountClosed    = "closed"
)

// What a dimension derives, beside the outcome, and the values that are words of the service.
const (
	ByChannel  = "channel"
	ByDeadline = "deadline"
	ByTime     = "time"

	OnTime  = "on_time"
	Late    = "late"
	NoDay   = "no_day"
	Several = "several"
	Unsaid  = ""
)

// Dimension finds a dimension by its id, or nil.
func (s *Statistics) Dimension(id string) *Dimension {
	for i := range s.Dimensions {
		if s.Dimensions[i].ID == id {
			return &s.Dimensions[i]
		}
	}
	return nil
}

// Of lists the figures of one clock, in the order of the file.
func (s *Statistics) Of(counts string) (out []*Statistic) {
	for i := range s.Figures {
		if s.Figures[i].Counts == counts {
			out = append(out, &s.Figures[i])
		}
	}
	return out
}

// Axes lists the dimensions that figures of one clock count by, each once.
func (s *Statistics) Axes(counts string) (out []*Dimension) {
	for _, f := range s.Of(counts) {
		for _, id := range f.By {
			if d := s.Dimension(id); !slices.Contains(out, d) {
				out = append(out, d)
			}
		}
	}
	return out
}

// Figure finds a figure by its id, or nil; nil too where there are no statistics.
func (s *Statistics) Figure(id string) *Statistic {
	for i := 0; s != nil && i < len(s.Figures); i++ {
		if s.Figures[i].ID == id {
			return &s.Figures[i]
		}
	}
	return nil
}

// Within is the place of a number of days among the bands of a dimension of time.
func (d *Dimension) Within(days int) string { return Level{Cuts: d.Cuts}.Of(days) }
