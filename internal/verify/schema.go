package verify

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"guichet/internal/fault"
)

// schema is what this room needs of a release schema (RP-177); the keys are those of the file.
type schema struct {
	Release string   `yaml:"release"`
	Version int      `yaml:"version"`
	K       int      `yaml:"k"`
	M       int      `yaml:"m"`
	Diverse int      `yaml:"diverse"`
	Share   ratio    `yaml:"share"`
	Columns []column `yaml:"columns"`
}

type column struct {
	ID        string  `yaml:"id"`
	Sensitive bool    `yaml:"sensitive"`
	Levels    []level `yaml:"levels"`
	Level     int     `yaml:"level"`
}

type level struct {
	Cuts   []int   `yaml:"cuts"`
	Groups []group `yaml:"groups"`
}

type group struct {
	ID string `yaml:"id"`
}

// ratio is a share as it is written, without a float in between.
type ratio struct{ above, below int64 }

// UnmarshalYAML reads 0.8, 4/5 or 80e-2; a share is compared exactly.
func (r *ratio) UnmarshalYAML(b []byte) error {
	var err error
	*r, err = parseRatio(strings.TrimSpace(string(b)))
	return err
}

const mostBelow = 1_000_000

func parseRatio(s string) (ratio, error) {
	if len(s) > 20 || strings.ContainsAny(s, "eE") {
		return ratio{}, fmt.Errorf("the share %q is not a plain decimal", clean(s))
	}
	x, ok := new(big.Rat).SetString(s)
	if !ok || x.Sign() < 0 || x.Cmp(big.NewRat(1, 1)) > 0 || !x.Denom().IsInt64() || x.Denom().Int64() > mostBelow {
		return ratio{}, fmt.Errorf("the share %q is not a decimal from 0 to 1", clean(s))
	}
	return ratio{x.Num().Int64(), x.Denom().Int64()}, nil
}

// atMost reports n/of <= r.
func (r ratio) atMost(n, of int) bool { return int64(n)*r.below <= r.above*int64(of) }

func (r ratio) String() string {
	return strings.TrimRight(strings.TrimRight(big.NewRat(r.above, r.below).FloatString(6), "0"), ".")
}

// The bounds of the method, and what a silent schema gets.
const (
	mostColumns    = 10
	leastK         = 5
	defaultK       = 11
	leastDiverse   = 3
	mostValues     = 1000    // of a level
	mostSchema     = 1 << 20 // bytes
	waitingPerCell = 5       // m is 5k when it is not said
)

var mostShare = ratio{4, 5}

// readSchema reads the schema's file. What it cannot use is an error: nothing can be verified against it.
func readSchema(text []byte) (s *schema, err error) {
	defer fault.Wrap(&err, "verify.readSchema")
	if len(text) > mostSchema {
		return nil, errors.New("the schema is larger than 1 MiB")
	}
	s = &schema{}
	if err := yaml.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("the schema is no release schema: %w", err)
	}
	s.fill()
	if s.Release == "" || len(s.written()) == 0 {
		return nil, errors.New("the schema has no name or writes no column")
	}
	for _, c := range s.Columns {
		if c.Level < 0 || c.Level > len(c.Levels) {
			return nil, fmt.Errorf("the schema's column %q has no level %d", c.ID, c.Level)
		}
	}
	for _, c := range s.written() {
		if values := c.values(); len(values) == 0 || len(values) > mostValues || slices.Contains(values, "") || len(distinct(values)) != len(values) {
			return nil, fmt.Errorf("the frozen level of the schema's column %q does not say what is written", c.ID)
		}
	}
	return s, nil
}

func distinct(values []string) []string {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

func (s *schema) fill() {
	if s.K == 0 {
		s.K = defaultK
	}
	if s.M == 0 {
		s.M = waitingPerCell * s.K
	}
	if s.Diverse == 0 {
		s.Diverse = leastDiverse
	}
	if s.Share == (ratio{}) {
		s.Share = mostShare
	}
}

// written lists the columns that stand in the file: a level beyond the last leaves a column out.
func (s *schema) written() []column {
	var out []column
	for _, c := range s.Columns {
		if c.Level < len(c.Levels) {
			out = append(out, c)
		}
	}
	return out
}

// names are the ids of columns.
func names(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.ID
	}
	return out
}

// checkBounds holds the schema's own bounds to those of the method.
func (s *schema) checkBounds(written []column) Check {
	var f findings
	if s.K < leastK {
		f.say(fmt.Sprintf("k = %d is under %d", s.K, leastK))
	}
	if s.M < s.K {
		f.say(fmt.Sprintf("m = %d is under k = %d", s.M, s.K))
	}
	if s.Diverse < leastDiverse {
		f.say(fmt.Sprintf("%d different values are under %d", s.Diverse, leastDiverse))
	}
	if !mostShare.atMost(int(s.Share.above), int(s.Share.below)) {
		f.say(fmt.Sprintf("the share %s is above %s", s.Share, mostShare))
	}
	if len(written) > mostColumns {
		f.say(fmt.Sprintf("%d columns are written, %d are the most", len(written), mostColumns))
	}
	return f.check("bounds", fmt.Sprintf("k %d, m %d, %d values, share %s, %d columns", s.K, s.M, s.Diverse, s.Share, len(written)))
}
