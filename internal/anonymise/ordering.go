package anonymise

import (
	"cmp"
	"slices"
	"strconv"
)

// ranked lists the codes of a sensitive column in order, for ordered distances: as numbers where all values are
// numbers, else as text. Neither depends on the order of the records.
func ranked(values []string) []int {
	byRank := make([]int, len(values))
	for code := range byRank {
		byRank[code] = code
	}
	slices.SortFunc(byRank, comparison(values))
	return byRank
}

func comparison(values []string) func(a, b int) int {
	if numbers, all := asNumbers(values); all {
		return func(a, b int) int {
			return cmp.Or(cmp.Compare(numbers[a], numbers[b]), cmp.Compare(values[a], values[b]))
		}
	}
	return func(a, b int) int { return cmp.Compare(values[a], values[b]) }
}

func asNumbers(values []string) ([]float64, bool) {
	numbers := make([]float64, len(values))
	for i, value := range values {
		x, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return nil, false
		}
		numbers[i] = x
	}
	return numbers, true
}
