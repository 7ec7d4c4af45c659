package anonymise

import (
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// Rational is a bound of a privacy model, held exactly: 0.2 is 1/5, not the float nearest to it.
type Rational struct{ num, den int64 }

// Fraction is num/den. Where den is not above 0 it is the zero Rational, a bound that nothing keeps.
func Fraction(num, den int64) Rational {
	if den <= 0 {
		return Rational{}
	}
	return Rational{num, den}
}

const longestDecimal = 24

// ParseRational reads a decimal such as 0.2, 4 or 1e-3; ok is false when it is none or needs more than 63 bits.
func ParseRational(text string) (r Rational, ok bool) {
	if len(text) > longestDecimal || strings.ContainsAny(text, "/_xXpP") {
		return Rational{}, false
	}
	if _, exponent, found := strings.Cut(strings.ToLower(text), "e"); found {
		if e, err := strconv.Atoi(exponent); err != nil || e < -18 || e > 18 {
			return Rational{}, false
		}
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok || !exact.Num().IsInt64() || !exact.Denom().IsInt64() {
		return Rational{}, false
	}
	return Rational{exact.Num().Int64(), exact.Denom().Int64()}, true
}

// Float is the nearest float, for utility only.
func (r Rational) Float() float64 { return float64(r.num) / float64(r.den) }

func (r Rational) String() string {
	return strconv.FormatFloat(r.Float(), 'f', -1, 64)
}

// floorOf is floor(r*n) for r >= 0.
func (r Rational) floorOf(n int) int {
	high, low := bits.Mul64(uint64(r.num), uint64(n))
	if high >= uint64(r.den) {
		return n // r*n is beyond any count
	}
	quotient, _ := bits.Div64(high, low, uint64(r.den))
	return int(min(quotient, uint64(1)<<62))
}

// atMost reports a <= r*b exactly, for a, b and r >= 0.
func (r Rational) atMost(a, b uint64) bool { return r.order(a, b) <= 0 }

// below reports a < r*b exactly, for a, b and r >= 0.
func (r Rational) below(a, b uint64) bool { return r.order(a, b) < 0 }

// order compares a*den with b*num in 128 bits.
func (r Rational) order(a, b uint64) int {
	if r.den == 0 {
		return 1
	}
	leftHigh, leftLow := bits.Mul64(a, uint64(r.den))
	rightHigh, rightLow := bits.Mul64(b, uint64(r.num))
	switch {
	case leftHigh != rightHigh:
		return sign(leftHigh > rightHigh)
	case leftLow != rightLow:
		return sign(leftLow > rightLow)
	default:
		return 0
	}
}

func sign(greater bool) int {
	if greater {
		return 1
	}
	return -1
}
