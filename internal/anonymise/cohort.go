package anonymise

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"guichet/internal/fault"
)

// Cohort is what one judgement released: frozen rows, sorted by their values, that never change again. Only
// Judge makes one and only DecodeCohort brings one back; both hold it to the schema.
type Cohort struct {
	label       string
	fingerprint string
	columns     []string
	rows        [][]string
	heldBack    int
	smallest    Smallest
}

// Smallest counts the smallest cell of a cohort. Households and filers are counted when the cohort is frozen,
// from the open dossiers, and cannot be counted again from the file. All are 0 where nothing is written.
type Smallest struct {
	Rows       int `json:"rows"`
	Households int `json:"households"`
	Filers     int `json:"filers"`
}

// Label is the name given at the judgement, such as the month.
func (c Cohort) Label() string { return c.label }

// Len is the number of rows.
func (c Cohort) Len() int { return len(c.rows) }

// HeldBack is the exact number of dossiers judged and not written: for the ledger, never for a reader.
func (c Cohort) HeldBack() int { return c.heldBack }

// Smallest is the count of the smallest cell.
func (c Cohort) Smallest() Smallest { return c.smallest }

func (s *Schema) freeze(label string, passed []*Waiting, heldBack int) Cohort {
	c := Cohort{label: label, fingerprint: s.fingerprint, columns: s.names(), heldBack: heldBack}
	for _, w := range passed {
		c.rows = append(c.rows, slices.Clone(w.Cells))
	}
	slices.SortFunc(c.rows, slices.Compare[[]string])
	for i, cell := range s.gather(passed, s.all()) {
		households, filers := sizeOf(cell)
		if i == 0 {
			c.smallest = Smallest{len(cell), households, filers}
		}
		c.smallest.Rows = min(c.smallest.Rows, len(cell))
		c.smallest.Households = min(c.smallest.Households, households)
		c.smallest.Filers = min(c.smallest.Filers, filers)
	}
	return c
}

func (s *Schema) names() []string {
	names := make([]string, len(s.rules.Columns))
	for i, c := range s.rules.Columns {
		names[i] = c.Name
	}
	return names
}

type cohortJSON struct {
	Label    string     `json:"cohort"`
	Schema   string     `json:"schema"`
	Columns  []string   `json:"columns"`
	Rows     [][]string `json:"rows"`
	HeldBack int        `json:"held_back"`
	Smallest Smallest   `json:"smallest_cell"`
}

// MarshalJSON writes the cohort for keeping; equal cohorts give equal bytes.
func (c Cohort) MarshalJSON() ([]byte, error) {
	rows := c.rows
	if rows == nil {
		rows = [][]string{}
	}
	return json.Marshal(cohortJSON{c.label, c.fingerprint, c.columns, rows, c.heldBack, c.smallest})
}

// DecodeCohort brings a kept cohort back and holds its rows to the schema again, so that no table can be made
// from rows that were changed: of another schema, out of order, in too small a cell, or not diverse.
func DecodeCohort(s *Schema, text []byte) (c Cohort, err error) {
	defer fault.Wrap(&err, "anonymise.DecodeCohort %s", s.rules.ID)
	var in cohortJSON
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return Cohort{}, s.refusal("a kept cohort is not in the form it was written in")
	}
	c = Cohort{in.Label, in.Schema, in.Columns, in.Rows, in.HeldBack, in.Smallest}
	if err := s.verify(c); err != nil {
		return Cohort{}, err
	}
	return c, nil
}

// verify counts everything again from the rows alone.
func (s *Schema) verify(c Cohort) error {
	if c.fingerprint != s.fingerprint || !slices.Equal(c.columns, s.names()) {
		return s.refusal("a cohort is of another schema")
	}
	rows := make([]*Waiting, len(c.rows))
	for i, cells := range c.rows {
		if err := s.admits(cells); err != nil {
			return err
		}
		// In a kept cohort persons, households and filers are no longer known: rows stand for them.
		rows[i] = &Waiting{Cells: cells, Household: strconv.Itoa(i), Filer: strconv.Itoa(i)}
	}
	if !slices.IsSortedFunc(c.rows, slices.Compare[[]string]) {
		return s.refusal("the rows of a cohort are not sorted")
	}
	if len(s.failing(rows)) > 0 {
		return s.refusal("a cohort holds a cell or a group that the schema forbids")
	}
	return s.verifySmallest(c, rows)
}

func (s *Schema) verifySmallest(c Cohort, rows []*Waiting) error {
	smallest := 0
	for i, cell := range s.gather(rows, s.all()) {
		if i == 0 || len(cell) < smallest {
			smallest = len(cell)
		}
	}
	recorded := c.smallest
	empty := len(rows) == 0 && recorded == Smallest{}
	full := len(rows) > 0 && recorded.Rows == smallest && min(recorded.Households, recorded.Filers) >= s.rules.K &&
		recorded.Households <= len(rows) && recorded.Filers <= len(rows)
	if c.heldBack < 0 || !(empty || full) {
		return s.refusal("the figures kept with a cohort do not agree with its rows")
	}
	return nil
}
