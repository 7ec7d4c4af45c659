package attack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// claim is what a certificate or a proof sheet says of the smallest cell among the rows that a release added.
type claim struct {
	month                    int // of the cohort; 0 is all rows of the release together
	rows, households, filers int
}

// certificate is what the attacker reads in one.
type certificate struct {
	Signed struct {
		Cohorts []struct {
			Month    string `json:"month"`
			Smallest struct {
				Rows       int `json:"rows"`
				Households int `json:"households"`
				Filers     int `json:"filers"`
			} `json:"smallest"`
		} `json:"cohorts"`
	} `json:"signed"`
}

// claimsOf reads the counts of each cohort in a certificate.
func claimsOf(text []byte) (claims []claim) {
	var c certificate
	if json.Unmarshal(text, &c) != nil {
		return nil
	}
	for _, cohort := range c.Signed.Cohorts {
		s := cohort.Smallest
		claims = append(claims, claim{monthOf(cohort.Month, nil), s.Rows, s.Households, s.Filers})
	}
	return claims
}

// claimOnSheet reads a proof sheet: below rows, cells and k stand the smallest cell's rows, households and filers.
func claimOnSheet(rows [][]string) []claim {
	var numbers []int
	for _, row := range rows {
		if len(row) < 2 {
			continue
		}
		n, err := strconv.Atoi(row[1])
		if err == nil {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) < 6 {
		return nil
	}
	return []claim{{0, numbers[3], numbers[4], numbers[5]}}
}

// published turns the counts that come with a release against it: where the smallest cell counts fewer households than any
// cell has rows, people of one household share a cell. The register tells who they can be, and the sizes which cell it is (P2).
func (w *world) published(r *Report) {
	byRelease := make(map[*seen][]*monthly)
	for _, m := range w.told {
		byRelease[m.to] = append(byRelease[m.to], m)
	}
	least := claim{}
	for _, s := range w.releases {
		for _, c := range s.claims {
			if c.month != 0 && c.month != s.month || c.month == 0 && !c.under(&least) {
				continue
			}
			w.weighClaim(s, c.households, "household", func(d dossier) int32 { return d.household }, byRelease[s], r)
			w.weighClaim(s, c.filers, "filer", func(d dossier) int32 { return d.filer }, byRelease[s], r)
		}
	}
}

// under reports that a count over all rows fell, so that it is of the rows that came last, and keeps what did not.
func (c *claim) under(least *claim) bool {
	before := *least
	*least = *c
	if before.households > 0 && c.households >= before.households {
		c.households = 0
	}
	if before.filers > 0 && c.filers >= before.filers {
		c.filers = 0
	}
	return c.households > 0 || c.filers > 0
}

// weighClaim looks for the one cell whose rows can be of so few households, and for who must then share it.
func (w *world) weighClaim(s *seen, fewest int, what string, key func(dossier) int32, months []*monthly, r *Report) {
	if fewest == 0 {
		return
	}
	var in *monthly
	tuple, cells := 0, 0
	for _, m := range months {
		shared := w.shared(m.people, key)
		for t, n := range m.added {
			if n == fewest {
				return // a cell of that many rows, each of its own household, says it all
			}
			if n > fewest && n-mostLost(n, shared) <= fewest {
				in, tuple = m, t
				cells++
			}
		}
	}
	if cells != 1 {
		return
	}
	lost, could := in.added[tuple]-fewest, 0
	shared := w.shared(in.people, key)
	var people []int32
	for _, group := range shared {
		could += len(group) - 1
		people = append(people, group...)
	}
	if s.schema.above(lost, could) {
		p := in.l.tuples[tuple]
		r.people(s, people, could-lost+1, fmt.Sprintf("of the %d new rows %s, those of one %s lose %d: only %d can be lost in the whole batch, so theirs they are",
			in.added[tuple], p.in.say(p.tuple, all(len(s.Columns))), what, lost, could))
	}
}

// shared groups those of a batch who have a key in common with another.
func (w *world) shared(people []int32, key func(dossier) int32) (groups [][]int32) {
	byKey := make(map[int32][]int32)
	for _, d := range people {
		byKey[key(w.applied[d])] = append(byKey[key(w.applied[d])], d)
	}
	for _, d := range people {
		if g := byKey[key(w.applied[d])]; len(g) > 1 && g[0] == d {
			groups = append(groups, g)
		}
	}
	slices.SortStableFunc(groups, func(a, b []int32) int { return len(b) - len(a) })
	return groups
}

// mostLost is how many households fewer than rows a cell of n rows can have at most.
func mostLost(n int, shared [][]int32) (lost int) {
	for _, g := range shared {
		if take := min(len(g), n); take > 1 {
			lost += take - 1
			n -= take
		}
	}
	return lost
}
