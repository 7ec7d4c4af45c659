package anonymise

import "strconv"

// Model is a promise about every class of records that share their quasi-identifiers.
// A class that breaks one model of a case is an outlier and is suppressed whole.
type Model interface {
	// Attribute is the sensitive column the model protects, or "" when it counts records alone.
	Attribute() string
	// String names the model with its bounds.
	String() string
	// least is a number of records and one of different values that no passing class can be under. Both
	// only grow when classes merge, so they bound the search even where the model itself does not.
	least() (records, values int)
	// valid names what is impossible about the bounds, or is "".
	valid() string
	// test makes the check of one class. It may hold scratch space: one for each goroutine.
	test(p *population) test
	// relief makes the bound of one class, or is nil where nothing is known. It may hold scratch space as well.
	relief(p *population) relief
}

// test decides whether a class passes; s holds its sensitive values when the model has an attribute.
type test func(s *spectrum) bool

// population is the distribution of a sensitive column over the whole input.
type population struct {
	total     int      // records
	count     []int    // by code
	texts     []string // by code
	values    int      // different values met
	hierarchy *Hierarchy
	leaf      []uint32 // code to line of the hierarchy
}

// spectrum counts the sensitive values of one class.
type spectrum struct {
	records int
	count   []int    // by code; zero for values the class lacks
	present []uint32 // codes with a count, in no particular order
}

func newSpectrum(width int) *spectrum { return &spectrum{count: make([]int, width)} }

func (s *spectrum) add(code uint32, n int) {
	if s.count[code] == 0 {
		s.present = append(s.present, code)
	}
	s.count[code] += n
	s.records += n
}

func (s *spectrum) reset() {
	for _, code := range s.present {
		s.count[code] = 0
	}
	s.present = s.present[:0]
	s.records = 0
}

// KAnonymity asks for at least K records in every class, or for records of K different households, persons or
// whatever the column Count tells apart.
type KAnonymity struct {
	K     int
	Count string // "" counts records
}

// Attribute is the column that tells apart what is counted.
func (m KAnonymity) Attribute() string { return m.Count }

func (m KAnonymity) String() string {
	if m.Count == "" {
		return strconv.Itoa(m.K) + "-anonymity"
	}
	return strconv.Itoa(m.K) + "-anonymity counted by " + m.Count
}
func (m KAnonymity) least() (records, values int) { return m.K, 1 }

func (m KAnonymity) valid() string {
	if m.K < 1 {
		return "k is under 1"
	}
	return ""
}

func (m KAnonymity) test(*population) test {
	if m.Count == "" {
		return func(s *spectrum) bool { return s.records >= m.K }
	}
	return func(s *spectrum) bool { return len(s.present) >= m.K }
}
