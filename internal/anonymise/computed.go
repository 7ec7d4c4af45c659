package anonymise

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/text/language"
)

// Computed says how to make a hierarchy from the values of a column, where no file lists them: exactly one of the
// fields is given. The level above all the others is always *.
type Computed struct {
	Widths    []int    `json:"widths"`    // whole numbers to bands of so many, level by level: 5, then 10
	Cuts      [][]int  `json:"cuts"`      // whole numbers, such as ages, to bands that begin at these, open at both ends
	Periods   []string `json:"periods"`   // dates as 2026-11-22 to month, quarter, year or decade, level by level
	Countries bool     `json:"countries"` // ISO codes to regions, then to EEA or third country
}

// rung takes a value to what it becomes at one level, or fails.
type rung func(value string) (string, error)

func (c Computed) rungs() ([]rung, error) {
	var list []rung
	for _, w := range c.Widths {
		if w < 1 {
			return nil, fmt.Errorf("a width is under 1")
		}
		list = append(list, func(value string) (string, error) { return band(value, w) })
	}
	for _, cuts := range c.Cuts {
		if len(cuts) == 0 || !slices.IsSorted(cuts) {
			return nil, fmt.Errorf("the cuts of a level are not in ascending order")
		}
		list = append(list, func(value string) (string, error) { return openBand(value, cuts) })
	}
	for _, p := range c.Periods {
		if !slices.Contains([]string{"month", "quarter", "year", "decade"}, p) {
			return nil, fmt.Errorf("a period is none of month, quarter, year and decade")
		}
		list = append(list, func(value string) (string, error) { return period(value, p) })
	}
	if c.Countries {
		list = append(list, regionOf, sideOf)
	}
	return list, nil
}

// hierarchy makes the hierarchy of a column.
func (c Computed) hierarchy(label string, col *column) (*Hierarchy, error) {
	rungs, err := c.rungs()
	given := 0
	for _, is := range []bool{len(c.Widths) > 0, len(c.Cuts) > 0, len(c.Periods) > 0, c.Countries} {
		if is {
			given++
		}
	}
	if err == nil && given != 1 {
		err = fmt.Errorf("it needs exactly one of widths, cuts, periods and countries")
	}
	if err != nil {
		return nil, problem("case", 0, fmt.Sprintf("the computed hierarchy of column %q: %v", col.name, err), "see the examples in the help")
	}
	var lines [][]string
	for code, value := range col.values {
		line := []string{value}
		for _, r := range rungs {
			up, err := r(value)
			if err != nil {
				return nil, problem(label, col.lines[code], fmt.Sprintf("the value of column %q is not %v", col.name, err), "mend the value, or give a hierarchy file")
			}
			line = append(line, up)
		}
		lines = append(lines, append(line, "*"))
	}
	slices.SortFunc(lines, slices.Compare[[]string]) // whatever the order of the records
	return NewHierarchy("the computed hierarchy of "+strconv.Quote(col.name), lines)
}

func wholeNumber(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil {
		return 0, fmt.Errorf("a whole number")
	}
	return n, nil
}

// band is 30-34 for 31 and a width of 5; it goes on below zero.
func band(value string, width int) (string, error) {
	n, err := wholeNumber(value)
	if err != nil {
		return "", err
	}
	low := n - ((n%width)+width)%width
	return fmt.Sprintf("%d-%d", low, low+width-1), nil
}

// openBand is <18, 18-29 or 30+ for the cuts 18 and 30.
func openBand(value string, cuts []int) (string, error) {
	n, err := wholeNumber(value)
	if err != nil {
		return "", err
	}
	i, exact := slices.BinarySearch(cuts, n)
	if exact {
		i++
	}
	switch i {
	case 0:
		return fmt.Sprintf("<%d", cuts[0]), nil
	case len(cuts):
		return fmt.Sprintf("%d+", cuts[i-1]), nil
	default:
		return fmt.Sprintf("%d-%d", cuts[i-1], cuts[i]-1), nil
	}
}

func period(value, name string) (string, error) {
	day, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return "", fmt.Errorf("a date as 2026-11-22")
	}
	switch name {
	case "month":
		return day.Format("2006-01"), nil
	case "quarter":
		return fmt.Sprintf("%d-Q%d", day.Year(), (int(day.Month())+2)/3), nil
	case "year":
		return strconv.Itoa(day.Year()), nil
	default:
		return fmt.Sprintf("%d-%d", day.Year()/10*10, day.Year()/10*10+9), nil
	}
}

// eea lists the states of the European Economic Area (ISO 3166-1 alpha-2).
var eea = []string{
	"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
	"IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
}

// continents are those of UN M.49.
var continents = []struct{ code, name string }{{"150", "Europe"}, {"002", "Africa"}, {"019", "Americas"}, {"142", "Asia"}, {"009", "Oceania"}}

const (
	inEEA      = "EEA"
	outsideEEA = "third country"
)

func country(value string) (language.Region, error) {
	r, err := language.ParseRegion(value)
	if err != nil || !r.IsCountry() {
		return r, fmt.Errorf("an ISO code of a country")
	}
	return r, nil
}

// regionOf is the EEA, or the continent outside it.
func regionOf(value string) (string, error) {
	r, err := country(value)
	if err != nil || slices.Contains(eea, r.String()) {
		return inEEA, err
	}
	for _, c := range continents {
		if language.MustParseRegion(c.code).Contains(r) {
			if c.name == "Europe" {
				return "Europe outside the EEA", nil
			}
			return c.name, nil
		}
	}
	return "elsewhere", nil
}

func sideOf(value string) (string, error) {
	r, err := country(value)
	if err != nil || slices.Contains(eea, r.String()) {
		return inEEA, err
	}
	return outsideEEA, nil
}
