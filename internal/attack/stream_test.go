package attack_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/attack"
	"guichet/internal/testkit"
	"guichet/internal/testkit/careless"
)

// populations is how many towns are released and attacked, of 200 to 5,000 dossiers, most of them small.
const populations = 100

// On our own output, 36 months of it in a hundred towns, the attacks find nobody (anonymisation.md, section 5).
func TestNobodyIsFoundInOurReleases(t *testing.T) {
	testkit.Whole(t)
	testkit.Covers(t, "RP-176", "RP-177")
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
	canaries := []string{"firm", "made-up"} // who filed, and the schema's name; and days of closing
	for _, who := range town.Residents[:50] {
		if !who.Closed.IsZero() {
			canaries = append(canaries, who.Closed.Format(time.DateOnly))
		}
	}
	return attacked(t, town, releases, attack.Options{PurgeMonths: purge, Canaries: canaries})
}

// A second schema over the same people that only leaves a column of the first out, its file made of the frozen rows, tells
// nothing more.
func TestNobodyIsFoundInACoarserSecondFile(t *testing.T) {
	testkit.Whole(t)
	town := careless.NewTown(9, 3000)
	tables := stream(t, town, 0)
	var releases []*attack.Release
	for i, table := range tables {
		releases = append(releases, plain(table, town.Months[i]))
	}
	first, err := attack.ParseSchema(town.Schema.YAML())
	if err != nil {
		t.Fatal(err)
	}
	coarser := plain(tables[len(tables)-1], town.Months[len(tables)-1])
	left := -1
	for i, c := range town.Schema.Columns {
		if j := slices.Index(coarser.Columns, c.ID); !c.Secret && j >= 0 {
			town.Schema.Columns[i].Frozen, left = len(c.Levels), j
			break
		}
	}
	if left < 0 {
		t.Fatal("the town's files have no column that could be left out")
	}
	coarser.Name, coarser.Columns = "second", slices.Delete(coarser.Columns, left, left+1)
	for i, row := range coarser.Rows {
		coarser.Rows[i] = slices.Delete(row, left, left+1)
	}
	slices.SortFunc(coarser.Rows, slices.Compare[[]string])
	second, err := attack.ParseSchema(town.Schema.YAML())
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, []*attack.Schema{first, second}, town.Register(), append(releases, coarser), attack.Options{})
	for _, f := range r.Findings {
		t.Errorf("%s %s: %s (%d)", f.Protection, f.Attack, f, f.Count)
	}
	if len(coarser.Rows) == 0 {
		t.Error("the second file is empty")
	}
}
