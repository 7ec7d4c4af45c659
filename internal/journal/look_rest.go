package journal

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/internal/store/sqlc"
)

// link is one of the chain of readings, with its reading where it is still there.
type link struct {
	seq, readID                        int64
	commitment, salt, leaf, prev, hash []byte
	at                                 time.Time
	id, dossierID, actorID             *int64
	role, what, basis                  *string
	readAt                             *time.Time
}

// walkReadings follows the chain of readings.
func (l *look) walkReadings(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `select l.seq, l.read_id, l.commitment, l.salt, l.leaf, l.prev, l.hash, l.read_at, r.id, r.dossier_id, r.actor_id, r.role, r.what, r.basis, r.at
		from journal_link l left join journal_read r on r.id = l.read_id order by l.seq`)
	if err != nil {
		return err
	}
	defer rows.Close()
	base := l.bases[0]
	c := &chain{seq: base.seq, head: base.hash, marks: after(l.marks[0], base.seq), old: l.oldest()}
	for rows.Next() && !c.bad {
		var x link
		if err := rows.Scan(&x.seq, &x.readID, &x.commitment, &x.salt, &x.leaf, &x.prev, &x.hash, &x.at, &x.id, &x.dossierID, &x.actorID, &x.role, &x.what, &x.basis, &x.readAt); err != nil {
			return err
		}
		l.Readings++
		if what := l.followReading(c, &x); what != "" {
			c.bad = true
			f := Fault{Dossier: "unknown", Reading: x.readID, Line: c.seq + 1, What: what}
			if x.dossierID != nil {
				f.Dossier = l.name(*x.dossierID)
			}
			l.add(f)
		}
	}
	if err := rows.Err(); err != nil || c.bad {
		return err
	}
	if len(c.marks) > 0 {
		l.add(Fault{Dossier: "unknown", Reading: -1, Line: c.seq + 1, What: fmt.Sprintf("it is gone, though checkpoint %d signed the readings up to link %d", c.marks[0].checkpoint, c.marks[0].seq)})
		return nil
	}
	l.heads[0] = mark{0, c.seq, c.head}
	if c.cut.seq > 0 {
		l.cuts[0] = c.cut
	}
	return l.unlinked(ctx, tx)
}

func (l *look) followReading(c *chain, x *link) string {
	switch {
	case x.seq != c.seq+1:
		return fmt.Sprintf("the link before it is gone: link %d comes next", x.seq)
	case !bytes.Equal(x.prev, c.head):
		return "its link does not follow the one before it"
	case !bytes.Equal(x.hash, linkHash(x.seq, x.prev, x.at, x.leaf)):
		return "its link was changed"
	case x.id == nil && !x.at.Before(l.newest()):
		return "it is gone"
	case x.id != nil && !bytes.Equal(x.leaf, leaf(reading{x.readID, *x.dossierID, *x.readAt, *x.role, *x.what, *x.basis}, x.commitment)):
		return "it was changed"
	case x.id != nil && x.salt != nil && !committed(x.commitment, x.salt, number(x.actorID), nil):
		return "it names somebody else than it committed to"
	case x.id != nil && x.salt == nil && l.alive(*x.dossierID):
		return "who read was taken away, though the dossier is there"
	case x.id != nil && x.salt == nil && x.actorID != nil:
		return "it names somebody, though its dossier is gone"
	}
	if len(c.marks) > 0 && c.marks[0].seq == x.seq {
		if !bytes.Equal(c.marks[0].hash, x.hash) {
			return fmt.Sprintf("its link is not the one that checkpoint %d signed", c.marks[0].checkpoint)
		}
		c.marks = c.marks[1:]
	}
	if c.young = c.young || !x.at.Before(c.old); !c.young {
		c.cut = mark{0, x.seq, x.hash}
	}
	c.seq, c.head = x.seq, x.hash
	return ""
}

func (l *look) alive(dossierID int64) bool {
	d, ok := l.dossiers[dossierID]
	return ok && !d.gone
}

