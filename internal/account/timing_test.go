package account_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/store"
)

// How long an answer takes does not tell whether an address is known: Welch's t below 4.5.
// It measures and is no test: make timing gives the number of samples a side.
func BenchmarkTimingTellsNothing(t *testing.B) {
	n := t.N
	if n < 20 {
		return // the first call, which looks how long one takes
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
	_, err = w.Store.Pool().Exec(w.ctx, `insert into definition (hash, procedure, content, first_used) values ('x', 'p', '', now())`)
	must(t, err)
	_, err = w.Store.Pool().Exec(w.ctx, `insert into dossier (public_id, reference, procedure, definition, owner_id, state, state_kind, created_at, updated_at, submitted_at)
		select 'd' || id, 'KNOWN' || row_number() over (order by id) - 1, 'p', 'x', id, 'submitted', 'open', now(), now(), now() from account`)
	must(t, err)
	named := func(email string) string { return strings.ToUpper(strings.TrimSuffix(email, "@example.com")) }
	coin := rand.New(rand.NewPCG(1, 2))
	for name, act := range map[string]func(email string){
		"sign-in": func(email string) { w.try(email, "faux") },
		"reset": func(email string) {
			_, err := w.Forgotten(w.ctx, access.Person, email)
			must(t, err)
		},
		"reference": func(email string) { must(t, w.AskCode(w.ctx, named(email))) },
		"reference-code": func(email string) {
			if id, err := w.ProveByCode(w.ctx, named(email), "AAAAA-AAAAA"); err == nil || id != 0 {
				t.Fatal("proven by a guess")
			}
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
		known, unknown = crop(known, unknown)
		tt, verdict := welch(known, unknown), "ok"
		if math.Abs(tt) >= 4.5 {
			verdict = "short"
			t.Errorf("%s tells known addresses from unknown ones: medians %.3f and %.3f ms", name, median(known), median(unknown))
		}
		fmt.Printf("figure timing_%s_t %.2f |t|_of_%d_a_side target 4.5 %s\n", strings.ReplaceAll(name, "-", "_"), tt, n, verdict)
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

// crop leaves out, on both sides, what took longer than nineteen in twenty of all together: the machine did something else.
func crop(a, b []float64) (x, y []float64) {
	all := slices.Sorted(slices.Values(slices.Concat(a, b)))
	most := all[len(all)*19/20]
	long := func(v float64) bool { return v > most }
	return slices.DeleteFunc(a, long), slices.DeleteFunc(b, long)
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
