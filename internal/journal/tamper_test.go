package journal

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"guichet/internal/seal"
	"guichet/internal/store/sqlc"
)

// tampering is something that somebody does who may do anything to the database and does not hold the keyring.
type tampering struct {
	kind string
	do   func(w *world, id int64, line int32)
}

var tamperings = []tampering{
	{"edit the act", set("act = 'refuse'")},
	{"edit the role", set("role = 'owner2'")},
	{"edit the time", set("at = at + interval '1 second'")},
	{"edit the hash", set("hash = decode(md5(hash::text), 'hex')")},
	{"edit who acted", set("actor_id = actor_id + 1")},
	{"edit what is held", set("sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)")},
	{"edit the salt", set("salt = set_byte(salt, 0, get_byte(salt, 0) # 1)")},
	{"empty what is held", set("actor_id = null, salt = null, sealed = null")},
	{"edit, and hash anew to the end", func(w *world, id int64, line int32) {
		set("act = 'refuse'")(w, id, line)
		w.rehash(id)
	}},
	{"edit the time, and hash anew to the end", func(w *world, id int64, line int32) {
		set("at = at - interval '1 day'")(w, id, line)
		w.rehash(id)
	}},
	{"take the key of a dossier, and who did it", func(w *world, id int64, line int32) {
		w.exec("delete from data_key where dossier_id = $1", id)
		set("actor_id = actor_id + 1")(w, id, line)
	}},
	{"say that the key of a dossier went with its day", func(w *world, id int64, line int32) {
		w.exec("update data_key set wrapped_by = 'day/1999-01-01' where dossier_id = $1", id)
		set("sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1)")(w, id, line)
	}},
	{"delete", func(w *world, id int64, line int32) {
		w.exec("delete from journal_entry where dossier_id = $1 and seq = $2", id, line)
	}},
	{"delete, and number anew", func(w *world, id int64, line int32) {
		w.exec("delete from journal_entry where dossier_id = $1 and seq = $2", id, line)
		w.exec("update journal_entry set seq = -seq where dossier_id = $1 and seq > $2", id, line)
		w.exec("update journal_entry set seq = -seq - 1 where dossier_id = $1 and seq < 0", id)
		w.rehash(id)
	}},
	{"insert", func(w *world, id int64, line int32) {
		w.exec("update journal_entry set seq = -seq where dossier_id = $1 and seq >= $2", id, line)
		w.exec("update journal_entry set seq = -seq + 1 where dossier_id = $1 and seq < 0", id)
		w.exec("insert into journal_entry select dossier_id, $2::int, at, role, 'accept', commitment, prev, hash, actor_id, salt, sealed from journal_entry where dossier_id = $1 and seq = $2::int + 1", id, line)
	}},
	{"insert at the end, hashed well", func(w *world, id int64, _ int32) {
		w.exec(`insert into journal_entry select dossier_id, seq + 1, at, role, 'accept', commitment, hash, hash, actor_id, salt, sealed from journal_entry
			where dossier_id = $1 order by seq desc limit 1`, id)
		w.rehash(id)
	}},
	{"swap", func(w *world, id int64, line int32) {
		w.exec("update journal_entry set seq = -seq where dossier_id = $1 and seq in ($2::int, $2::int + 1)", id, line)
		w.exec("update journal_entry set seq = case seq when -($2::int) then $2::int + 1 else $2::int end where dossier_id = $1 and seq < 0", id, line)
	}},
	{"swap, and hash anew", func(w *world, id int64, line int32) {
		w.exec("update journal_entry set seq = -seq where dossier_id = $1 and seq in ($2::int, $2::int + 1)", id, line)
		w.exec("update journal_entry set seq = case seq when -($2::int) then $2::int + 1 else $2::int end where dossier_id = $1 and seq < 0", id, line)
		w.rehash(id)
	}},
	{"cut the tail", func(w *world, id int64, line int32) {
		w.exec("delete from journal_entry where dossier_id = $1 and seq >= $2", id, line)
	}},
	{"cut the tail, and say that the journal ended there", func(w *world, id int64, line int32) {
		w.exec("delete from journal_entry where dossier_id = $1 and seq >= $2", id, line)
		w.rehash(id)
	}},
	{"cut the tail with its checkpoints", func(w *world, id int64, line int32) {
		w.exec("delete from journal_mark where checkpoint = (select max(number) from journal_checkpoint)")
		w.exec("delete from journal_checkpoint where number = (select max(number) from journal_checkpoint)")
		w.exec("delete from journal_entry where dossier_id = $1 and seq >= $2", id, line)
		w.rehash(id)
	}},
	{"take the whole journal of a dossier", func(w *world, id int64, _ int32) {
		w.exec("delete from journal_entry where dossier_id = $1", id)
		w.rehash(id)
	}},
	{"take a dossier with its journal", func(w *world, id int64, _ int32) {
		w.exec("delete from journal_entry where dossier_id = $1", id)
		w.exec("delete from dossier where id = $1", id)
	}},
	{"take lines as if they were too old", func(w *world, id int64, line int32) {
		w.exec("insert into journal_base select dossier_id, seq, hash, at, 'not signed' from journal_entry where dossier_id = $1 and seq = $2", id, line)
		w.exec("delete from journal_entry where dossier_id = $1 and seq <= $2", id, line)
	}},
	{"edit a reading", reading1("update journal_read set what = 'page 2' where id = $1")},
	{"edit who read", reading1("update journal_read set actor_id = actor_id + 1 where id = $1")},
	{"forget who read", reading1("update journal_read set actor_id = null where id = $1")},
	{"forget who read, and the salt", reading1("update journal_read set actor_id = null where id = $1", "update journal_link set salt = null where read_id = $1")},
	{"delete a reading", reading1("delete from journal_read where id = $1")},
	{"delete a reading and its link", reading1("delete from journal_read where id = $1", "delete from journal_link where read_id = $1")},
	{"move a reading to another dossier", reading1("update journal_read set dossier_id = dossier_id % 4 + 1 where id = $1")},
	{"insert a reading afterwards", reading1("insert into journal_read (dossier_id, actor_id, role, what, at) select dossier_id, 9, role, what, at - interval '2 hours' from journal_read where id = $1")},
	{"swap readings", reading1("update journal_link set read_id = -read_id where read_id in ($1, $1 + 1)", "update journal_link set read_id = case read_id when -$1 then $1 + 1 else $1 end where read_id < 0")},
	{"cut the tail of the readings", reading1("delete from journal_link where seq >= (select seq from journal_link where read_id = $1)", "delete from journal_read where id >= $1")},
	{"edit a checkpoint", func(w *world, _ int64, _ int32) {
		w.exec("update journal_checkpoint set lines = lines - 1 where number = 1")
	}},
	{"edit a mark", func(w *world, id int64, _ int32) {
		w.exec("update journal_mark set hash = 'x' where dossier_id = $1", id)
	}},
}

