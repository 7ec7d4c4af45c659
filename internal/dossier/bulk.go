package dossier

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// MostInBulk is how many dossiers one act is made on.
const MostInBulk = 500

// The states of an act on many.
const (
	BulkPrepared = "prepared" // chosen, nothing happened yet
	BulkQueued   = "queued"   // a job is at it, or will be
	BulkDone     = "done"
)

// BulkMade is the result of a dossier on which the act was made.
const BulkMade = "done"

// Bulk is an act on many dossiers, as its agent prepared it, and what became of each.
type Bulk struct {
	PublicID   string
	Def        *procedure.Procedure
	Move       *workflow.Move
	State      string
	At         time.Time
	DoneAt     *time.Time
	Items      []BulkItem
	Made, Left int // on how many it was made, how many are still to do

	id     int64
	sealed []byte
}

// BulkItem is one dossier of an act on many.
type BulkItem struct {
	PublicID, Reference string
	State               string // in which it was chosen
	Result              string // "" not yet, BulkMade, or the key of the refusal
	Obstacle            string // of an act not yet begun: the refusal there would be now, ""
}

// PrepareBulk chooses dossiers for a move that may be made on many. Nothing happens to them yet. Errors: NotFound, Forbidden
// "move.not_yours", Invalid "bulk.none" and "bulk.many".
func (o *Office) PrepareBulk(ctx context.Context, a access.Actor, procedureID, move string, dossiers []string) (publicID string, err error) {
	defer fault.Wrap(&err, "dossier.PrepareBulk %s", move)
	p := o.Catalogue.Get(procedureID)
	if p == nil || !slices.Contains(access.ScopeOf(a).Procedures, procedureID) {
		return "", errNotFound
	}
	m := p.Flow.Move(move)
	switch {
	case m == nil || !m.Bulk:
		return "", errNotFound
	case !mayMove(p, a, m):
		return "", fault.New(fault.Forbidden, "move.not_yours")
	case len(dossiers) == 0:
		return "", fault.New(fault.Invalid, "bulk.none")
	case len(dossiers) > MostInBulk:
		return "", fault.New(fault.Invalid, "bulk.many")
	}
	publicID = newPublicID()
	return publicID, o.Store.InTx(ctx, func(tx *store.Tx) error {
		id, err := tx.Q.BulkInsert(ctx, sqlc.BulkInsertParams{PublicID: publicID, Procedure: procedureID, Move: move, AccountID: a.AccountID, At: tx.Now})
		if err != nil {
			return err
		}
		return tx.Q.BulkItemsInsert(ctx, sqlc.BulkItemsInsertParams{BulkID: id, PublicIds: dossiers, Procedure: procedureID})
	})
}

// mayMove tells whether one of the actor's roles makes the move.
func mayMove(p *procedure.Procedure, a access.Actor, m *workflow.Move) bool {
	return slices.ContainsFunc(roles(p, a, access.Dossier{Procedure: p.ID}), func(r string) bool { return slices.Contains(m.By, r) })
}

// Bulk reads an act on many for the agent who prepared it; it is NotFound for everybody else.
func (o *Office) Bulk(ctx context.Context, a access.Actor, publicID string) (_ *Bulk, err error) {
	defer fault.Wrap(&err, "dossier.Bulk %s", publicID)
	row, err := o.queries().BulkByPublicID(ctx, publicID)
	if err != nil {
		return nil, err
	}
	p := o.Catalogue.Get(row.Procedure)
	if row.AccountID != a.AccountID || p == nil || p.Flow.Move(row.Move) == nil || !slices.Contains(access.ScopeOf(a).Procedures, row.Procedure) {
		return nil, errNotFound
	}
	b := &Bulk{
		PublicID: row.PublicID, Def: p, Move: p.Flow.Move(row.Move), State: row.State, At: row.At, DoneAt: row.DoneAt, id: row.ID, sealed: row.Sealed,
	}
	items, err := o.queries().BulkItems(ctx, row.ID)
	for _, i := range items {
		b.add(a, i)
	}
	return b, err
}

// mostBulks is how many of an agent's acts are listed.
const mostBulks = 50

// Bulks lists the acts on many that the agent began, newest first, without their dossiers.
func (o *Office) Bulks(ctx context.Context, a access.Actor) (out []Bulk, err error) {
	defer fault.Wrap(&err, "dossier.Bulks %d", a.AccountID)
	rows, err := o.queries().BulkMine(ctx, sqlc.BulkMineParams{AccountID: a.AccountID, Procedures: access.ScopeOf(a).Procedures, Lim: mostBulks})
	for _, r := range rows {
		p := o.Catalogue.Get(r.Procedure)
		if p != nil && p.Flow.Move(r.Move) != nil {
			out = append(out, Bulk{PublicID: r.PublicID, Def: p, Move: p.Flow.Move(r.Move), State: r.State, At: r.At})
		}
	}
	return out, err
}

func (b *Bulk) add(a access.Actor, r sqlc.BulkItemsRow) {
	i := BulkItem{PublicID: r.PublicID, Reference: deref(r.Reference), State: r.ChosenState, Result: r.Result}
	d := access.Dossier{ID: r.ID, Procedure: b.Def.ID, OwnerID: deref(r.OwnerID), StateKind: r.StateKind, AssigneeID: deref(r.AssigneeID)}
	if b.State == BulkPrepared {
		i.Obstacle = b.obstacle(a, d, r)
	}
	switch r.Result {
	case "":
		b.Left++
	case BulkMade:
		b.Made++
	}
	b.Items = append(b.Items, i)
}

