package attack_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"guichet/internal/attack"
	"guichet/internal/testkit/careless"
)

// On our own output, 36 months of it in a hundred towns (twenty under the race detector), the attacks find nobody (anonymisation.md, section 5).
func TestNobodyIsFoundInOurReleases(t *testing.T) {
	var towns, rows, batches, silent atomic.Int64
	t.Run("towns", func(t *testing.T) {
		for i := range populations {
			t.Run(fmt.Sprint(i+1), func(t *testing.T) {
				t.Parallel()
				town := careless.NewTown(uint64(i+1), size(i))
				r := attackOurs(t, town, []int{0, 6, 0, 3}[i%4], i%10 == 0)
				for _, f := range r.Findings {
					t.Errorf("%s %s: %s (%d)", f.Protection, f.Attack, f, f.Count)
				}
				if r.Rows > 0 {
					towns.Add(1)
				}
				for _, n := range r.Notes {
					if strings.Contains(n, "batch") {
						t.Errorf("the attacker does not understand the method any more: %s", n)
					}
				}
				batches.Add(int64(r.Batches))
				rows.Add(int64(r.Rows))
				silent.Add(int64(len(r.Silent)))
			})
		}
	})
	t.Logf("%d of %d towns released, %d rows in all, of %d batches; %d batches were silent", towns.Load(), populations, rows.Load(), batches.Load(), silent.Load())
	if towns.Load() < populations/2 || batches.Load() == 0 {
		t.Errorf("only %d towns released anything: the attacks had too little to attack", towns.Load())
	}
}

// size is how many dossiers a town has: most have few, unless the long run is asked for.
func size(i int) int {
	u := float64(i) / (populations - 1)
	if os.Getenv("GUICHET_LONG") == "" {
		u *= u
	}
	return int(200 * math.Pow(25, u))
}

// attackOurs releases a town month by month and attacks all 36 releases, as workbooks or, faster, as their rows.
func attackOurs(t *testing.T, town *careless.Town, purge int, books bool) *attack.Report {
	t.Helper()
	var releases []*attack.Release
	for i, table := range stream(t, town, purge) {
		if books {
			releases = append(releases, workbook(t, table, town.Months[i]))
		} else {
			releases = append(releases, plain(table, town.Months[i]))
		}
	}
	return attacked(t, town, releases, attack.Options{PurgeMonths: purge})
}
