package account_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/store"
)

// How long an answer takes does not tell whether an address is known: Welch's t below 4.5, medians within a millisecond.
// Needs a quiet machine, so it runs when GUICHET_TIMING gives the number of samples a side: 2000 for the full proof.
func TestTimingTellsNothing_ASVS_6_3_8(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("GUICHET_TIMING"))
	if err != nil {
		t.Skip("set GUICHET_TIMING=2000 on a quiet machine")
	}
	w := newWorld(t)
	hash, err := w.Hash(w.ctx, good)
	must(t, err)
	must(t, w.Store.InTx(w.ctx, func(tx *store.Tx) error {
		for i := range n {
			if _, err := w.CreateActive(w.ctx, tx, account.New{Kind: "person", Profile: account.Profile{Email: address("known", i)}, PasswordHash: hash}); err != nil {
				return err
			}
		}
		return nil
	}))
	coin := rand.New(rand.NewPCG(1, 2))
	for name, act := range map[string]func(email string){
		"sign-in": func(email string) { w.try(email, "faux") },
		"reset": func(email string) {
			_, err := w.Forgotten(w.ctx, access.Person, email)
			must(t, err)
		},
		"register": func(email string) { w.register(email, good) },
	} {
		var known, unknown []float64
		for i := range n {
			if coin.IntN(2) == 0 { // what the collector does to every other call must not look like a difference
				known = append(known, took(func() { act(address("known", i)) }))
				unknown = append(unknown, took(func() { act(address(name, i)) }))
			} else {
				unknown = append(unknown, took(func() { act(address(name, i)) }))
				known = append(known, took(func() { act(address("known", i)) }))
			}
		}
		tt, gap := welch(known, unknown), median(known)-median(unknown)
		t.Logf("%s: t = %.2f, medians %.3f and %.3f ms", name, tt, median(known), median(unknown))
		if math.Abs(tt) >= 4.5 || math.Abs(gap) >= 1 {
			t.Errorf("%s tells known addresses from unknown ones", name)
		}
	}
}

func address(who string, i int) string { return fmt.Sprintf("%s%d@example.com", who, i) }

// took is in milliseconds.
func took(act func()) float64 {
	start := time.Now()
	act()
	return float64(time.Since(start).Microseconds()) / 1000
}

func median(x []float64) float64 {
	s := slices.Sorted(slices.Values(x))
	return s[len(s)/2]
}

func welch(a, b []float64) float64 {
	ma, va := moments(a)
	mb, vb := moments(b)
	return (ma - mb) / math.Sqrt(va/float64(len(a))+vb/float64(len(b)))
}

func moments(x []float64) (mean, variance float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		variance += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, variance
}
