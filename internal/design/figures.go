package design

// Figures are what a vector of levels comes to on a stream.
type Figures struct {
	Vector    []int
	Loss      float64 // of the levels: 0 nothing, 1 everything
	Records   int
	Released  int
	HeldBack  int // judged, and not written
	Unknown   int // a level did not know what they brought
	Lapsed    int // gone before their block was full
	Waiting   int // at the end
	Median    int // months from closing to release, of those released; 0: at the end of the month that it closed in
	Ninetieth int // the same for nine in ten
	Blocks    int // that any record stands in
	Cells     int // different ones written
	Smallest  int // rows of the smallest cell of any month, 0 when nothing is written
	Months    []Month
}

// Month is what one month came to.
type Month struct{ Closed, Judged, Released int }

// Share is the part of the stream that was released.
func (f Figures) Share() float64 { return part(f.Released, f.Records) }

// Withheld is the part that was not, for whatever reason.
func (f Figures) Withheld() float64 { return part(f.Records-f.Released, f.Records) }

func part(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// Cell is a row that stands in the file some times.
type Cell struct {
	Month  int     // its first
	Values []int32 // of the columns that are written, in their order
	Rows   int
}

// percentile is the least delay that so many in a hundred do not exceed.
func percentile(delays []int, percent int) int {
	all := 0
	for _, n := range delays {
		all += n
	}
	upTo := 0
	for months, n := range delays {
		if upTo += n; all > 0 && upTo*100 >= all*percent {
			return months
		}
	}
	return 0
}
