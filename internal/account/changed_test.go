package account_test

import (
	"crypto/sha256"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/testkit"
)

// session is what a door writes for who has just arrived.
func (w *world) session(in account.Arrival, n int) error {
	now := w.now()
	return w.SaveSession(w.ctx, account.Session{
		Hash: sha256.Sum256([]byte("session " + strconv.Itoa(n))), Data: []byte{1}, Created: now, Seen: now, Expires: now.Add(time.Hour),
		Actor: access.Actor{AccountID: in.Account}, Via: account.Via{Mark: in.Mark},
	})
}

// Who signs in with the old password while another is chosen is out as well, whichever comes first: nothing that the old one opened
// outlives it (ASVS 7.4.3).
func TestAnOldPasswordOpensNothingWhileItIsChanged_ASVS_7_4_3(t *testing.T) {
	w := newWorld(t)
	w.person("zoe@example.com")
	stale := w.arrive("zoe@example.com")
	_, err := w.Forgotten(w.ctx, access.Person, "zoe@example.com")
	must(t, err)
	token := w.token()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			in, problem, err := w.SignIn(w.ctx, access.Person, "zoe@example.com", good)
			if err == nil && problem == nil {
				_ = w.session(in, i)
			}
		})
	}
	p, err := w.Reset(w.ctx, token, other)
	all.Wait()
	if err != nil || p != nil {
		t.Fatal(p, err)
	}
	if err := w.session(stale, 100); fault.Of(err) != fault.Unauthenticated {
		t.Errorf("who arrived with the old password: %v", err)
	}
	if n := w.count("select count(*) from session where account_id is not null"); n != 0 {
		t.Errorf("%d sessions of the old password", n)
	}
	w.pass(day) // of so many tries some came too late
	in, problem, err := w.SignIn(w.ctx, access.Person, "zoe@example.com", other)
	if err != nil || problem != nil {
		t.Fatal(problem, err)
	}
	must(t, w.session(in, 101))
}

// What is kept of a password grows stronger with what hashing costs, as its owner next signs in; nothing else of it changes.
func TestPasswordsAreHashedAnewAsTheYearsDemand(t *testing.T) {
	testkit.Covers(t, "RP-175")
	w := newWorld(t)
	id := w.person("zoe@example.com")
	weak, err := argon2id.CreateHash(good, &argon2id.Params{Memory: 16, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 16})
	must(t, err)
	_, err = w.Store.Pool().Exec(w.ctx, "update account set password_hash = $1 where id = $2", weak, id)
	must(t, err)
	kept := func() (hash string, set time.Time) {
		t.Helper()
		must(t, w.Store.Pool().QueryRow(w.ctx, "select password_hash, password_set_at from account where id = $1", id).Scan(&hash, &set))
		return hash, set
	}
	_, since := kept()
	if p := w.try("zoe@example.com", "faux"); p == "" {
		t.Fatal("a wrong password opens")
	}
	if hash, _ := kept(); hash != weak {
		t.Error("a wrong password is kept")
	}
	w.pass(day)
	must(t, w.session(w.arrive("zoe@example.com"), 1))
	hash, set := kept()
	if !strings.Contains(hash, "m=64,t=2") || !set.Equal(since) {
		t.Errorf("kept as %s, set at %s", hash[:30], set)
	}
	w.arrive("zoe@example.com")
	if again, _ := kept(); again != hash {
		t.Error("hashed anew each time")
	}
}
