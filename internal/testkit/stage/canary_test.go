package stage_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/internal/form"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// canaries puts a word that exists nowhere else into every answer that is free text, and gives them all.
func canaries(def []*form.Field, answers map[string]any) []string {
	var planted []string
	plant := func(f *form.Field, v any) any {
		if v == nil || f.Validate != "" && f.Validate != "person_name" || f.Kind != form.Text && f.Kind != form.LongText {
			return v
		}
		planted = append(planted, "Quinquet"+letters(len(planted)))
		return planted[len(planted)-1]
	}
	for _, f := range def {
		if f.Kind != form.Group {
			answers[f.ID] = plant(f, answers[f.ID])
			continue
		}
		rows, _ := answers[f.ID].([]any)
		for _, row := range rows {
			for _, cell := range f.Fields {
				row.(map[string]any)[cell.ID] = plant(cell, row.(map[string]any)[cell.ID])
			}
		}
	}
	return planted
}

// letters counts in letters: names hold no digits.
func letters(n int) string {
	return string([]byte{'a' + byte(n/26%26), 'a' + byte(n%26)})
}

// A copy of the database, the files, the log and the queue shows nothing of anybody.
func TestNothingIsReadableAtRest(t *testing.T) {
	a := stage.Open(t)
	p := testkit.PersonaNamed(t, "family")
	var planted []string
	for _, s := range a.Definition().Form.Steps {
		planted = append(planted, canaries(s.Fields, p.Answers)...)
	}
	if len(planted) < 30 {
		t.Fatalf("only %d canaries", len(planted))
	}
	const mail = "quinquetmail@example.org"
	p.Answers["declarant.mail"], p.Answers["contact.email"] = mail, mail
	f := a.SignUp(mail, "en").Start(a.Definition(), p)
	f.Fill()
	f.AttachAll()
	f.Attach("documents.military", append(testkit.Picture(3), "Quinquetfile"...)).Want(200)
	f.Send()
	coming := a.Person("quinquetother@example.org", "fr").Start(a.Definition(), p)
	coming.Piece(coming.Offer(coming.ID, "documents.military", "quinquetcoming.png", 5000), 0, []byte("Quinquetpiece")).Want(204)
	counter := a.Hire("quinquetclerk@example.org", "fr", "authority")
	entry := counter.Get("/counter/"+a.Definition().ID).Form("counter").TickAll().Set("channel", "post").Set("original", "Quinquetcarton").Set("lang", "fr")
	entry.Set("signed.day", "2").Set("signed.month", "3").Set("signed.year", "2026").Submit("").Want(200)
	desk := a.Hire("quinquetagent@example.org", "fr", "authority").Take(f.ID)
	desk.Read().Form("/note").Set("words", "Quinquetnote").Submit("").Want(200)
	desk.Move("annotate", map[string]string{"internal.notes": "Quinquetreserve"})
	desk.Ask(map[string]string{"stay.id_number": "Quinquetword"})
	f.Get(f.Path("/messages")).Form("/messages").Set("words", "Quinquetasks").Attach("file", "quinquetsent.png", testkit.Picture(4)).Submit("").Want(200)
	desk.Get("/dossier/"+f.ID+"/write").Form("write").Set("words", "Quinquetreplies").Submit("send").Want(200)
	a.Drain()
	f.Get(f.Path("")).Shows("Quinquetword")
	f.Get(f.Path("/messages")).Shows("Quinquetasks").Shows("quinquetsent.png").Shows("Quinquetreplies")

	planted = append(planted, mail, "quinquetagent", "Quinquetfile", "Quinquetnote", "Quinquetreserve", "Quinquetword", "Quinquetasks", "Quinquetreplies", "quinquetsent", "quinquetcoming", "Quinquetpiece", "Quinquetcarton", "quinquetother", "quinquetclerk", "D2H6862M2", "6 12 34 56 78", "612345678")
	places := everything(t, a)
	if count(t, a, "select (select count(*) from upload) * (select count(*) from paper_filing)") != 1 {
		t.Error("no file is on its way, or nothing came on paper")
	}
	if !found(places["public.dossier"], a.Definition().ID) {
		t.Fatal("the copy of the database shows nothing at all")
	}
	for _, place := range slices.Sorted(maps.Keys(places)) {
		for _, canary := range planted {
			if found(places[place], canary) {
				t.Errorf("%s shows %q", place, canary)
			}
		}
	}
}

// found looks for a word as it is and as copies write bytes.
func found(all, word string) bool {
	all = strings.ToLower(all)
	for _, form := range []string{word, hex.EncodeToString([]byte(word)), base64.StdEncoding.EncodeToString([]byte(word))} {
		if strings.Contains(all, strings.ToLower(form)) {
			return true
		}
	}
	return false
}

// everything is all that is kept outside the keyring, by place.
func everything(t *testing.T, a *stage.App) map[string]string {
	t.Helper()
	out := map[string]string{"log": a.Log.String()}
	rows, err := a.Store.Pool().Query(t.Context(), "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 20 {
		t.Fatalf("%d tables, %v", len(tables), err)
	}
	for _, table := range tables {
		conn, err := a.Store.Pool().Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var copied bytes.Buffer
		_, err = conn.Conn().PgConn().CopyTo(t.Context(), &copied, fmt.Sprintf("copy %s to stdout", table))
		conn.Release()
		if err != nil {
			t.Fatal(err)
		}
		out[table] = copied.String()
	}
	blobs := 0
	err = filepath.WalkDir(a.Blobs, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		out["blob "+e.Name()], blobs = string(text), blobs+1
		return err
	})
	if err != nil || blobs < 8 {
		t.Fatalf("%d files kept, %v", blobs, err)
	}
	return out
}
