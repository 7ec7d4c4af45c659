package journal

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"guichet/internal/seal"
	"guichet/internal/store/sqlc"
)

// chain is one on which a look is walking.
type chain struct {
	id    int64
	d     standing
	known bool
	key   seal.Key
	sight bool // the key opens what the lines hold
	seq   int64
	head  []byte
	marks []signedMark // that are still to be met
	old   time.Time    // lines before it are too old
	young bool         // one that is not was met
	cut   mark
	bad   bool
}

// walkActs follows the chain of every dossier, line by line.
func (l *look) walkActs(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `select dossier_id, seq, at, role, act, commitment, prev, hash, actor_id, salt, sealed from journal_entry order by dossier_id, seq`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var c *chain
	for rows.Next() {
		var r sqlc.JournalInsertParams
		if err := rows.Scan(&r.DossierID, &r.Seq, &r.At, &r.Role, &r.Act, &r.Commitment, &r.Prev, &r.Hash, &r.ActorID, &r.Salt, &r.Sealed); err != nil {
			return err
		}
		l.Lines++
		if c == nil || c.id != r.DossierID {
			l.finish(c)
			if c, err = l.begin(ctx, r.DossierID); err != nil {
				return err
			}
		}
		if c.bad {
			continue
		}
		if what := l.follow(c, &r); what != "" {
			c.bad = true
			l.add(Fault{Dossier: l.name(c.id), Line: c.seq + 1, What: what})
		}
	}
	l.finish(c)
	return rows.Err()
}

func (l *look) begin(ctx context.Context, id int64) (*chain, error) {
	l.Chains++
	l.met[id] = true
	base := l.bases[id]
	c := &chain{id: id, seq: base.seq, head: base.hash}
	c.d, c.known = l.dossiers[id]
	c.marks = after(l.marks[id], base.seq)
	c.old = l.Before(c.d.procedure, l.now)
	if c.known && !c.d.gone {
		key, err := l.Keys.Unwrap(c.d.wrapped, c.d.by)
		if c.key, c.sight = key, err == nil; !c.sight {
			return c, l.blind(ctx, c)
		}
	}
	return c, nil
}

// blind says what it means that the key of a dossier does not open: it went since the look began, which sees it standing still,
// and its end is written down; or the key was taken away, without which lines could be written anew. A day's key goes after the
// last of its dossiers.
func (l *look) blind(ctx context.Context, c *chain) error {
	rows, err := l.Store.Pool().Query(ctx, "select exists (select from journal_tail where dossier_id = $1 and seq >= $2) and not exists (select from dossier where id = $1)", c.id, c.d.seq)
	if err != nil {
		return err
	}
	if c.d.gone, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[bool]); err != nil || c.d.gone {
		c.d.certified, c.d.at = true, l.now // what certifies it came since, too
		return err
	}
	c.bad = true
	l.add(Fault{Dossier: c.d.name, Line: 1, What: "the key of the dossier does not open"})
	return nil
}

// after are the marks beyond a line.
func after(marks []signedMark, seq int64) []signedMark {
	i := slices.IndexFunc(marks, func(m signedMark) bool { return m.seq > seq })
	if i < 0 {
		return nil
	}
	return marks[i:]
}

// follow takes one step on a chain and says what is wrong with it; "" is nothing.
func (l *look) follow(c *chain, r *sqlc.JournalInsertParams) string {
	switch {
	case !c.known:
		return "it belongs to no dossier that there is or was"
	case int64(r.Seq) != c.seq+1:
		return fmt.Sprintf("it is gone: line %d comes next", r.Seq)
	case !bytes.Equal(r.Prev, c.head):
		return "it does not follow the line before it"
	case !bytes.Equal(r.Hash, hash(*r)):
		return "it was changed"
	}
	if what := l.person(c, r); what != "" {
		return what
	}
	if len(c.marks) > 0 && c.marks[0].seq == int64(r.Seq) {
		if !bytes.Equal(c.marks[0].hash, r.Hash) {
			return fmt.Sprintf("it is not the line that checkpoint %d signed", c.marks[0].checkpoint)
		}
		c.marks = c.marks[1:]
	}
	if s := l.seen[c.id]; s.seq == int64(r.Seq) && !bytes.Equal(s.hash, r.Hash) {
		return "it is not the line that the keyring’s folder has seen"
	}
	if c.young = c.young || !r.At.Before(c.old); !c.young {
		c.cut = mark{c.id, int64(r.Seq), r.Hash}
	}
	c.seq, c.head = int64(r.Seq), r.Hash
	return ""
}

// forgetting is how long after a dossier went its lines may still name somebody: a job forgets them.
const forgetting = 2 * time.Hour

// person looks at what names somebody in a line.
func (l *look) person(c *chain, r *sqlc.JournalInsertParams) string {
	empty := r.Sealed == nil && r.Salt == nil && r.ActorID == nil
	switch {
	case c.d.gone && !empty && l.now.Sub(c.d.at) > forgetting:
		return "it still names somebody, though its dossier is gone"
	case c.d.gone || !c.sight:
		return ""
	case r.Sealed == nil:
		return "what it holds was taken away, though its dossier is there"
	}
	plain, err := unseal(c.key, c.id, Entry{Seq: int(r.Seq), At: r.At, Role: r.Role, Act: r.Act}, r.Sealed)
	if err != nil {
		return "what it holds was changed"
	}
	if !committed(r.Commitment, r.Salt, number(r.ActorID), plain) {
		return "it does not hold what it committed to"
	}
	return ""
}

// finish compares the end of a chain with what is said of it.
func (l *look) finish(c *chain) {
	if c == nil || c.bad {
		return
	}
	what, line := "", c.seq+1
	switch {
	case len(c.marks) > 0:
		what = fmt.Sprintf("it is gone, though checkpoint %d signed the chain up to line %d", c.marks[0].checkpoint, c.marks[0].seq)
	case c.seq < l.seen[c.id].seq:
		what = fmt.Sprintf("it is gone, though the keyring’s folder has seen the chain up to line %d", l.seen[c.id].seq)
	case c.seq < c.d.seq:
		what = fmt.Sprintf("it is gone: the journal goes to line %d", c.d.seq)
	case c.seq > c.d.seq:
		what, line = "it was added after the journal's end", c.d.seq+1
	case !bytes.Equal(c.head, c.d.head):
		what, line = "it is not the line with which the journal ends", c.seq
	}
	if what != "" {
		l.add(Fault{Dossier: l.name(c.id), Line: line, What: what})
		return
	}
	if c.d.gone && !c.d.certified { // who may erase has taken it, or a fault has
		l.add(Fault{Dossier: l.name(c.id), Line: c.seq, What: "its dossier went, and no certificate says by which rule"})
		return
	}
	l.heads[c.id] = mark{c.id, c.seq, c.head}
	if c.cut.seq > 0 {
		l.cuts[c.id] = c.cut
	}
}

// missing are chains of which no line was met: all were let go, or somebody took them.
func (l *look) missing(ctx context.Context) error {
	ids := map[int64]bool{}
	for id := range l.dossiers {
		ids[id] = true
	}
	for id := range l.marks {
		ids[id] = true
	}
	for id := range l.seen {
		ids[id] = true
	}
	delete(ids, 0) // the readings
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if l.met[id] {
			continue
		}
		c, err := l.begin(ctx, id)
		if err != nil {
			return err
		}
		l.Chains--
		if !c.known && len(c.marks) == 0 && l.seen[id].seq == 0 {
			continue // a dossier and its whole journal went long ago
		}
		l.finish(c)
	}
	return nil
}
