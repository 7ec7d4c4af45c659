package dossier

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"guichet/internal/form"
)

// Whatever is typed, quotes and backslashes included, comes back as it was.
func TestParseRawGivesBackWhatWasTyped(t *testing.T) {
	words := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "a", `"`, `\`, `":["`, "]}", "null", "é’", "{}"}))
	rapid.Check(t, func(t *rapid.T) {
		raw := form.Raw(rapid.MapOfN(words, rapid.SliceOfN(words, 0, 4), 0, 6).Draw(t, "raw"))
		plain, err := json.Marshal(map[string][]string(raw))
		if err != nil {
			t.Fatal(err)
		}
		var want form.Raw
		if err := json.Unmarshal(plain, &want); err != nil {
			t.Fatal(err)
		}
		got := form.Raw{}
		err = parseInto(got, string(plain))
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d answers of %d, %v, from %s", len(got), len(want), err, plain)
		}
		for path, values := range want {
			if back, there := got[path]; !there || !slices.Equal(back, values) {
				t.Fatalf("%q is %q, not %q", path, back, values)
			}
		}
	})
}

// What is no JSON of answers is an error, or what JSON itself makes of it.
func TestParseRawRefusesWhatJSONRefuses(t *testing.T) {
	for _, s := range []string{"", "{", "[]", `{"a"`, `{"a":`, `{"a":[`, `{"a":["b"`, `{"a":["b"]`, `{"a":["b"]}}`, `{"a":1}`, `"a"`} {
		got := form.Raw{}
		if err := parseInto(got, s); err == nil {
			t.Errorf("%q gave %v", s, got)
		}
	}
}

func BenchmarkParseRaw(b *testing.B) {
	s := `{"applicant.first_names":["Chiara Lucia"],"applicant.last_name":["Bianchi"],"applicant.birth_date":["17","4","1991"]}`
	b.ReportAllocs()
	for b.Loop() {
		if err := parseInto(form.Raw{}, s); err != nil {
			b.Fatal(err)
		}
	}
}
