package main

import (
	"slices"
	"strings"
	"testing"
)

func TestPassingTestsAlone(t *testing.T) {
	proofs := gather(strings.NewReader(strings.Join([]string{
		`{"Action":"pass","Package":"guichet/internal/web","Test":"TestRights_ASVS_7_4_2_8_3_2"}`,
		`{"Action":"fail","Package":"guichet/internal/web","Test":"TestX_ASVS_7_5_1"}`,
		`{"Action":"skip","Package":"guichet/internal/web","Test":"TestY_ASVS_7_5_3"}`,
		`{"Action":"output","Package":"guichet/internal/a","Test":"TestZ","Output":"    z_test.go:9: ASVS 6.2.1\n"}`,
		`{"Action":"pass","Package":"guichet/internal/a","Test":"TestZ"}`,
		`{"Action":"output","Package":"guichet/internal/a","Test":"TestF","Output":"    z_test.go:9: ASVS 6.2.2\n"}`,
		`{"Action":"fail","Package":"guichet/internal/a","Test":"TestF"}`,
		`{"Action":"pass","Package":"guichet/internal/o","Test":"TestLies/ASVS_9_1_2_alg_none"}`,
		`{"Action":"pass","Package":"guichet/internal/a","Test":"TestOld_ASVS_6_2"}`,
		`not JSON`,
	}, "\n")))
	var got []string
	for id := range proofs {
		got = append(got, id)
	}
	slices.Sort(got)
	if want := []string{"6.2.1", "7.4.2", "8.3.2", "9.1.2"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	var out strings.Builder
	report(&out, "id\twhat\tnot applicable\n6.2.1\tlength\t\n6.2.10\tno renewal\tasked for\n7.5.1\tagain\t\n", proofs)
	if said := out.String(); !strings.Contains(said, "a.TestZ") || !strings.Contains(said, "n/a: asked for") || !strings.Contains(said, "missing") || !strings.Contains(said, "proven 1 of_3 target 2 short") {
		t.Error(said)
	}
}
