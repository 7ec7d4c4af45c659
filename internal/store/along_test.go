package store_test

import (
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
)

// What travels along is read once, with the first question, however either of the two ends; and not at all without a question.
func TestAlongTravelsOnce(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return instant })
	if err := s.InTx(t.Context(), func(tx *store.Tx) error { return tx.Q.DefinitionInsert(t.Context(), definition("here")) }); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		first, along         string
		firstKind, alongKind fault.Kind
	}{
		"both":      {first: "here", along: "here"},
		"the first": {first: "here", along: "gone", alongKind: fault.NotFound},
		"the other": {first: "gone", along: "here", firstKind: fault.NotFound},
		"none":      {first: "gone", along: "gone", firstKind: fault.NotFound, alongKind: fault.NotFound},
	} {
		var times int
		var got sqlc.DefinitionByHashRow
		var ended error
		ctx := store.Along(t.Context(), func(q *sqlc.Queries) error {
			times++
			got, ended = q.DefinitionByHash(t.Context(), []byte(x.along))
			return ended
		})
		if times != 0 {
			t.Fatalf("%s: read before anything is asked", name)
		}
		row, err := s.Q().DefinitionByHash(ctx, []byte(x.first))
		if fault.Of(err) != x.firstKind || (err == nil && row.Procedure != "p") {
			t.Errorf("%s: the question is answered %q, %v", name, row.Procedure, err)
		}
		if fault.Of(ended) != x.alongKind || (ended == nil && got.Procedure != "p") {
			t.Errorf("%s: what travels along reads %q, %v", name, got.Procedure, ended)
		}
		if _, err := s.Q().DefinitionByHash(ctx, []byte("here")); err != nil || times != 1 {
			t.Errorf("%s: asked again, read %d times: %v", name, times, err)
		}
	}
}

// What does not read one row is refused, and the question is answered all the same.
func TestAlongReadsOneRow(t *testing.T) {
	s := testkit.Store(t, func() time.Time { return instant })
	if err := s.InTx(t.Context(), func(tx *store.Tx) error { return tx.Q.DefinitionInsert(t.Context(), definition("here")) }); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func(*sqlc.Queries) error{
		"nothing": func(*sqlc.Queries) error { return nil },
		"writing": func(q *sqlc.Queries) error { return q.DefinitionInsert(t.Context(), definition("no")) },
	} {
		ctx := store.Along(t.Context(), read)
		if _, err := s.Q().DefinitionByHash(ctx, []byte("here")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Q().DefinitionByHash(t.Context(), []byte("no")); fault.Of(err) != fault.NotFound {
		t.Errorf("written along: %v", err)
	}
}
