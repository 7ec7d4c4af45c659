package setting

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Change is a line of the journal of settings.
type Change struct {
	Seq       int64
	Key       string
	Value     Value // nil: as the files have it
	Was       Value // nil: it was as the files have it
	By        int64 // account
	At        time.Time
	TakesBack int64 // the change that this one takes back, 0 for none
}

// Version is the last change of an item, 0 when there was none: what a page's form bears, so that nobody overwrites what
// another set meanwhile.
func (b *Board) Version(ctx context.Context, key string) (_ int64, err error) {
	defer fault.Wrap(&err, "setting.Version")
	last, err := b.Store.Q().SettingChangeLast(ctx, key)
	if err != nil || len(last) == 0 {
		return 0, err
	}
	return last[0].Seq, nil
}

// Fresh finds a thing as the database has it now, with its version: what a form is filled from. Should another server set it
// between the two looks, the version is the older one, and who saves is told. Errors: those of Item.
func (b *Board) Fresh(ctx context.Context, a access.Actor, key string) (_ Item, version int64, err error) {
	defer fault.Wrap(&err, "setting.Fresh")
	if version, err = b.Version(ctx, key); err != nil {
		return Item{}, 0, err
	}
	if err := b.Load(ctx); err != nil {
		return Item{}, 0, err
	}
	i, err := b.Item(ctx, a, key)
	return i, version, err
}

// Try judges a value as Set would, and keeps nothing. It gives the value as it would be kept.
func (b *Board) Try(ctx context.Context, a access.Actor, key string, v Value) (_ Value, _ []Problem, err error) {
	defer fault.Wrap(&err, "setting.Try")
	i, err := b.Item(ctx, a, key)
	if err != nil {
		return nil, nil, err
	}
	return b.judge(i, v)
}

func (b *Board) judge(i Item, v Value) (Value, []Problem, error) {
	if i.gone {
		return nil, nil, fault.New(fault.Conflict, "setting.gone")
	}
	v, err := i.tidy(v)
	if err != nil {
		return nil, nil, err
	}
	i, v, problems := i.grow(v)
	if len(problems) == 0 {
		problems = i.check(v)
	}
	if len(problems) > 0 {
		return v, problems, nil
	}
	return v, b.refused(i, v), nil
}

// refused has the loader check the definition as it would be.
func (b *Board) refused(i Item, v Value) []Problem {
	if i.Kind != Words && i.Kind != List && i.Kind != Limit {
		return nil
	}
	s, values := b.now.Load(), map[string]Value{}
	for k, x := range s.values {
		if procedureOf(k) == i.Procedure && s.misfits[k] == "" {
			values[k] = x.value
		}
	}
	values[i.Key] = v
	_, refused := b.Catalogue.Edited(i.Procedure, b.changes(i.Procedure, values))
	if len(refused) == 0 {
		return nil
	}
	return []Problem{{i.Parts[0], "setting.problem.definition", []any{"why", refused[0].Message + " — " + refused[0].Remedy}}}
}

// Set keeps a value and puts it in force on every server; one equal to what the files have takes the setting away. version is
// that of the page the actor read. Errors: those of Item; Conflict "setting.meanwhile" when somebody has set it since.
func (b *Board) Set(ctx context.Context, a access.Actor, key string, v Value, version int64) (_ []Problem, err error) {
	defer fault.Wrap(&err, "setting.Set by %d", a.AccountID)
	i, err := b.Item(ctx, a, key)
	if err != nil {
		return nil, err
	}
	v, problems, err := b.judge(i, v)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	if maps.Equal(v, i.Written) {
		v = nil
	}
	return nil, b.keep(ctx, a, Change{Key: key, Value: v}, version)
}

// TakeBack makes a new change that puts back what stood before a change. It is judged as any other value.
func (b *Board) TakeBack(ctx context.Context, a access.Actor, seq, version int64) (_ []Problem, err error) {
	defer fault.Wrap(&err, "setting.TakeBack %d by %d", seq, a.AccountID)
	c, err := b.Change(ctx, a, seq)
	if err != nil {
		return nil, err
	}
	was, problems, err := b.putBack(ctx, a, c)
	if err != nil || len(problems) > 0 {
		return problems, err
	}
	return nil, b.keep(ctx, a, Change{Key: c.Key, Value: was, TakesBack: seq}, version)
}

// putBack is what is kept when a change is taken back: what stood before it, but for entries that a list has got since, which
// stay in it, retired.
func (b *Board) putBack(ctx context.Context, a access.Actor, c Change) (Value, []Problem, error) {
	if c.Was == nil && kindOf(c.Key) != List {
		return nil, nil, nil
	}
	i, err := b.Item(ctx, a, c.Key)
	if err != nil {
		return nil, nil, err
	}
	was := c.Was
	switch {
	case was == nil && len(i.Parts) == len(i.Written):
		return nil, nil, nil
	case i.gone:
		return nil, nil, fault.New(fault.Conflict, "setting.gone")
	case was == nil:
		was = maps.Clone(i.Written)
	}
	i, was, _ = i.grow(was)
	i = i.with(was)
	was = i.completed(was)
	problems := i.check(was)
	if len(problems) == 0 {
		problems = b.refused(i, was)
	}
	return was, problems, nil
}

