package dossier

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Stating is what an agent is asked before they read a dossier that is not theirs.
type Stating struct {
	Reference string
	Purposes  []workflow.Reason
	Asked     bool // false: they may read it as it is
}

// longestStated is how many characters may stand beside a purpose.
const longestStated = 500

// Stating tells what the agent must state before they read the dossier; nothing of the dossier but its reference is told. NotFound
// to who may not read it at all.
func (o *Office) Stating(ctx context.Context, a access.Actor, publicID string) (_ Stating, err error) {
	defer fault.Wrap(&err, "dossier.Stating %s", publicID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return Stating{}, err
	}
	if a.Kind != access.Agent || !access.Can(a, access.Read, d.Dossier, "") {
		return Stating{}, errNotFound
	}
	_, err = o.basis(ctx, o.queries(), a, d)
	out := Stating{Reference: d.Reference, Purposes: newest(o.Catalogue, d.Def).Flow.Readings.Purposes, Asked: fault.Key(err) == "reading.purpose"}
	if out.Asked {
		err = nil
	}
	return out, err
}

// State keeps why an agent reads a dossier that is not theirs: it holds for the time the definition gives, and stands in the
// dossier's journal. Errors: NotFound, Invalid "reading.purpose" (none is chosen), "reading.words" (nothing is said beside it, or
// too much).
func (o *Office) State(ctx context.Context, a access.Actor, publicID, purpose, words string) (err error) {
	defer fault.Wrap(&err, "dossier.State %s", publicID)
	words = strings.TrimSpace(words)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if a.Kind != access.Agent || !access.Can(a, access.Read, d.Dossier, "") || access.Glass(a, d.Dossier) != "" {
			return errNotFound
		}
		rules := newest(o.Catalogue, d.Def).Flow.Readings
		switch {
		case rules.Purpose(purpose) == nil:
			return fault.New(fault.Invalid, "reading.purpose")
		case words == "" || utf8.RuneCountInString(words) > longestStated:
			return fault.New(fault.Invalid, "reading.words")
		}
		if err := o.stated(ctx, tx, a, d, purpose, words); err != nil {
			return err
		}
		return o.note(ctx, tx, a, d, "open", journal.Detail{"purpose": purpose, "words": words})
	})
}

// Acted is the purpose of who had the dossier until they decided it or gave it away: they may see what became of it.
const Acted = "acted"

func (o *Office) stated(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, purpose, words string) error {
	plain, err := json.Marshal(words)
	if err != nil {
		return err
	}
	sealed, err := d.key.Seal(plain, "purpose", strconv.FormatInt(d.ID, 10))
	if err != nil {
		return err
	}
	return tx.Q.ReadingPurposeInsert(ctx, sqlc.ReadingPurposeInsertParams{
		DossierID: d.ID, AccountID: a.AccountID, Purpose: purpose, Sealed: sealed, At: tx.Now,
		Until: workflow.Add(tx.Now, newest(o.Catalogue, d.Def).Flow.Readings.Period()),
	})
}

// OpenedOn is a day on which somebody of the administration read a dossier, by role: names are nobody's business (issue 5).
type OpenedOn struct {
	Day       time.Time
	Role      string
	OnRequest bool // by a written request
}

// OpenedBy lists when the administration opened a dossier, for its person: by day and role, the newest first.
func (o *Office) OpenedBy(ctx context.Context, a access.Actor, d *Dossier) (_ []OpenedOn, err error) {
	defer fault.Wrap(&err, "dossier.OpenedBy %d", d.ID)
	if !access.Can(a, access.Read, d.Dossier, "") {
		return nil, errNotFound
	}
	rows, err := o.queries().ReadingDays(ctx, d.ID)
	out := make([]OpenedOn, len(rows))
	for i, r := range rows {
		out[i] = OpenedOn{r.Day, r.Role, r.Glass}
	}
	return out, err
}