// newest is the instant before which readings of some procedure are let go, oldest that before which those of all are.
func (l *look) newest() time.Time {
	out := l.Before("", l.now)
	for _, p := range l.Procedures {
		if t := l.Before(p, l.now); t.After(out) {
			out = t
		}
	}
	return out
}

func (l *look) oldest() time.Time {
	out := l.Before("", l.now)
	for _, p := range l.Procedures {
		if t := l.Before(p, l.now); t.Before(out) {
			out = t
		}
	}
	return out
}

// unlinked finds readings that stand outside the chain though later ones are in it: nobody who reads can be that late.
func (l *look) unlinked(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `select r.id, r.dossier_id from journal_read r
		where not exists (select from journal_link l where l.read_id = r.id)
		  and r.id > coalesce((select min(read_id) from journal_link), 0)
		  and r.at < coalesce((select max(at) from journal_link), '-infinity'::timestamptz) - $1::interval
		order by r.id limit 1`, late)
	if err != nil {
		return err
	}
	var id, dossierID int64
	_, err = pgx.ForEachRow(rows, []any{&id, &dossierID}, func() error {
		l.add(Fault{Dossier: l.name(dossierID), Reading: id, What: "it stands outside the chain: it was added afterwards"})
		return nil
	})
	return err
}

// readCheckpoints follows the checkpoints, each of which continues the one before, and compares them with those kept elsewhere.
func (l *look) readCheckpoints(ctx context.Context, tx pgx.Tx, elsewhere []Checkpoint) error {
	rows, err := sqlc.New(tx).JournalCheckpoints(ctx)
	if err != nil {
		return err
	}
	marks := l.marksOf()
	byNumber := map[int]Checkpoint{}
	var before Checkpoint
	strange := 0 // first of those with a key of which no later one tells that it was ours
	for _, row := range rows {
		c := fromRow(row)
		byNumber[c.Number] = c
		what := c.sound()
		switch {
		case what != "":
		case c.Number != before.Number+1:
			what = fmt.Sprintf("comes after checkpoint %d: those between are gone", before.Number)
		case !bytes.Equal(c.Prev, before.Root):
			what = "does not continue the one before it"
		case !bytes.Equal(c.Marks, marksHash(marks[c.Number])) && !c.At.Before(l.forgets()):
			what = "what it signed was changed"
		}
		if what != "" {
			l.add(Fault{Line: int64(c.Number), What: what})
			break
		}
		before = c
		switch {
		case l.trusts(c): // and with it all before it, which it continues
			strange, l.Last = 0, c
		case strange == 0:
			strange = c.Number
		}
	}
	if strange > 0 {
		l.add(Fault{Line: int64(strange), What: otherKey})
	}
	for _, c := range elsewhere {
		here, ok := byNumber[c.Number]
		what := c.sound()
		switch {
		case what != "":
			what = "the one kept elsewhere " + what
		case !ok:
			what = "it is gone: the one kept elsewhere has no counterpart"
		case !bytes.Equal(here.Root, c.Root):
			what = "it is another one than that kept elsewhere"
		case !l.trusts(c) && !bytes.Equal(here.Key, c.Key):
			what = "the one kept elsewhere " + otherKey
		}
		if what != "" {
			l.add(Fault{Line: int64(c.Number), What: what})
		}
	}
	return nil
}

const otherKey = "was signed with another key"

func (l *look) trusts(c Checkpoint) bool {
	return slices.ContainsFunc(l.trusted, func(key ed25519.PublicKey) bool { return bytes.Equal(key, c.Key) })
}

// forgets is the instant before which marks may have been let go, since what they signed has.
func (l *look) forgets() time.Time { return l.oldest() }

func (l *look) marksOf() map[int][]mark {
	out := map[int][]mark{}
	for _, id := range sortedIDs(l.marks) {
		for _, m := range l.marks[id] {
			out[m.checkpoint] = append(out[m.checkpoint], m.mark)
		}
	}
	return out
}
