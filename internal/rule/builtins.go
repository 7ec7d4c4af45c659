package rule

import (
	"fmt"
	"time"

	"github.com/expr-lang/expr"
)

// allowed are expr's own functions that a definition may use. The rest is off: it reads the clock
// (now), makes big values (repeat), or serves programs and not forms.
var allowed = []string{
	"all", "any", "none", "one", "filter", "map", "count", "find", "sum", "len",
	"min", "max", "abs", "int", "float", "string", "trim", "upper", "lower", "hasPrefix", "hasSuffix",
}

// functionNames are ours, for the suggestion of a misspelt name.
var functionNames = []string{"age", "given", "months_before", "months_after", "days_between", "eea"}

// options are shared by every rule: the functions and what is switched off.
var options = buildOptions()

func buildOptions() []expr.Option {
	out := []expr.Option{
		expr.DisableAllBuiltins(),
		expr.MaxNodes(500),
		expr.Function("age", callAge, new(func(Date, Date) int)),
		expr.Function("given", callGiven, new(func(any) bool)),
		expr.Function("months_before", callMonths(-1), new(func(Date, int) Date)),
		expr.Function("months_after", callMonths(1), new(func(Date, int) Date)),
		expr.Function("days_between", callDays, new(func(Date, Date) int)),
		expr.Function("eea", callEEA, new(func(string) bool)),
	}
	for _, name := range allowed {
		out = append(out, expr.EnableBuiltin(name))
	}
	return out
}

// Age is the number of full years between birth and today, and -1 when birth is not given or still to come.
func Age(birth, today Date) int {
	if birth.IsZero() || birth.After(today) {
		return -1
	}
	years := today.Year() - birth.Year()
	if today.Month() < birth.Month() || (today.Month() == birth.Month() && today.Day() < birth.Day()) {
		years--
	}
	return years
}

// AddMonths moves a date by calendar months; a day the month lacks becomes its last day
// (30 November + 3 months is 28 February). A date not given stays so.
func AddMonths(d Date, months int) Date {
	if d.IsZero() || months < -12000 || months > 12000 {
		return d
	}
	first := time.Date(d.Year(), d.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d.Day(), last)-1)
}

// eeaStates are the parties to the agreement on the European Economic Area.
var eeaStates = map[string]bool{
	"AT": true, "BE": true, "BG": true, "CY": true, "CZ": true, "DE": true, "DK": true, "EE": true, "ES": true, "FI": true,
	"FR": true, "GR": true, "HR": true, "HU": true, "IE": true, "IS": true, "IT": true, "LI": true, "LT": true, "LU": true,
	"LV": true, "MT": true, "NL": true, "NO": true, "PL": true, "PT": true, "RO": true, "SE": true, "SI": true, "SK": true,
}

func callAge(args ...any) (any, error) {
	if len(args) != 2 {
		return nil, fmt.Errorf("age: want a date, got %d values", len(args))
	}
	birth, ok1 := args[0].(Date)
	today, ok2 := args[1].(Date)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("age: not a date")
	}
	return Age(birth, today), nil
}

func callMonths(sign int) func(args ...any) (any, error) {
	return func(args ...any) (any, error) {
		d, ok1 := args[0].(Date)
		n, ok2 := args[1].(int)
		if !ok1 || !ok2 {
			return nil, fmt.Errorf("months: want a date and a whole number")
		}
		return AddMonths(d, sign*n), nil
	}
}

// callDays counts the days from the first date to the second, 0 when one is not given.
func callDays(args ...any) (any, error) {
	from, ok1 := args[0].(Date)
	to, ok2 := args[1].(Date)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("days_between: want two dates")
	}
	if from.IsZero() || to.IsZero() {
		return 0, nil
	}
	return int(to.Sub(from).Hours() / 24), nil
}

func callEEA(args ...any) (any, error) {
	code, _ := args[0].(string)
	return eeaStates[code], nil
}

func callGiven(args ...any) (any, error) {
	switch v := args[0].(type) {
	case nil:
		return false, nil
	case string:
		return v != "", nil
	case Date:
		return !v.IsZero(), nil
	case []string:
		return len(v) > 0, nil
	case []any:
		return len(v) > 0, nil
	}
	return true, nil
}