// set changes one line.
func set(what string) func(*world, int64, int32) {
	return func(w *world, id int64, line int32) {
		w.exec("update journal_entry set "+what+" where dossier_id = $1 and seq = $2", id, line)
	}
}

// reading1 changes a reading that is neither the first nor one of the last.
func reading1(statements ...string) func(*world, int64, int32) {
	return func(w *world, _ int64, _ int32) {
		n := 2 + w.random.IntN(w.count("select count(*) from journal_read")-4)
		for _, sql := range statements {
			w.exec(strings.ReplaceAll(sql, "$1", fmt.Sprint(n)))
		}
	}
}

// rehash makes a chain sound by its hashes alone, as anybody can who reads this source, and says that the journal ends there.
func (w *world) rehash(id int64) {
	w.t.Helper()
	ctx := w.t.Context()
	rows, err := w.owner.Query(ctx, "select dossier_id, seq, at, role, act, commitment, prev, hash, actor_id, salt, sealed from journal_entry where dossier_id = $1 order by seq", id)
	w.must(err)
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByPos[sqlc.JournalInsertParams])
	w.must(err)
	prev := []byte{}
	for _, l := range lines {
		l.Prev = prev
		prev = hash(l)
		w.exec("update journal_entry set prev = $3, hash = $4 where dossier_id = $1 and seq = $2", id, l.Seq, l.Prev, prev)
	}
	w.exec("update dossier set journal_seq = $2, journal_head = $3 where id = $1", id, len(lines), prev)
}

// Whatever somebody does to the journal who may do anything to the database is found, and the first bad line is named (issue 6).
func TestTamperingsAreFound(t *testing.T) {
	const dossiers, lines, readings = 4, 12, 24
	w := newWorld(t, dossiers, lines)
	ctx := t.Context()
	for i := range readings {
		w.read(i%dossiers, int64(i%3+1))
	}
	if _, _, err := w.Sign(ctx); err != nil {
		t.Fatal(err)
	}
	for i := range dossiers {
		w.act(i, "submit")
		w.act(i, "open")
	}
	kept, report, err := w.Sign(ctx)
	if err != nil || len(report.Faults) > 0 || kept.Number != 2 {
		t.Fatalf("%+v %+v %v", kept, report, err)
	}
	w.sound(kept)
	tables := []string{"dossier", "data_key", "journal_entry", "journal_read", "journal_link", "journal_base", "journal_checkpoint", "journal_mark"}
	for _, table := range tables {
		w.exec("create table kept_" + table + " as table " + table)
	}
	all, found := 100, 0
	if testing.Short() {
		all = len(tamperings)
	}
	for n := range all {
		x := tamperings[n%len(tamperings)]
		id, line := w.ids[w.random.IntN(dossiers)], int32(2+w.random.IntN(lines-2))
		x.do(w, id, line)
		faults := w.verify(kept)
		if len(faults) == 0 {
			t.Errorf("%s, of dossier %d, line %d: not found", x.kind, id, line)
		} else {
			found++
		}
		if x.kind == "edit the act" && (faults[0].Dossier != fmt.Sprintf("public-%d", id) || faults[0].Line != int64(line)) {
			t.Errorf("%s of dossier %d, line %d: told as %s", x.kind, id, line, faults[0])
		}
		w.exec("truncate " + strings.Join(tables, ", ") + " cascade")
		for _, table := range tables {
			w.exec("insert into " + table + " overriding system value select * from kept_" + table)
		}
	}
	w.sound(kept)
	t.Logf("figure journal_tamperings_found %d of %d target 100 %s", found, all, map[bool]string{true: "ok", false: "short"}[found == all])
}

// A checkpoint of another house, or one that was altered, vouches for nothing.
func TestAForeignCheckpointIsNone(t *testing.T) {
	w := newWorld(t, 2, 3)
	c, _, err := w.Sign(t.Context())
	w.must(err)
	back, err := ReadCheckpoint(c.Write())
	w.must(err)
	w.sound(back)
	back.Lines++
	if len(w.verify(back)) == 0 {
		t.Error("an altered checkpoint is believed")
	}
	keys, err := seal.Create(t.TempDir())
	w.must(err)
	other, err := keys.Signer()
	w.must(err)
	c.Key, c.Signature = other.Public(), other.Sign(signed("checkpoint", c.Root))
	if len(w.verify(c)) == 0 {
		t.Error("the checkpoint of another keyring is believed")
	}
	if _, err := ReadCheckpoint([]byte("{}")); err == nil {
		t.Error("nothing is read as a checkpoint")
	}
}
