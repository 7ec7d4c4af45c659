package tabulate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Every row of the table is what its comment promises, exactly.
func TestPerturbationTable(t *testing.T) {
	for i, row := range perturbation {
		n, parts, bias, square := i+1, 0, 0, 0
		for _, c := range row {
			parts, bias, square = parts+c.parts, bias+c.parts*c.noise, square+c.parts*c.noise*c.noise
			if told := n + c.noise; told < 0 || told == 1 || told == 2 || c.noise > most || c.noise < -most || c.parts <= 0 {
				t.Errorf("%d is told as %d in %d parts", n, told, c.parts)
			}
		}
		if parts != weight || bias != 0 || square != 2*weight {
			t.Errorf("row %d: %d parts, bias %d, square %d", n, parts, bias, square)
		}
	}
}

// The rows from 3 on have the greatest entropy there is: the logarithms of the chances lie on a parabola of the noise.
func TestGreatestEntropy(t *testing.T) {
	for i, row := range perturbation[2:] {
		often := slices.SortedFunc(slices.Values(row), func(a, b chance) int { return b.parts - a.parts })[:3]
		for _, c := range row {
			want := weight * math.Exp(parabola(often, float64(c.noise)))
			if off := math.Abs(float64(c.parts) - want); off > 3+want/100 { // the rounding shows far from the three
				t.Errorf("row %d, noise %d: %d parts, the parabola has %.1f", i+3, c.noise, c.parts, want)
			}
		}
	}
}

// parabola goes through the logarithms of three chances.
func parabola(c []chance, x float64) (y float64) {
	for i := range 3 {
		term := math.Log(float64(c[i].parts) / weight)
		for j := range 3 {
			if i != j {
				term *= (x - float64(c[j].noise)) / float64(c[i].noise-c[j].noise)
			}
		}
		y += term
	}
	return y
}

// By keys drawn at random the noise has no bias and the variance 2, whatever the count, and 0 stays 0.
func TestNoise(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 7))
	const trials = 200_000
	for _, n := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 50, 3000} {
		sum, square := 0, 0
		for range trials {
			e := noise(n, draw.Uint64())
			if told := n + e; n == 0 && e != 0 || told < 0 || told == 1 || told == 2 || e > most || e < -most {
				t.Fatalf("%d is told as %d", n, told)
			}
			sum, square = sum+e, square+e*e
		}
		mean, variance := float64(sum)/trials, float64(square)/trials
		if math.Abs(mean) > 0.015 || n > 0 && math.Abs(variance-2) > 0.04 {
			t.Errorf("%d: mean %.4f, variance %.4f", n, mean, variance)
		}
	}
}
