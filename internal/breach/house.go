package breach

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// House keeps the register. A breach is never changed: each version of it is a line, sealed, chained to the one before.
type House struct {
	Store     *store.Store
	Keys      *seal.Keyring
	Catalogue *procedure.Catalogue
	Texts     *text.Catalogue
	Service   text.Words
	Agents    string        // address of the agents' door, in mails
	Officer   string        // address of the data-protection officer; empty: nobody is told by mail
	Within    time.Duration // from when a breach is known to when the authority must know
}

// Within is the time to tell the authority where nothing else is set, as elapsed time.
const Within = 72 * time.Hour

// May tells whether the actor keeps the register: who administers, and who audits a procedure, as a data-protection officer does.
func (h *House) May(a access.Actor) bool {
	return access.Administers(a) || slices.ContainsFunc(h.Catalogue.All(), func(p *procedure.Procedure) bool { return access.May(a, access.Audit, p.ID) })
}

// Breach is one of the register, as its last line has it.
type Breach struct {
	Number  int64
	Version int64 // the last line: a form that bears another was read before somebody else wrote
	Record
	By    int64 // who wrote that line
	At    time.Time
	First time.Time // when the breach was recorded
	Due   time.Time // by when the authority must know
}

// Clock is where the time to tell the authority stands.
type Clock string

// The stands of the clock.
const (
	Running Clock = "running"
	Soon    Clock = "soon" // less than a day is left
	Over    Clock = "over" // and the authority was not told
	Stopped Clock = "stopped"
	Late    Clock = "late" // it was told, after the time
)

// Stands tells where the clock stands at an instant.
func (b *Breach) Stands(now time.Time) Clock {
	switch {
	case !b.runs() && b.Notified.After(b.Due):
		return Late
	case !b.runs():
		return Stopped
	case !now.Before(b.Due):
		return Over
	case b.Due.Sub(now) < 24*time.Hour:
		return Soon
	}
	return Running
}

// knows tells whether a category is one of the service's.
func (h *House) knows(category string) bool {
	if slices.Contains(Elsewhere, category) {
		return true
	}
	id, of, _ := strings.Cut(category, "/")
	p := h.Catalogue.Get(id)
	return p != nil && slices.ContainsFunc(p.Form.Categories, func(c form.Category) bool { return c.ID == of })
}

// Write keeps a breach: a new one where number is 0, else a further version of that one. once names the form it was typed in, so
// that a second press keeps nothing twice, and one with other words is no second press; version is the line the form was filled from. Errors: Forbidden; NotFound (no such
// breach); Conflict "breach.meanwhile" (somebody has written since) or
// "breach.sent_before" (other words came from the same form). With problems nothing is kept.
func (h *House) Write(ctx context.Context, a access.Actor, number, version int64, once string, r Record) (_ int64, _ []Problem, err error) {
	defer fault.Wrap(&err, "breach.Write %d by %d", number, a.AccountID)
	if !h.May(a) {
		return 0, nil, fault.New(fault.Forbidden, "")
	}
	now := h.Store.Now()
	if problems := r.check(r.Known.Add(h.within()), now, h.knows); len(problems) > 0 {
		return 0, problems, nil
	}
	err = h.Store.InTx(ctx, func(tx *store.Tx) error {
		end, err := tx.Q.BreachChainLock(ctx)
		if err != nil {
			return err
		}
		done, err := tx.Q.BreachOnce(ctx, once)
		if err != nil {
			return err
		}
		if len(done) > 0 && once != "" {
			number = done[0].Breach
			return h.same(done[0], r)
		}
		last, err := tx.Q.BreachLast(ctx, number)
		switch {
		case err != nil:
			return err
		case number != 0 && len(last) == 0:
			return fault.New(fault.NotFound, "")
		case number != 0 && last[0] != version:
			return fault.New(fault.Conflict, "breach.meanwhile")
		case number == 0:
			number = end.Breaches + 1
		}
		return h.append(ctx, tx, end, number, once, a.AccountID, r)
	})
	return number, nil, err
}

// same holds that what is sent again is what was kept: who went back and typed something else must not think that it was.
func (h *House) same(kept sqlc.BreachLine, r Record) error {
	v, err := h.open(kept)
	if err != nil {
		return err
	}
	was, err := json.Marshal(v.Record)
	if err != nil {
		return err
	}
	if is, err := json.Marshal(r); err != nil || !bytes.Equal(was, is) {
		return cmp.Or(err, fault.New(fault.Conflict, "breach.sent_before"))
	}
	return nil
}

func (h *House) within() time.Duration {
	if h.Within == 0 {
		return Within
	}
	return h.Within
}

