package verify

// Outcome is how a check ended.
type Outcome string

// The outcomes. NotChecked is a claim that the file alone cannot show, or one that an earlier failure left without ground.
const (
	Passed     Outcome = "passed"
	Failed     Outcome = "failed"
	NotChecked Outcome = "not checked"
)

// Check is one claim and what was found. Neither holds a value of the file: rows are named by their number (P13).
type Check struct {
	ID       string    `json:"id"`
	Claim    string    `json:"claim"`
	Found    string    `json:"found"`
	Outcome  Outcome   `json:"outcome"`
	Findings []Finding `json:"findings,omitempty"`
	More     int       `json:"more,omitempty"` // findings that are not listed
}

// Finding says what is wrong, and where.
type Finding struct {
	What  string `json:"what"`
	Part  string `json:"part,omitempty"`  // of the archive
	Sheet string `json:"sheet,omitempty"` // by its name
	Row   int    `json:"row,omitempty"`   // as a spreadsheet numbers it, from 1
}

// Report is every check of a file, in order.
type Report struct {
	Release   string   `json:"release"` // of the schema
	Version   int      `json:"version"`
	SHA256    string   `json:"sha256"` // of the file
	Bytes     int      `json:"bytes"`
	Rows      int      `json:"rows"`
	Columns   []string `json:"columns"`
	Certified bool     `json:"certified"` // a certificate was given
	KeyOurs   bool     `json:"key_given"` // the signature was held to a key the reader brought
	Checks    []Check  `json:"checks"`
}

// Passed reports that no check failed. Claims that were not checked do not count against it: Count tells them.
func (r Report) Passed() bool { return r.Count(Failed) == 0 }

// Count is the number of checks that ended so.
func (r Report) Count(o Outcome) int {
	n := 0
	for _, c := range r.Checks {
		if c.Outcome == o {
			n++
		}
	}
	return n
}

// mostFindings are listed for one check; the rest is counted.
const mostFindings = 10

// findings gathers what is wrong for one check.
type findings struct {
	list []Finding
	more int
}

func (f *findings) add(x Finding) {
	if len(f.list) < mostFindings {
		f.list = append(f.list, x)
		return
	}
	f.more++
}

func (f *findings) none() bool { return len(f.list) == 0 }

// check ends a check: it failed when something was found.
func (f *findings) check(id, found string) Check {
	c := Check{ID: id, Claim: claims[id], Found: found, Outcome: Passed, Findings: f.list, More: f.more}
	if !f.none() {
		c.Outcome = Failed
	}
	return c
}

func (f *findings) say(what string) { f.add(Finding{What: what}) }

func notChecked(id, why string) Check {
	return Check{ID: id, Claim: claims[id], Found: why, Outcome: NotChecked}
}
