package form_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// A step looked at alone, whichever was looked at before, stands as in a walk of the whole form, and so do those behind it.
func TestFollowIsWalkSoFar(t *testing.T) {
	c := compiled(t)
	rapid.Check(t, func(t *rapid.T) {
		raw := anyRaw(smallPaths).Draw(t, "raw")
		walked, followed := c.Walk(raw, nil, today), c.Follow(raw, nil, today)
		for _, id := range rapid.SliceOfN(rapid.SampledFrom(c.StepIDs()), 1, 4).Draw(t, "steps") {
			if !reflect.DeepEqual(walked.Check(id), followed.Check(id)) || walked.Status(id) != followed.Status(id) {
				t.Fatalf("step %s: %v alone, %v in a whole walk", id, followed.Check(id), walked.Check(id))
			}
			one := followed.Step(id)
			for s := range followed.After(one) {
				if whole := walked.Step(s.Step.ID); whole.Relevant != s.Relevant || len(whole.Fields) != len(s.Fields) || s.Number <= one.Number {
					t.Fatalf("%s behind %s stands otherwise", s.Step.ID, id)
				}
				if rapid.Bool().Draw(t, "enough") {
					break
				}
			}
		}
		if !followed.Relevant().Equal(walked.Relevant()) || !reflect.DeepEqual(followed.Problems(), walked.Problems()) {
			t.Fatal("the rest stands otherwise")
		}
	})
}