// keep writes a change at the end of the chain, and puts it in force here; the other servers hear of it at the commit.
func (b *Board) keep(ctx context.Context, a access.Actor, c Change, version int64) error {
	err := b.Store.InTx(ctx, func(tx *store.Tx) error {
		end, err := tx.Q.SettingChainLock(ctx)
		if err != nil {
			return err
		}
		last, err := tx.Q.SettingChangeLast(ctx, c.Key)
		if err != nil {
			return err
		}
		var stood int64
		if len(last) > 0 {
			stood = last[0].Seq
			if err := read(last[0].Value, &c.Was); err != nil {
				return err
			}
		}
		if stood != version {
			return fault.New(fault.Conflict, "setting.meanwhile")
		}
		if maps.Equal(c.Value, c.Was) && (c.Value == nil) == (c.Was == nil) {
			return nil
		}
		c.Seq, c.By, c.At = end.Seq+1, a.AccountID, tx.Now
		return write(ctx, tx, c, end.Head)
	})
	if err != nil {
		return err
	}
	return b.Load(ctx)
}

func write(ctx context.Context, tx *store.Tx, c Change, prev []byte) error {
	row := sqlc.SettingChangeInsertParams{
		Seq: c.Seq, Key: c.Key, Value: c.Value.json(), Was: c.Was.json(), ByID: c.By, At: c.At, Prev: prev, Hash: c.hash(prev),
	}
	if c.TakesBack != 0 {
		row.TakesBack = &c.TakesBack
	}
	if err := tx.Q.SettingChangeInsert(ctx, row); err != nil {
		return err
	}
	if c.Value == nil {
		if err := tx.Q.SettingDrop(ctx, c.Key); err != nil {
			return err
		}
	} else if err := tx.Q.SettingPut(ctx, sqlc.SettingPutParams{Key: c.Key, Value: row.Value, ByID: &c.By, At: c.At, Seq: c.Seq}); err != nil {
		return err
	}
	return tx.Q.SettingTell(ctx, strconv.FormatInt(c.Seq, 10))
}

// json writes a value, its parts in order; nil for none.
func (v Value) json() []byte {
	if v == nil {
		return nil
	}
	raw, _ := json.Marshal(v) // cannot fail: strings
	return raw
}

func read(raw []byte, v *Value) error {
	if raw == nil {
		*v = nil
		return nil
	}
	return json.Unmarshal(raw, v)
}

// hash binds a line to the one before.
func (c Change) hash(prev []byte) []byte {
	h := sha256.New()
	var b []byte
	for _, n := range []int64{c.Seq, c.By, c.At.UnixMicro(), c.TakesBack} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range []string{c.Key, string(c.Value.json()), string(c.Was.json()), string(prev)} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	h.Write(b)
	return h.Sum(nil)
}

func changeOf(r sqlc.SettingChange) (Change, error) {
	c := Change{Seq: r.Seq, Key: r.Key, By: r.ByID, At: r.At}
	if r.TakesBack != nil {
		c.TakesBack = *r.TakesBack
	}
	if err := read(r.Value, &c.Value); err != nil {
		return c, err
	}
	return c, read(r.Was, &c.Was)
}

// Change finds one line of the journal. Errors: NotFound, and Forbidden where it is of something the actor may not set.
func (b *Board) Change(ctx context.Context, a access.Actor, seq int64) (_ Change, err error) {
	defer fault.Wrap(&err, "setting.Change %d", seq)
	r, err := b.Store.Q().SettingChangeBySeq(ctx, seq)
	if err != nil {
		return Change{}, err
	}
	if !b.May(a, procedureOf(r.Key)) {
		return Change{}, fault.New(fault.Forbidden, "")
	}
	return changeOf(r)
}

// Changes lists the journal of one thing, or of all that the actor may set when key is "", the newest first; before is the
// line after which to go on, 0 for the end.
func (b *Board) Changes(ctx context.Context, a access.Actor, key string, before int64, least int) (_ []Change, err error) {
	defer fault.Wrap(&err, "setting.Changes")
	if before == 0 {
		before = 1 << 62
	}
	var out []Change
	for len(out) < least {
		rows, err := b.Store.Q().SettingChanges(ctx, sqlc.SettingChangesParams{Key: key, Before: before, Least: int32(least)})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			before = r.Seq
			if !b.May(a, procedureOf(r.Key)) {
				continue
			}
			c, err := changeOf(r)
			if err != nil {
				return nil, err
			}
			out = append(out, c)
		}
		if len(rows) < least {
			break
		}
	}
	return out[:min(len(out), least)], nil
}

// Whole checks the chain of all changes, and reads them all while no other is made: an error names the line from which it is broken.
func (b *Board) Whole(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "setting.Whole")
	return b.Store.InTx(ctx, func(tx *store.Tx) error {
		end, err := tx.Q.SettingChainLock(ctx)
		if err != nil {
			return err
		}
		rows, err := tx.Q.SettingChangesAll(ctx)
		if err != nil {
			return err
		}
		return whole(rows, end)
	})
}

func whole(rows []sqlc.SettingChange, end sqlc.SettingChainLockRow) error {
	prev := []byte{}
	for n, r := range rows {
		c, err := changeOf(r)
		if err != nil {
			return err
		}
		if r.Seq != int64(n)+1 || !bytes.Equal(r.Prev, prev) || !bytes.Equal(r.Hash, c.hash(prev)) {
			return fmt.Errorf("the journal of settings is broken at line %d", n+1)
		}
		prev = r.Hash
	}
	if !bytes.Equal(prev, end.Head) || end.Seq != int64(len(rows)) {
		return fmt.Errorf("the journal of settings ends at line %d, and line %d was written", len(rows), end.Seq)
	}
	return nil
}

// Kind is the kind of thing that was changed.
func (c Change) Kind() Kind { return kindOf(c.Key) }

// Name is the name of what was changed, as [Item] has it.
func (c Change) Name() string { return nameOf(c.Key) }