func (h *House) append(ctx context.Context, tx *store.Tx, end sqlc.BreachChainLockRow, number int64, once string, by int64, r Record) error {
	plain, err := json.Marshal(r)
	if err != nil {
		return err
	}
	l := sqlc.BreachLine{Seq: end.Seq + 1, Breach: number, ByID: by, At: tx.Now, Once: once, Prev: end.Head}
	if l.Sealed, err = h.Keys.SealFor(by, sealedAs(l.Seq, number), plain); err != nil {
		return err
	}
	l.Hash = hash(l)
	if err := tx.Q.BreachInsert(ctx, sqlc.BreachInsertParams{
		Seq: l.Seq, Breach: number, ByID: by, At: l.At, Once: once, Sealed: l.Sealed, Prev: l.Prev, Hash: l.Hash, Breaches: max(number, end.Breaches),
	}); err != nil {
		return err
	}
	if err := job.Insert(ctx, tx, Tick{}); err != nil { // so that the keyring’s folder knows of the line
		return err
	}
	if number <= end.Breaches {
		return nil
	}
	return h.tell(ctx, tx, number, recorded, time.Time{})
}

func sealedAs(seq, number int64) string {
	return "breach " + strconv.FormatInt(seq, 10) + " of " + strconv.FormatInt(number, 10)
}

// hash binds a line to the one before.
func hash(l sqlc.BreachLine) []byte {
	h := sha256.New()
	h.Write([]byte("guichet breach\n"))
	var b []byte
	for _, n := range []int64{l.Seq, l.Breach, l.ByID, l.At.UnixMicro()} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	for _, s := range [][]byte{[]byte(l.Once), l.Sealed, l.Prev} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	h.Write(b)
	return h.Sum(nil)
}

// Version is one line of a breach.
type Version struct {
	Seq, By int64
	At      time.Time
	Record
}

// All lists the breaches, the newest first. broken is the first line of the register that was altered or taken out, 0 when none
// was. Forbidden: the actor does not keep it.
func (h *House) All(ctx context.Context, a access.Actor) (out []Breach, broken int64, err error) {
	defer fault.Wrap(&err, "breach.All")
	if !h.May(a) {
		return nil, 0, fault.New(fault.Forbidden, "")
	}
	rows, broken, err := h.lines(ctx)
	if err != nil {
		return nil, 0, err
	}
	first := map[int64]time.Time{}
	for _, r := range rows {
		if first[r.Breach].IsZero() {
			first[r.Breach] = r.At
		}
	}
	seen := map[int64]bool{}
	for _, r := range slices.Backward(rows) {
		if seen[r.Breach] {
			continue
		}
		v, err := h.open(r)
		if err != nil { // altered: what stood before it is shown, and that the register is broken
			broken = min(r.Seq, cmp.Or(broken, r.Seq))
			continue
		}
		seen[r.Breach] = true
		out = append(out, Breach{Number: r.Breach, Version: r.Seq, Record: v.Record, By: r.ByID, At: r.At, First: first[r.Breach], Due: v.Known.Add(h.within())})
	}
	slices.SortFunc(out, func(a, b Breach) int { return int(b.Number - a.Number) })
	return out, broken, nil
}

// One finds a breach with its versions, the newest first.
func (h *House) One(ctx context.Context, a access.Actor, number int64) (_ Breach, versions []Version, err error) {
	defer fault.Wrap(&err, "breach.One %d", number)
	all, _, err := h.All(ctx, a)
	if err != nil {
		return Breach{}, nil, err
	}
	i := slices.IndexFunc(all, func(b Breach) bool { return b.Number == number })
	if i < 0 {
		return Breach{}, nil, fault.New(fault.NotFound, "")
	}
	rows, err := h.Store.Q().BreachLines(ctx)
	for _, r := range slices.Backward(rows) {
		if r.Breach != number {
			continue
		}
		if v, err := h.open(r); err == nil {
			versions = append(versions, v)
		}
	}
	return all[i], versions, err
}

func (h *House) open(r sqlc.BreachLine) (v Version, err error) {
	plain, err := h.Keys.OpenFor(r.ByID, sealedAs(r.Seq, r.Breach), r.Sealed)
	if err != nil {
		return v, fmt.Errorf("line %d of the register of breaches: %w", r.Seq, err)
	}
	v = Version{Seq: r.Seq, By: r.ByID, At: r.At}
	return v, json.Unmarshal(plain, &v.Record)
}

// tell queues a mail to the data-protection officer that says nothing of the breach, once for each thing to say of one clock.
func (h *House) tell(ctx context.Context, tx *store.Tx, number int64, what string, due time.Time) error {
	if err := tx.Q.BreachToldInsert(ctx, sqlc.BreachToldInsertParams{Breach: number, What: saidOf(what, due), At: tx.Now}); err != nil || h.Officer == "" {
		return err
	}
	_, err := notify.Queue(ctx, tx, notify.Mail{Template: "breach." + what, Via: notify.Email})
	return err
}
