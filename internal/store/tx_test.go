package store_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"regexp"
	"sync"
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
)

var instant = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func text(hash, words string) sqlc.NoticeTextInsertParams {
	return sqlc.NoticeTextInsertParams{Hash: []byte(hash), Text: words}
}

func definition(hash string) sqlc.DefinitionInsertParams {
	return sqlc.DefinitionInsertParams{Hash: []byte(hash), Procedure: "p", Content: []byte("c"), At: instant}
}

// A statement that is held back is seen by the next read of its own transaction, and by nobody else before the commit.
func TestHeldStatementsAreReadInOrder(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return instant })
	ctx := t.Context()
	err := s.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.DefinitionInsert(ctx, definition("h")); err != nil {
			return err
		}
		if _, err := s.Q().DefinitionByHash(ctx, []byte("h")); fault.Of(err) != fault.NotFound {
			t.Errorf("seen from outside before the commit: %v", err)
		}
		row, err := tx.Q.DefinitionByHash(ctx, []byte("h"))
		if err == nil && row.Procedure != "p" {
			t.Errorf("read %q", row.Procedure)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Q().DefinitionByHash(ctx, []byte("h")); err != nil {
		t.Fatal(err)
	}
}

// A statement that fails only when it is sent still rolls everything back, be it at the commit.
func TestHeldFailureRollsBack(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return instant })
	ctx := t.Context()
	err := s.InTx(ctx, func(tx *store.Tx) error {
		return errors.Join(
			tx.Q.DefinitionInsert(ctx, definition("kept?")),
			tx.Q.DataKeyInsert(ctx, sqlc.DataKeyInsertParams{DossierID: 404, Rule: "r", Wrapped: []byte("w"), WrappedBy: "b"}),
		)
	})
	if err == nil {
		t.Fatal("a data key without its dossier was committed")
	}
	if _, err := s.Q().DefinitionByHash(ctx, []byte("kept?")); fault.Of(err) != fault.NotFound {
		t.Fatalf("half of a transaction was kept: %v", err)
	}
}

func TestErrorAndPanicRollBack(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return instant })
	ctx := t.Context()
	boom := errors.New("boom")
	if err := s.InTx(ctx, func(tx *store.Tx) error {
		_ = tx.Q.DefinitionInsert(ctx, definition("a"))
		_, _ = tx.Q.DefinitionByHash(ctx, []byte("a")) // sent
		return boom
	}); !errors.Is(err, boom) {
		t.Fatal(err)
	}
	func() {
		defer func() { _ = recover() }()
		_ = s.InTx(ctx, func(tx *store.Tx) error {
			_ = tx.Q.DefinitionInsert(ctx, definition("a"))
			_, _ = tx.Q.DefinitionByHash(ctx, []byte("a"))
			panic("boom")
		})
	}()
	if _, err := s.Q().DefinitionByHash(ctx, []byte("a")); fault.Of(err) != fault.NotFound {
		t.Fatalf("%v", err)
	}
}

func TestTheTransactionBearsItsTime(t *testing.T) {
	now := instant.Add(1234567 * time.Nanosecond)
	s := testkit.Store(t, func() time.Time { now = now.Add(time.Hour); return now })
	err := s.InTx(t.Context(), func(tx *store.Tx) error {
		first := tx.Now
		if s.Now().Equal(first) || !tx.Now.Equal(first) || first.Nanosecond()%1000 != 0 {
			t.Errorf("time of the transaction %v", first)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// PostgreSQL's own words could quote a row: only code and names leave the store.
func TestDatabaseErrorsQuoteNothing(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return instant })
	ctx := t.Context()
	err := s.InTx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.Q.NoticeTextInsert(ctx, text("x", "canary")), tx.Q.DataKeyInsert(ctx, sqlc.DataKeyInsertParams{DossierID: 987654321, Rule: "canary", Wrapped: []byte("canary"), WrappedBy: "canary"}))
	})
	if err == nil || regexp.MustCompile("canary|987654321").MatchString(err.Error()) {
		t.Fatalf("%v", err)
	}
}

// A database that does not answer is Unavailable, so that people see a page that asks them to try again.
func TestStoppedDatabaseIsUnavailable(t *testing.T) {
	_, err := store.Open(t.Context(), "postgres://nobody@127.0.0.1:1/none?connect_timeout=1", time.Now)
	if fault.Of(err) != fault.Unavailable {
		t.Fatalf("%v is %v", err, fault.Of(err))
	}
	s := testkit.Store(t, func() time.Time { return instant })
	s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := s.Ping(ctx); err == nil {
		t.Fatal("a closed store answers")
	}
}

// Two transactions that wait for each other: the one that PostgreSQL ends is to try again (Unavailable). It is no Conflict,
// which nobody tries again.
func TestDeadlockIsTriedAgain(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return instant })
	ctx := t.Context()
	if _, err := s.Pool().Exec(ctx, "insert into setting (key, value, at) values ('a', '1', now()), ('b', '1', now())"); err != nil {
		t.Fatal(err)
	}
	take := func(both *sync.WaitGroup, one, other string) error {
		return s.InTx(ctx, func(tx *store.Tx) error {
			if _, err := tx.Exec(ctx, "update setting set value = '2' where key = $1", one); err != nil {
				return err
			}
			err := tx.Flush(ctx)
			both.Done()
			both.Wait()
			if err != nil {
				return err
			}
			_, _ = tx.Exec(ctx, "update setting set value = '2' where key = $1", other)
			return tx.Flush(ctx)
		})
	}
	var both, all sync.WaitGroup
	both.Add(2)
	var errs [2]error
	all.Go(func() { errs[0] = take(&both, "a", "b") })
	all.Go(func() { errs[1] = take(&both, "b", "a") })
	all.Wait()
	lost := cmp.Or(errs[0], errs[1])
	if errs[0] != nil && errs[1] != nil || fault.Of(lost) != fault.Unavailable {
		t.Errorf("%v and %v: one succeeds, the other is Unavailable", errs[0], errs[1])
	}
}

// Nothing that is kept has a NUL in its name, whoever asks for it.
func TestNULIsNotFound(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return instant })
	ctx := t.Context()
	if _, err := s.Q().DossierByPublicID(ctx, "a\x00b"); fault.Of(err) != fault.NotFound {
		t.Errorf("outside a transaction: %v", err)
	}
	if _, err := s.Q().ReleaseRequests(ctx, "a\x00b"); fault.Of(err) != fault.NotFound {
		t.Errorf("many, outside a transaction: %v", err)
	}
	err := s.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.DossierByPublicID(ctx, "a\x00b")
		return err
	})
	if fault.Of(err) != fault.NotFound {
		t.Errorf("inside one: %v", err)
	}
}

// Held statements give no row count, and COPY would overtake them: no query may ask for either.
func TestQueriesSuitHeldStatements(t *testing.T) {
	files, err := os.ReadDir("../../db/queries")
	if err != nil {
		t.Fatal(err)
	}
	bad := regexp.MustCompile(`(?m)^-- name: \w+ :(execrows|execresult|execlastid|copyfrom|batch\w+)`)
	for _, f := range files {
		b, err := os.ReadFile("../../db/queries/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if m := bad.Find(b); m != nil {
			t.Errorf("%s: %s", f.Name(), m)
		}
	}
}