// obstacle is why the move would be refused, as far as can be told without opening the dossier.
func (b *Bulk) obstacle(a access.Actor, d access.Dossier, r sqlc.BulkItemsRow) string {
	from := slices.ContainsFunc(roles(b.Def, a, d), func(role string) bool { return slices.Contains(b.Def.Flow.Moves(r.State, role), b.Move) })
	least := slices.ContainsFunc(b.Move.Do, func(e workflow.Effect) bool { return e.Assign == "least_loaded" })
	switch {
	case !access.Can(a, access.Read, d, ""):
		return "not_found"
	case !from || r.State != r.ChosenState:
		return "move.not_from_here"
	case least && d.AssigneeID != 0:
		return "move.taken"
	}
	return ""
}

// bulkAct is what an act on many gives every dossier; it is kept sealed until it has been made on all.
type bulkAct struct {
	Fields   map[string][]string
	Reason   string
	Assignee int64
	Team     string
}

// StartBulk begins an act on many: what its form gives is checked once, and a job makes the move on each dossier in a
// transaction of its own. Errors: NotFound, Conflict "bulk.begun", Invalid "move.missing" caused by *Missing, and "move.assignee"
// and "move.team".
func (o *Office) StartBulk(ctx context.Context, a access.Actor, publicID string, act Act) (err error) {
	defer fault.Wrap(&err, "dossier.StartBulk %s", publicID)
	b, err := o.Bulk(ctx, a, publicID)
	if err != nil {
		return err
	}
	if b.State != BulkPrepared {
		return fault.New(fault.Conflict, "bulk.begun")
	}
	if err := o.fits(ctx, b, act); err != nil {
		return err
	}
	plain, err := json.Marshal(bulkAct{act.Fields, act.Reason, act.Assignee, act.Team})
	if err != nil {
		return err
	}
	sealed, err := o.Keys.SealFor(a.AccountID, "bulk "+publicID, plain)
	if err != nil {
		return err
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.BulkStart(ctx, sqlc.BulkStartParams{ID: b.id, Sealed: sealed, At: tx.Now})
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.Conflict, "bulk.begun")
		}
		if err != nil {
			return err
		}
		return insertBulkRun(ctx, tx, b.id)
	})
}

// fits checks what the form of an act on many gives, before any dossier is touched.
func (o *Office) fits(ctx context.Context, b *Bulk, act Act) error {
	posted := url.Values{form.ShownName: b.Move.Form.Fields}
	for name, v := range act.Fields {
		if !within(b.Move.Form.Fields, name) {
			return fault.New(fault.Invalid, "form.unknown_field")
		}
		posted[name] = v
	}
	next, err := b.Def.Form.Bind(form.AgentStep, posted, form.Raw{})
	if err != nil {
		return err
	}
	j := b.Def.Form.Walk(next, nil, workflow.Day(o.Store.Now()))
	if b.Move.SecondFor(act.Reason) != nil {
		act.Reason = "" // it is not offered: nobody approves many one by one
	}
	names := b.Move.Form.Missing(func(f string) bool { return len(next[f]) > 0 && strings.TrimSpace(next[f][0]) != "" }, act.Reason, 0)
	if problems := j.CheckAgent(b.Move.Form.Fields, b.Move.Form.Required); len(names) > 0 || form.Blocking(problems) {
		return fault.From(fault.Invalid, "move.missing", &Missing{names, problems})
	}
	return o.fitsAgents(ctx, b, act)
}

func (o *Office) fitsAgents(ctx context.Context, b *Bulk, act Act) error {
	now := o.Store.Now()
	agents, err := o.queries().DeskAgents(ctx, sqlc.DeskAgentsParams{Procedure: b.Def.ID, Roles: processing(b.Def), At: &now})
	if err != nil {
		return err
	}
	has := func(is func(sqlc.DeskAgentsRow) bool) bool { return slices.ContainsFunc(agents, is) }
	for _, e := range b.Move.Do {
		switch {
		case e.Assign == "chosen" && !has(func(r sqlc.DeskAgentsRow) bool { return r.AccountID == act.Assignee }):
			return fault.New(fault.Invalid, "move.assignee")
		case e.Assign == "team" && (act.Team == "" || !has(func(r sqlc.DeskAgentsRow) bool { return r.Team == act.Team })):
			return fault.New(fault.Invalid, "move.team")
		}
	}
	return nil
}

// open reads what the act gives every dossier.
func (b *Bulk) open(o *Office, account int64) (act Act, err error) {
	plain, err := o.Keys.OpenFor(account, "bulk "+b.PublicID, b.sealed)
	if err != nil {
		return act, err
	}
	var kept bulkAct
	if err := json.Unmarshal(plain, &kept); err != nil {
		return act, errors.New("an act on many cannot be read")
	}
	return Act{Move: b.Move.ID, Fields: kept.Fields, Reason: kept.Reason, Assignee: kept.Assignee, Team: kept.Team, many: true}, nil
}
