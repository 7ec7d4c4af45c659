package release

import (
	"testing"

	"guichet"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/testkit"
)

// counted is a tally of one open column and one secret, k = 5, three values, 0.8 at most.
func counted(months ...map[[2]string]int) *tally {
	t := &tally{k: 5, diverse: 3, thousands: 800, secrets: []int{1}, index: map[string]int{}}
	for _, m := range months {
		t.month()
		for cell, n := range m {
			t.add(cell[:], n)
		}
	}
	return t
}

type cells = map[[2]string]int

func TestTallyFindsWhatIsNotSound(t *testing.T) {
	for name, c := range map[string]struct {
		counts cells
		sound  bool
	}{
		"even":               {cells{{"x", "a"}: 5, {"x", "b"}: 5, {"x", "c"}: 5}, true},
		"nothing":            {cells{}, true},
		"a cell under k":     {cells{{"x", "a"}: 4, {"x", "b"}: 9, {"x", "c"}: 9}, false},
		"two values":         {cells{{"x", "a"}: 9, {"x", "b"}: 9}, false},
		"two in one group":   {cells{{"x", "a"}: 9, {"x", "b"}: 9, {"x", "c"}: 9, {"y", "a"}: 9, {"y", "b"}: 9}, false},
		"one above 0.8":      {cells{{"x", "a"}: 41, {"x", "b"}: 5, {"x", "c"}: 5}, false},
		"one at 0.8":         {cells{{"x", "a"}: 40, {"x", "b"}: 5, {"x", "c"}: 5}, true},
		"fewer than nothing": {cells{{"x", "a"}: -5, {"x", "b"}: 5, {"x", "c"}: 5}, false},
	} {
		if x := counted(c.counts); x.sound(x.all()) != c.sound {
			t.Errorf("%s: sound is %v", name, !c.sound)
		}
	}
}

func TestTallyOverEverySetOfColumns(t *testing.T) {
	x := counted(cells{{"x", "a"}: 6, {"x", "b"}: 7, {"x", "c"}: 8}, cells{{"y", "a"}: 20, {"y", "b"}: 5, {"y", "c"}: 5})
	if n := x.smallest(x.all()); n != 5 {
		t.Errorf("smallest %d", n)
	}
	if fewest, most := x.diversity(x.all()); fewest != 3 || most != 667 {
		t.Errorf("%d values, %d in a thousand", fewest, most)
	}
	if n := x.rarest(x.all()); n != 12 {
		t.Errorf("rarest %d", n)
	}
	empty := counted(cells{}, cells{})
	if empty.smallest(empty.all()) != 0 {
		t.Error("no row has a smallest group")
	}
}

// Two files of one reader: what one holds over the other must be nothing, or sound.
func TestApart(t *testing.T) {
	first := cells{{"x", "a"}: 10, {"x", "b"}: 10, {"x", "c"}: 10}
	for name, c := range map[string]struct {
		second cells
		ok     bool
	}{
		"the same":              {first, true},
		"a month more":          {cells{{"x", "a"}: 15, {"x", "b"}: 15, {"x", "c"}: 15}, true},
		"a month less":          {cells{{"x", "a"}: 5, {"x", "b"}: 5, {"x", "c"}: 5}, true},
		"three more":            {cells{{"x", "a"}: 13, {"x", "b"}: 10, {"x", "c"}: 10}, false},
		"five more of one":      {cells{{"x", "a"}: 15, {"x", "b"}: 10, {"x", "c"}: 10}, false},
		"one here, five there":  {cells{{"x", "a"}: 15, {"x", "b"}: 9, {"x", "c"}: 10}, false},
		"another block appears": {cells{{"x", "a"}: 10, {"x", "b"}: 10, {"x", "c"}: 10, {"y", "a"}: 5, {"y", "b"}: 5, {"y", "c"}: 5}, true},
		"another, too uniform":  {cells{{"x", "a"}: 10, {"x", "b"}: 10, {"x", "c"}: 10, {"y", "a"}: 5, {"y", "b"}: 5}, false},
	} {
		if got := apart(counted(first), counted(c.second)); got != c.ok {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A value that a hierarchy does not know holds its dossier back, and is counted by column, never told.
func TestUnknownValuesAreCounted(t *testing.T) {
	catalogue, refused := procedure.Load(guichet.Files)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	p := catalogue.All()[0]
	schema, err := schemaOf(p)
	if err != nil {
		t.Fatal(err)
	}
	g := newGathering(version{p: p, schema: schema}, 1)
	g.add(brought{p.Form.Walk(form.Raw{}, nil, testkit.Today), nil, "accepted", testkit.Today}, "1", "1")
	if len(g.waiting()) != 0 || g.misses["eea"] != 1 || g.misses["reason"] != 0 { // a reason that is missing is the group's rest
		t.Errorf("%d wait, misses %v", len(g.waiting()), g.misses)
	}
}

func TestFiguresAreRoundedToK(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 0, 10: 0, 11: 11, 16: 11, 17: 22, 110: 110} {
		if got := roundTo(n, 11); got != want {
			t.Errorf("%d is told as %d, not %d", n, got, want)
		}
	}
	y := yearCount{k: 11, written: 90, held: 7}
	if got := y.rounded(); got.Share != 1 || !got.Fewer || !got.Judged {
		t.Errorf("%+v", got)
	}
	y.held = 33
	if got := y.rounded(); got.Share != 0.73 || got.Fewer {
		t.Errorf("%+v", got)
	}
}
