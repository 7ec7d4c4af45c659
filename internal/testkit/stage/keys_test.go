package stage_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/rotation"
	"guichet/internal/seal"
)

// A person and an agent are at work, by their pages, while the master key and the search key are changed: nothing fails, the
// dossier is found at every moment, and at the end nothing needs the keys before.
func TestKeysChangeWhilePeopleWork(t *testing.T) {
	a, f, desk := filed(t)
	ctx := t.Context()
	if err := a.Rotation.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	name, _ := f.Persona.Answers["applicant.last_name"].(string)
	work := func() {
		t.Helper()
		desk.Read().Form("/note").Set("words", "Vu.").Submit("").Want(200).Shows("Vu.")
		f.Get(f.Path("/check"))
		desk.Get("/queue?q=" + name).Shows(name + " ")
	}
	work()
	rotated := make(chan error, 1)
	go func() {
		_, _, err := a.Rotation.RotateMaster(context.WithoutCancel(ctx), rotation.Order{Backup: func() error { return nil }, AtOnce: true, Wait: 20 * time.Second})
		rotated <- err
	}()
	for at := true; at; {
		work()
		if err := a.Rotation.Beat(ctx); err != nil { // the server's, made by the clock
			t.Fatal(err)
		}
		select {
		case err := <-rotated:
			if at = false; err != nil {
				t.Fatal(err)
			}
		default:
		}
	}
	if err := a.Rotation.RotateSearch(ctx); err != nil {
		t.Fatal(err)
	}
	work()
	for range 3 { // indexed anew and the key before destroyed; swept; nothing left to do
		if err := errors.Join(a.Rotation.Beat(ctx), a.Rotation.Turn(ctx), a.Rotation.Beat(ctx)); err != nil {
			t.Fatal(err)
		}
		work()
	}
	for what, n := range map[string]int{
		"data keys":     count(t, a, "select count(*) from data_key where wrapped_by = 'master/0001'"),
		"accounts":      count(t, a, "select count(*) from account where wrapped_by = 'master/0001'"),
		"search tokens": count(t, a, "select count(*) from search_token where key <> 2") + count(t, a, "select count(*) from likeness where key <> 2"),
	} {
		if n > 0 {
			t.Errorf("%d %s are under an old key", n, what)
		}
	}
	for _, old := range []string{"master/0001", "search/0001"} {
		if _, err := os.Stat(filepath.Join(a.Keys, old)); err == nil {
			t.Errorf("%s is there", old)
		}
	}
	if count(t, a, "select count(*) from search_token") == 0 {
		t.Error("nothing is indexed")
	}
}

// The keyring is lost, and its copy of some days ago comes back: what it holds opens, and what was erased meanwhile stays so.
func TestLostKeyringComesBack(t *testing.T) {
	a, f, desk := filed(t)
	desk.Move("admit", nil)
	desk.Move("accept", map[string]string{"decision.comment": "Venez la retirer."})
	var closed string
	if err := a.Store.Pool().QueryRow(t.Context(), "select wrapped_by from data_key limit 1").Scan(&closed); err != nil {
		t.Fatal(err)
	}
	var copied bytes.Buffer
	if _, err := seal.Backup(a.Keys, &copied); err != nil {
		t.Fatal(err)
	}
	day, err := time.Parse("day/2006-01-02", closed)
	if err != nil {
		t.Fatal(err)
	}
	restore := func(at time.Time) *seal.Keyring {
		t.Helper()
		dir := t.TempDir()
		if _, err := seal.Restore(dir, bytes.NewReader(copied.Bytes()), func(name string) bool { return seal.Over(name, at) }); err != nil {
			t.Fatal(err)
		}
		keys, err := seal.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}
	house := func(at time.Time) *dossier.Office {
		return &dossier.Office{Store: a.Store, Catalogue: a.Catalogue, Blobs: a.App.Blobs, Workshop: a.Workshop, Keys: restore(at)}
	}
	if err := house(day.AddDate(0, 0, -1)).Reindex(t.Context(), f.ID); err != nil {
		t.Errorf("with the copy: %v", err)
	}
	if err := house(day).Reindex(t.Context(), f.ID); err == nil {
		t.Error("the copy revived the key of a day that is over")
	}
	// A mirror that knows nothing of days brings the key back: the next run destroys it again.
	keys := restore(day.AddDate(0, 0, -1))
	keeper := *a.Keeper
	keeper.Keys = keys
	a.Clock.Set(day)
	if err := keeper.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, err := keys.DaysBefore(day.AddDate(0, 0, 1)); err != nil || len(left) > 0 {
		t.Errorf("%v are there again: %v", left, err)
	}
}
