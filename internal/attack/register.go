package attack

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/fault"
)

// Register is what the attacker holds: every resident with the values of the columns, who lives with whom, who
// filed, and when a dossier of theirs was closed. The zero one knows nobody: what can be tried without a register is tried.
type Register struct {
	heads []string // headings that are no key: ids of columns, or fields
	lines []resident
}

// resident is one line: somebody who never applied, or one dossier of somebody who did.
type resident struct {
	person, household, filer string
	closed                   time.Time // zero: never applied
	values                   []string
}

// keyHeads are the headings of what is no value, with the names under which registers have them.
var keyHeads = map[string]string{
	"person": "person", "id": "person", "resident": "person",
	"household": "household", "home": "household",
	"filer": "filer", "account": "filer",
	"closed": "closed", "closed_at": "closed", "applied": "closed",
}

// ParseRegister reads a CSV file separated by commas, semicolons or tabs. Its first line names the columns: person, and where
// known household, filer and closed (a date, empty for who never applied), then ids or fields of the schema's columns. Who
// applied twice has two lines. Of two columns household the second is the schema's.
func ParseRegister(text []byte) (r *Register, err error) {
	defer fault.Wrap(&err, "attack.ParseRegister")
	in := newCSV(text)
	head, err := in.Read()
	if err != nil {
		return nil, fault.From(fault.Invalid, "", fmt.Errorf("the register has no first line with headings: %w", err))
	}
	r = &Register{}
	role := make([]string, len(head))
	for i, h := range head {
		if key := keyHeads[strings.TrimSpace(h)]; !slices.Contains(role[:i], key) {
			role[i] = key // the first of a name: a schema may have a column household as well
		}
		if role[i] == "" {
			r.heads = append(r.heads, strings.TrimSpace(h))
		}
	}
	if !slices.Contains(role, "person") {
		return nil, fault.From(fault.Invalid, "", errors.New("the register has no column person"))
	}
	return r, r.readLines(in, role)
}

func (r *Register) readLines(in *csv.Reader, role []string) error {
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.From(fault.Invalid, "", err)
		}
		line, _ := in.FieldPos(0)
		if len(cells) != len(role) {
			return fault.From(fault.Invalid, "", fmt.Errorf("line %d of the register has %d cells, its first line %d", line, len(cells), len(role)))
		}
		who, err := readResident(cells, role)
		if err != nil {
			return fault.From(fault.Invalid, "", fmt.Errorf("line %d of the register: %w", line, err))
		}
		r.lines = append(r.lines, who)
	}
}

func readResident(cells, role []string) (who resident, err error) {
	for i, cell := range cells {
		switch role[i] {
		case "person":
			who.person = cell
		case "household":
			who.household = cell
		case "filer":
			who.filer = cell
		case "closed":
			if who.closed, err = readDate(cell); err != nil {
				return who, err
			}
		default:
			who.values = append(who.values, strings.TrimSpace(cell))
		}
	}
	if who.person == "" {
		return who, errors.New("it names no person")
	}
	return who, nil
}

// readDate accepts a day, with or without a time behind it, and nothing.
func readDate(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at, nil
	}
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return at, errors.New("closed is not a date such as 2026-11-30")
	}
	return at, nil
}

// newCSV guesses the separator from the first line.
func newCSV(text []byte) *csv.Reader {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	first, _, _ := bytes.Cut(text, []byte("\n"))
	in := csv.NewReader(bytes.NewReader(text))
	for _, separator := range []byte{';', '\t'} {
		if bytes.Count(first, []byte{separator}) > bytes.Count(first, []byte{byte(in.Comma)}) {
			in.Comma = rune(separator)
		}
	}
	in.FieldsPerRecord = -1
	in.LazyQuotes = true
	return in
}

// month numbers a calendar month; 0 is none.
func month(at time.Time) int {
	if at.IsZero() {
		return 0
	}
	return at.Year()*12 + int(at.Month()) - 1
}

func monthName(m int) string { return fmt.Sprintf("%04d-%02d", m/12, m%12+1) }

// age gives whole years at closing, where the register has a date of birth instead.
func (who *resident) age(value string) string {
	born, err := time.Parse(time.DateOnly, value)
	if err != nil || who.closed.IsZero() {
		return value
	}
	years := who.closed.Year() - born.Year()
	if who.closed.Month() < born.Month() || who.closed.Month() == born.Month() && who.closed.Day() < born.Day() {
		years--
	}
	return strconv.Itoa(years)
}
