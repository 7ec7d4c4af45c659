package backoffice

import "testing"

// The axis of a chart has round numbers, five steps at most.
func TestRoundStep(t *testing.T) {
	for most, want := range map[int]int{1: 1, 5: 1, 6: 2, 47: 10, 99: 20, 325: 100, 1000: 200, 5001: 2000} {
		if got := roundStep(most); got != want {
			t.Errorf("up to %d: steps of %d, want %d", most, got, want)
		}
	}
}

// Words of marks that lie close to each other do not meet on a phone, and stay on the drawing.
func TestWordsOfMarksAreSpread(t *testing.T) {
	marks := []plotMark{
		{share: .443, y: 155, ring: true, label: "en vigueur"},
		{share: .374, y: 168, label: "I"},
		{share: .327, y: 162, label: "J"},
		{share: .468, y: 179, label: "H"},
		{share: .018, y: 120, label: "N"},
		{share: .044, y: 126, label: "M"},
		{share: .991, y: 254, label: "A"},
	}
	spread(marks)
	for i, m := range marks {
		b := m.words(m.spot)
		if b.outside() {
			t.Errorf("%s leaves the drawing", m.label)
		}
		for j, o := range marks {
			if b.meets(o.box()) || (i < j && b.meets(o.words(o.spot))) {
				t.Errorf("%s and %s meet", m.label, o.label)
			}
		}
	}
}
