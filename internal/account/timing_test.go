package account_test

import (
	"fmt"
	"strings"
	"testing"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/store"
	"guichet/internal/testkit"
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
	for name, act := range map[string]func(email string){
		"sign-in": func(email string) { w.try(email, "faux") },
		"reset": func(email string) {
			_, err := w.Forgotten(w.ctx, access.Person, email)
			must(t, err)
		},
		"reference": func(email string) { must(t, w.AskCode(w.ctx, "", named(email))) },
		"reference-code": func(email string) {
			if id, err := w.ProveByCode(w.ctx, "", named(email), "AAAAA-AAAAA"); err == nil || id != 0 {
				t.Fatal("proven by a guess")
			}
		},
		"register": func(email string) { w.register(email, good) },
	} {
		testkit.TellsNothing(t, name, func(i int) { act(address("known", i)) }, func(i int) { act(address(name, i)) })
	}
}

func address(who string, i int) string { return fmt.Sprintf("%s%d@example.com", who, i) }
