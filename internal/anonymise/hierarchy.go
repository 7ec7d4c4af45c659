package anonymise

import (
	"errors"
	"io"
	"strconv"

	"guichet/internal/fault"
)

// Hierarchy says how the values of one column become coarser, level by level; level 0 is the value itself.
type Hierarchy struct {
	label  string
	rows   int // lines of the file, D in the definitions
	levels []level
}

// level is one column of the hierarchy's file.
type level struct {
	values []string
	lookup map[string]uint32
	share  []int    // how many lines of the file bear each value
	from   []uint32 // for each line of the file (a level-0 code), its value here
	up     []uint32 // for each value here, its value at the next level
}

// NewHierarchy makes a hierarchy from lines of values: line[0] is the value, line[l] the same at level l.
// Every line has the same length, level-0 values differ, and a value at one level has one value at the next.
func NewHierarchy(label string, lines [][]string) (*Hierarchy, error) {
	if len(lines) == 0 || len(lines[0]) == 0 {
		return nil, problem(label, 1, "the hierarchy is empty", "give one line for every value: value;level 1;level 2")
	}
	h := &Hierarchy{label: label, levels: make([]level, len(lines[0]))}
	for i := range h.levels {
		h.levels[i].lookup = make(map[string]uint32)
	}
	for i, line := range lines {
		if len(line) != len(h.levels) {
			return nil, ragged(label, i+1, len(line), len(h.levels))
		}
		if err := h.add(line, i+1); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// ReadHierarchy reads a level file: one line for every value, separated by `;` or `,`, without a heading.
func ReadHierarchy(label string, r io.Reader) (h *Hierarchy, err error) {
	defer fault.Wrap(&err, "anonymise.ReadHierarchy")
	in := newLines(label, r)
	var all [][]string
	for {
		line, _, err := in.next()
		if errors.Is(err, io.EOF) {
			return NewHierarchy(label, all)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, append([]string(nil), line...))
	}
}

func (h *Hierarchy) add(line []string, number int) error {
	if _, twice := h.levels[0].lookup[line[0]]; twice {
		return problem(h.label, number, "the value of this line stands twice", "keep one line for every value")
	}
	below := uint32(0)
	for i, value := range line {
		code := h.levels[i].enter(value)
		if i > 0 && !h.levels[i-1].rise(below, code) {
			return problem(h.label, number, "the value at level "+strconv.Itoa(i-1)+" has another value at level "+strconv.Itoa(i)+" on an earlier line",
				"give a value the same coarser value on every line")
		}
		below = code
	}
	h.rows++
	return nil
}

func (l *level) enter(value string) uint32 {
	code, known := l.lookup[value]
	if !known {
		code = uint32(len(l.values))
		l.values = append(l.values, value)
		l.share = append(l.share, 0)
		l.lookup[value] = code
	}
	l.share[code]++
	l.from = append(l.from, code)
	return code
}

// rise notes that a value (the code below) has this value at the next level, and reports whether that agrees
// with every earlier line. Codes are given in order, so a value met for the first time is the next of up.
func (l *level) rise(below, code uint32) bool {
	if int(below) == len(l.up) {
		l.up = append(l.up, code)
	}
	return l.up[below] == code
}

// Height is the highest level.
func (h *Hierarchy) Height() int { return len(h.levels) - 1 }

// Lines is the number of values at level 0, whether met in the data or not.
func (h *Hierarchy) Lines() int { return h.rows }

// At is the value at a level, and whether the hierarchy has the value.
func (h *Hierarchy) At(value string, l int) (string, bool) {
	code, ok := h.levels[0].lookup[value]
	if !ok || l < 0 || l > h.Height() {
		return "", false
	}
	return h.levels[l].values[h.levels[l].from[code]], true
}

// Share is the part of the hierarchy's lines that bear a value at a level: 1/Lines at best, 1 when all are one.
func (h *Hierarchy) Share(value string, l int) (float64, bool) {
	if l < 0 || l > h.Height() {
		return 0, false
	}
	code, ok := h.levels[l].lookup[value]
	if !ok {
		return 0, false
	}
	return float64(h.levels[l].share[code]) / float64(h.rows), true
}

// Values lists the values at a level, in the order of the file.
func (h *Hierarchy) Values(l int) []string { return append([]string(nil), h.levels[l].values...) }

// between maps the codes of a level to the codes of a higher one.
func (h *Hierarchy) between(low, high int) []uint32 {
	up := make([]uint32, len(h.levels[low].values))
	for line, code := range h.levels[low].from {
		up[code] = h.levels[high].from[line]
	}
	return up
}
