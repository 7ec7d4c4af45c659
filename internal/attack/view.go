package attack

import (
	"slices"
	"strconv"
	"strings"
)

// view is how a release shows one column: at which level its words stand, and which values of the register each word covers.
type view struct {
	column *Column // of the schema, nil when the schema has it not
	head   int     // in the register, -1 when the attacker has no such knowledge
	fits   []int   // the levels at which its words can stand
	level  int     // of these the one at which most releases can; an index of levels, or one of those below
	covers [][]bool
}

const (
	rawLevel   = -1 // the values themselves
	mixedLevel = -2 // some rows coarser than others
	noLevel    = -3 // words that nobody knows
)

// star reports a cell that says nothing.
func star(word string) bool { return word == "*" || word == "" }

// levelsOf lists the levels at which all words of a column can stand, the frozen one first, then from fine to coarse.
func levelsOf(c *Column, words []string, isRaw func(string) bool) []int {
	var out []int
	fits := func(known []string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !star(w) && !slices.Contains(known, w) })
	}
	if c.written() && fits(c.Levels[c.Level].words()) {
		out = append(out, c.Level)
	}
	for i, l := range c.Levels {
		if i != c.Level && fits(l.words()) {
			out = append(out, i)
		}
	}
	if len(out) == 0 && !slices.ContainsFunc(words, func(w string) bool { return !star(w) && !isRaw(w) }) {
		return []int{rawLevel}
	}
	return out
}

// covered tells, for every word of a column, which of the register's values it stands for.
func covered(c *Column, level int, words, raw []string) [][]bool {
	out := make([][]bool, len(words))
	for w, word := range words {
		out[w] = make([]bool, len(raw))
		for r, value := range raw {
			out[w][r] = star(word) || covers(c, level, word, value)
		}
	}
	return out
}

func covers(c *Column, level int, word, value string) bool {
	switch level {
	case rawLevel:
		return word == value
	case mixedLevel:
		return slices.ContainsFunc(strings.Split(word, between), func(one string) bool { return c.means(one, value) })
	}
	return c.Levels[level].word(value) == word
}

// between joins the words of a box that has several of a column.
const between = " | "

// means reports that a word, of the finest level that has it, stands for a value.
func (c *Column) means(word, value string) bool {
	for _, l := range c.Levels {
		if slices.Contains(l.words(), word) {
			return l.word(value) == word
		}
	}
	return word == value
}

// name says a level in the report's words.
func (v view) name() string {
	switch v.level {
	case rawLevel:
		return "not generalised"
	case mixedLevel:
		return "of several levels"
	case noLevel:
		return "unknown"
	}
	return "level " + strconv.Itoa(v.level)
}

// sensitive reports a column that is a secret.
func (v view) sensitive() bool { return v.column != nil && v.column.Sensitive }
