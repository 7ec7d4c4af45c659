package setting

import (
	"maps"
	"slices"
	"testing"
)

// Of two settings that do not go together the one that was made first stands, and takes nothing else down with it.
func TestOfSettingsThatQuarrelTheOldestStands(t *testing.T) {
	quarrel := func(keys []string) string {
		switch {
		case slices.Contains(keys, "bad"):
			return "bad in itself"
		case slices.Contains(keys, "cat") && slices.Contains(keys, "dog"):
			return "not together"
		}
		return ""
	}
	for _, c := range []struct {
		oldest []string
		left   map[string]string
	}{
		{[]string{"cat", "mouse", "dog", "bird"}, map[string]string{"dog": "not together"}},
		{[]string{"dog", "mouse", "cat", "bird"}, map[string]string{"cat": "not together"}},
		{[]string{"bad", "dog", "bird"}, map[string]string{"bad": "bad in itself"}},
	} {
		if left := agreeing(c.oldest, quarrel); !maps.Equal(left, c.left) {
			t.Errorf("of %v are left out %v", c.oldest, left)
		}
	}
}
