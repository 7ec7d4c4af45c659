package tabulate

import "math/bits"

// Bounds of the noise: no count is told further than most from the truth, and none of 1 or 2 is told at all.
const (
	most  = 4
	least = 3
)

// weight is what the chances of a row of the table add up to.
const weight = 30000

// perturbation has a row for each true count from 1 on, its last row for every count of 7 and over: the chance, in parts
// of 30,000, that a count is told as so much. Each row is the distribution of greatest entropy (it gives away least)
// among those that tell 0 or at least 3, stay within 4 of the truth, have no bias and the variance 2; rounded to whole parts
// such that bias and variance are exact. For 1 and 2 there is only one. The count 0 is always told as 0.
var perturbation = [...][]chance{
	{{-1, 20000}, {2, 10000}},
	{{-2, 10000}, {1, 20000}},
	{{-3, 4420}, {0, 15337}, {1, 7655}, {2, 2193}, {3, 361}, {4, 34}},
	{{-4, 1364}, {-1, 9642}, {0, 9097}, {1, 6008}, {2, 2782}, {3, 902}, {4, 205}},
	{{-2, 4776}, {-1, 7189}, {0, 7668}, {1, 5789}, {2, 3095}, {3, 1170}, {4, 313}},
	{{-3, 1043}, {-2, 3321}, {-1, 6621}, {0, 8261}, {1, 6451}, {2, 3153}, {3, 965}, {4, 185}},
	{{-4, 163}, {-3, 917}, {-2, 3141}, {-1, 6575}, {0, 8408}, {1, 6575}, {2, 3141}, {3, 917}, {4, 163}},
}

// chance is one noise and how often it comes.
type chance struct{ noise, parts int }

// noise looks the noise of a count up by the key of its cell.
func noise(n int, key uint64) int {
	if n <= 0 {
		return 0
	}
	row := perturbation[min(n, len(perturbation))-1]
	at, _ := bits.Mul64(key, weight) // evenly from 0 to 29,999; what is lost by rounding is under 1 in 10^14
	left := int(at)
	for _, c := range row {
		if left -= c.parts; left < 0 {
			return c.noise
		}
	}
	return 0 // never: the parts of a row add up
}
