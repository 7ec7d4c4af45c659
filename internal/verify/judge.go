package verify

import (
	"fmt"
	"slices"
)

// verdict is what was found of the groups of some rows.
type verdict struct {
	sets     int // of columns that were counted
	smallest int // group of equal rows; 0 where there is none
	values   int // fewest different values of a sensitive column in a group
	top, of  int // the largest share one of them has: top of its of rows
	small    []groupFault
	uniform  []groupFault
}

// groupFault is a group that breaks a bound.
type groupFault struct {
	columns  set // that its rows are equal on
	key      key
	rows     int
	secret   int // the sensitive column
	values   int
	top      int // rows of its most frequent value
	from, to int // rows of the table among which it is
}

// mostFaults are kept of a verdict; more say nothing new.
const mostFaults = 3 * mostFindings

// judge is the bounds, at work on one table.
type judge struct {
	*schema
	*table
	spare  tally
	orders map[int][]int
}

// everySet judges rows over every set of columns (P2) and, for each sensitive column, with every set of the others as what
// the attacker knows (P3). That the cells of all columns imply the rest is true and is not relied on.
func (j *judge) everySet(from, to int) verdict {
	n := j.counts(from, to)
	g := j.tally(n)
	if len(g) > manyCells && len(g)*j.K > to-from {
		return j.judgeCells(n, from, to)
	}
	var v verdict
	j.eachSet(g, func(s set, g tally) {
		v.sets++
		j.sizes(&v, s, g, from, to)
		for i, c := range j.columns {
			if c.Sensitive && s&(1<<i) != 0 {
				j.secrets(&v, i, s&^(1<<i), g, from, to)
			}
		}
	})
	return v
}

// manyCells is where counting every set would take long. With so many different rows that some must count fewer than k, the
// cells of all columns settle it, and the report says that one set was counted.
const manyCells = 1 << 14

// judgeCells judges rows, counted by cell, over all columns, and each sensitive column given all others: a group over fewer
// columns is a sum of these.
func (j *judge) judgeCells(n []int, from, to int) verdict {
	v := verdict{sets: 1}
	j.sizes(&v, j.all(), j.tally(n), from, to)
	for i, c := range j.columns {
		if c.Sensitive {
			j.spare = j.spare[:0]
			for _, id := range j.order(i) {
				if n[id] > 0 {
					j.spare = append(j.spare, counted{j.cells[id], n[id]})
				}
			}
			j.groups(&v, i, j.all()&^(1<<i), from, to)
		}
	}
	return v
}

// order lists the cells such that those that differ in one column alone stand together.
func (j *judge) order(column int) []int {
	if j.orders[column] == nil {
		mask := j.mask(j.all() &^ (1 << column))
		ids := make([]int, len(j.cells))
		for i := range ids {
			ids[i] = i
		}
		slices.SortFunc(ids, func(a, b int) int { return compare(j.cells[a].and(mask), j.cells[b].and(mask)) })
		j.orders[column] = ids
	}
	return j.orders[column]
}

func (j *judge) sizes(v *verdict, s set, g tally, from, to int) {
	for _, c := range g {
		if v.smallest == 0 || c.rows < v.smallest {
			v.smallest = c.rows
		}
		if c.rows < j.K && len(v.small) < mostFaults {
			v.small = append(v.small, groupFault{columns: s, key: c.key, rows: c.rows, from: from, to: to})
		}
	}
}

// secrets looks at the values of a sensitive column in each group that is equal on what is known.
func (j *judge) secrets(v *verdict, secret int, known set, g tally, from, to int) {
	mask := j.mask(known)
	j.spare = append(j.spare[:0], g...)
	slices.SortFunc(j.spare, func(a, b counted) int { return compare(a.and(mask), b.and(mask)) })
	j.groups(v, secret, known, from, to)
}

// groups goes through the tally in j.spare, in which what is equal on the known columns stands together.
func (j *judge) groups(v *verdict, secret int, known set, from, to int) {
	mask := j.mask(known)
	rest := j.spare
	for len(rest) > 0 {
		f := groupFault{columns: known, key: rest[0].and(mask), secret: secret, from: from, to: to}
		for len(rest) > 0 && rest[0].and(mask) == f.key {
			f.rows += rest[0].rows
			f.top = max(f.top, rest[0].rows)
			f.values++
			rest = rest[1:]
		}
		j.hold(v, f)
	}
}

func (j *judge) hold(v *verdict, f groupFault) {
	if v.values == 0 || f.values < v.values {
		v.values = f.values
	}
	if v.of == 0 || f.top*v.of > v.top*f.rows {
		v.top, v.of = f.top, f.rows
	}
	if (f.values < j.Diverse || !j.Share.atMost(f.top, f.rows)) && len(v.uniform) < mostFaults {
		v.uniform = append(v.uniform, f)
	}
}

// tell words a group that is too small or too uniform, with the first of its rows and none of its values.
func (j *judge) tell(f groupFault, uniform bool) Finding {
	what := fmt.Sprintf("%d rows are equal on %s", f.rows, j.listed(f.columns))
	if uniform {
		what += fmt.Sprintf(": they have %d values of %s, the most frequent in %d", f.values, j.columns[f.secret].ID, f.top)
	}
	return Finding{What: what, Sheet: j.sheet, Row: j.first(f.from, f.to, f.key, j.mask(f.columns))}
}

// listed names the columns of a set.
func (j *judge) listed(s set) string {
	if s == j.all() {
		return "all columns"
	}
	out := ""
	for i, c := range j.columns {
		if s&(1<<i) != 0 {
			if out != "" {
				out += ", "
			}
			out += c.ID
		}
	}
	if out == "" {
		return "no column: all rows together"
	}
	return out
}
