package strength

import "unicode"

// Bits of a year, and of a day in one.
const (
	yearBits = 6.6
	dayBits  = 15.4
)

// dates finds years and days, written with or without signs between their numbers.
func (w *weighing) dates(i int) {
	for _, order := range []string{"yyyy", "ddmmyyyy", "ddmmyy", "yyyymmdd", "mmddyyyy"} {
		end, ok := w.date(i, order)
		switch {
		case !ok:
		case order == "yyyy":
			w.reach(i, end, yearBits, Date)
		default:
			w.reach(i, end, dayBits, Date)
		}
	}
}

func (w *weighing) date(i int, order string) (end int, ok bool) {
	value := map[byte]int{}
	for k := range len(order) {
		if k > 0 && order[k] != order[k-1] && i < len(w.plain) && unicode.In(w.plain[i], unicode.Punct, unicode.Zs) {
			i++
		}
		if i >= len(w.plain) || w.plain[i] < '0' || w.plain[i] > '9' {
			return 0, false
		}
		value[order[k]] = value[order[k]]*10 + int(w.plain[i]-'0')
		i++
	}
	if y := value['y']; y >= 100 && (y < 1900 || y > 2059) {
		return 0, false
	}
	day := len(order) == 4 || value['d'] >= 1 && value['d'] <= 31 && value['m'] >= 1 && value['m'] <= 12
	return i, day
}
