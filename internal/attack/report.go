package attack

import (
	"fmt"
	"slices"
)

// Report is what the attacks found.
type Report struct {
	Releases   int        `json:"releases"`
	Residents  int        `json:"residents"`
	Applicants int        `json:"applicants"`
	Rows       int        `json:"rows"`    // of the last release
	Batches    int        `json:"batches"` // that the register tells were judged and that released rows are of
	Findings   []Finding  `json:"findings"`
	Summary    []Line     `json:"attacks"`
	Silent     []Silent   `json:"silent_blocks"`
	Unpromised Unpromised `json:"unpromised"`
	Notes      []string   `json:"notes"`

	world   *world
	line    Line
	exposed []bool // by person, of the attack under way
	counted []int  // by person, the number of the finding that counted them last
	worst   int    // size of the line's worst example
	size    int    // and of the last finding's
}

// Finding is one way to find somebody, with its worst example.
type Finding struct {
	Protection string `json:"protection"`
	Attack     string `json:"attack"`
	Release    string `json:"release"`
	Person     string `json:"person,omitempty"` // of the register, the worst example
	Row        int    `json:"row,omitempty"`    // of the release, the first below its headings being 1
	How        string `json:"how"`
	Count      int    `json:"count"` // persons exposed in this way, or rows where no person can be named
}

// Line sums one attack up.
type Line struct {
	Protection string  `json:"protection"`
	Attack     string  `json:"attack"`
	Findings   int     `json:"findings"`
	Persons    int     `json:"persons"`
	Rows       int     `json:"rows"`
	Share      float64 `json:"share"` // of the applicants
	Worst      string  `json:"worst,omitempty"`
}

func newReport(w *world) *Report {
	r := &Report{world: w, Findings: []Finding{}, Notes: []string{}, Releases: len(w.releases), Residents: len(w.people), exposed: make([]bool, len(w.people)), counted: make([]int, len(w.people))}
	r.Rows = len(w.releases[len(w.releases)-1].Rows)
	for _, d := range w.applied {
		if !r.exposed[d.person] {
			r.exposed[d.person] = true
			r.Applicants++
		}
	}
	return r
}

// Found reports whether anybody was found.
func (r *Report) Found() bool { return len(r.Findings) > 0 }

func (r *Report) begin(protection, attack string) {
	r.line, r.worst = Line{Protection: protection, Attack: attack}, 0
	clear(r.exposed)
}

func (r *Report) end() {
	for _, e := range r.exposed {
		if e {
			r.line.Persons++
		}
	}
	if r.Applicants > 0 {
		r.line.Share = float64(r.line.Persons) / float64(r.Applicants)
	}
	r.Summary = append(r.Summary, r.line)
}

// people notes that the persons of some dossiers are exposed; the first is the example. size says how bad it is: the number
// among whom they hide. What one attack finds in one release is one finding, with the worst example and everybody exposed.
func (r *Report) people(s *seen, dossiers []int32, size int, how string) {
	if len(dossiers) == 0 {
		return
	}
	first := r.world.people[r.world.applied[dossiers[0]].person]
	f := r.merge(Finding{Release: s.Name, Person: first, How: how}, size)
	for _, d := range dossiers {
		p := r.world.applied[d].person
		r.exposed[p] = true
		if r.counted[p] != len(r.Findings) {
			r.counted[p] = len(r.Findings)
			f.Count++
		}
	}
}

// rows notes a finding about rows of which no person can be named; row counts from 0, -1 being the file.
func (r *Report) rows(s *seen, row, count, size int, how string) {
	r.line.Rows += count
	r.merge(Finding{Release: s.Name, Row: row + 1, How: how}, size).Count += count
}

// merge adds a finding, or joins it to the last when that is of the same attack, release and kind.
func (r *Report) merge(f Finding, size int) *Finding {
	f.Protection, f.Attack = r.line.Protection, r.line.Attack
	if r.line.Worst == "" || size < r.worst {
		r.worst, r.line.Worst = size, f.String()
	}
	if r.line.Findings > 0 {
		last := &r.Findings[len(r.Findings)-1]
		if last.Release == f.Release && (last.Person == "") == (f.Person == "") {
			if size < r.size {
				r.size, last.Person, last.Row, last.How = size, f.Person, f.Row, f.How
			}
			return last
		}
	}
	r.size = size
	r.Findings = append(r.Findings, f)
	r.line.Findings++
	return &r.Findings[len(r.Findings)-1]
}

func (r *Report) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(r.Notes, n) {
		r.Notes = append(r.Notes, n)
	}
}

// String says a finding in one line.
func (f Finding) String() string {
	switch {
	case f.Person != "":
		return fmt.Sprintf("%s, person %s: %s", f.Release, f.Person, f.How)
	case f.Row > 0:
		return fmt.Sprintf("%s, row %d: %s", f.Release, f.Row, f.How)
	}
	return fmt.Sprintf("%s: %s", f.Release, f.How)
}
