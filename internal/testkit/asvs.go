package testkit

import "testing"

// Asvs says which rows of docs/asvs.tsv t proves, where its name does not bear them (TestThrottling_ASVS_6_3_1). They count
// when t passes and was not skipped.
func Asvs(t testing.TB, rows ...string) {
	t.Helper()
	for _, row := range rows {
		t.Logf("ASVS %s", row)
	}
}
