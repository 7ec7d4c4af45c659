package tabulate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var (
	region  = Axis{ID: "region", Values: []string{"near", "far"}, Known: true}
	size    = Axis{ID: "size", Values: []string{"1", "2", "3+"}, Known: true}
	outcome = Axis{ID: "outcome", Values: []string{"accepted", "refused"}}
)

// drawn makes records of two axes.
func drawn(draw *rand.Rand, n, first, second int) []Record {
	out := make([]Record, n)
	for i := range out {
		out[i] = Record{Key(draw.Uint64()), []int{draw.IntN(first), draw.IntN(second)}}
	}
	return out
}

func perturbed(t interface{ Fatal(...any) }, g Grid, records []Record) Sums {
	told, err := Perturb(g, records)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read(g, told.Cells())
	if err != nil {
		t.Fatal(err)
	}
	return Over([]Told{again})
}

// The same cell is told as the same number: whatever the order of the records, whatever else the table crosses, and
// whichever way it is turned.
func TestSameCellSameNoise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		records := drawn(draw, rapid.IntRange(0, 200).Draw(t, "n"), 2, 2)
		first := perturbed(t, Grid{"march", []Axis{region, outcome}, 5, 0}, records)

		draw.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		var turned, bySize []Record
		for _, r := range records {
			turned = append(turned, Record{r.Key, []int{r.Values[1], r.Values[0]}})
			bySize = append(bySize, Record{r.Key, []int{r.Values[0], draw.IntN(3)}})
		}
		second := perturbed(t, Grid{"march", []Axis{outcome, region}, 5, 0}, turned)
		other := perturbed(t, Grid{"march", []Axis{region, size}, 5, 0}, bySize)
		for a := range 3 {
			for b := range 3 {
				if first.At(a, b) != second.At(b, a) {
					t.Fatalf("turned, %d %d is %v and not %v", a, b, second.At(b, a), first.At(a, b))
				}
			}
			if first.At(a, 2) != other.At(a, 3) {
				t.Fatalf("the margin %d is %v in one table, %v in another", a, first.At(a, 2), other.At(a, 3))
			}
		}
	})
}

// Whatever the records: no figure is 1 or 2 or far off, nothing becomes something, and what is said of a group that a
// neighbour may know is said of K at least.
func TestNothingSmallIsTold(t *testing.T) {
	const k = 11
	rapid.Check(t, func(t *rapid.T) {
		draw := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		records := drawn(draw, rapid.IntRange(0, 60).Draw(t, "n"), 2, 2)
		for i := range records {
			if draw.IntN(3) > 0 {
				records[i].Values[0] = 0 // so that the other is rare
			}
		}
		g := Grid{"march", []Axis{region, outcome}, k, 0}
		sums := perturbed(t, g, records)
		for _, c := range g.cells() {
			n, alone := 0, 0
			for _, r := range records {
				row, col := c[0] == 2 || c[0] == r.Values[0], c[1] == 2 || c[1] == r.Values[1]
				if row {
					alone++
				}
				if row && col {
					n++
				}
			}
			f := sums.At(c...)
			crossed := c[0] < 2 && c[1] < 2
			if hidden := len(records) < k || crossed && alone < k; hidden != (f.Told == 0) {
				t.Fatalf("%v: %d of %d, told as %+v", c, n, alone, f)
			}
			if f.Told == 1 && (f.N == 1 || f.N == 2 || f.N < 0 || n == 0 && f.N > 0 || f.N-n > most || n-f.N > most) {
				t.Fatalf("%v: %d told as %d", c, n, f.N)
			}
		}
	})
}

// differences are how often two cells, one of which certainly has a number of records that is not known, differ by so much
// when the other has the same ones, and when it has somebody more.
func differences(draw *rand.Rand, trials int) (without, with map[int]int) {
	without, with = map[int]int{}, map[int]int{}
	fine, coarse := Grid{Scope: "march", Axes: []Axis{{ID: "region", Values: []string{"near"}}}}, Grid{Scope: "march", Axes: []Axis{{ID: "wide", Values: []string{"near or next"}}}}
	for range trials {
		n, sum, somebody := 11+draw.IntN(50), draw.Uint64(), draw.Uint64()
		told := n + noise(n, fine.cellKey(cell{0}, sum))
		without[n+noise(n, coarse.cellKey(cell{0}, sum))-told]++
		with[n+1+noise(n+1, coarse.cellKey(cell{0}, sum+somebody))-told]++
	}
	return without, with
}

// Two cells that differ by one person at most, in two tables: their difference leaves open whether that person is in. Who
// held both equally likely is sure of neither after all but one in a thousand differences, and wins little by the rest.
func TestDifferenceOfTwoTables(t *testing.T) {
	const trials = 400_000
	without, with := differences(rand.New(rand.NewPCG(5, 8)), trials)
	sure, gain := 0, 0.0
	for d := -9; d <= 9; d++ {
		a, b := float64(without[d]), float64(with[d])
		if p := max(a, b) / max(a+b, 1); p > 0.9 {
			sure += without[d] + with[d]
		}
		gain += math.Abs(a-b) / (2 * trials)
	}
	if share := float64(sure) / (2 * trials); share > 0.001 {
		t.Errorf("in %.4f of the cases the difference tells more than 9 to 1", share)
	}
	if gain > 0.25 {
		t.Errorf("guessing by the difference is right %.3f of the time", 0.5+gain/2)
	}
	if without[0] > with[0]*2 {
		t.Errorf("equal figures give away that the records are the same: %d times without, %d with", without[0], with[0])
	}
}

// A record more changes the noise of its cell, so that a table counted again would not differ by exactly one.
func TestAnotherRecordAnotherNoise(t *testing.T) {
	draw := rand.New(rand.NewPCG(9, 9))
	g := Grid{Scope: "march"}
	records := drawn(draw, 4000, 1, 1)
	one, same := 0, 0
	for i := range records {
		records[i].Values = nil
	}
	last := 0
	for n := 20; n < len(records); n += 7 {
		f := perturbed(t, g, records[:n])
		g2 := perturbed(t, g, records[:n+1])
		if g2.At().N-f.At().N == 1 {
			one++
		}
		if f.At().N-n == last {
			same++
		}
		last = f.At().N - n
	}
	if trials := (len(records) - 20) / 7; one*3 > trials || same*3 > trials {
		t.Errorf("of %d, %d differ by exactly one, %d have the noise of before", trials, one, same)
	}
}

func TestSumsOverMonths(t *testing.T) {
	g := Grid{Axes: []Axis{outcome}}
	var months []Told
	for _, cells := range [][]int32{{10, 0, 11}, {-1, -1, 4}, {30, 5, 33}} {
		m, err := Read(g, cells)
		if err != nil {
			t.Fatal(err)
		}
		months = append(months, m)
	}
	s := Over(months)
	if got, want := []Figure{s.At(0), s.At(1), s.At(2)}, []Figure{{40, 2, 1}, {5, 2, 1}, {48, 3, 0}}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	for _, forged := range [][]int32{{1, 0, 1}, {2, 3, 4}, {-2, 0, 0}, {4, 4}} {
		if _, err := Read(g, forged); err == nil {
			t.Errorf("%v was read", forged)
		}
	}
	if _, err := Perturb(g, []Record{{1, []int{2}}}); err == nil {
		t.Error("a value that the axis has not was counted")
	}
}
