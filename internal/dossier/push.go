package dossier

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Leaving is a dossier at the moment when a move hands it to another system (RP-168).
type Leaving struct {
	*Dossier
	Connector *workflow.Connector // of the definition in force: what may leave is never taken from an older one
	Procedure *procedure.Procedure
	Event     string // the move
	Journey   *form.Journey
	Papers    []LeavingPaper // those that stand
	Key       seal.Key

	tx *store.Tx
}

// Note adds a line to the dossier's journal, in the name of the service.
func (l Leaving) Note(ctx context.Context, act string, detail journal.Detail) error {
	return (&Exchanged{Dossier: l.Dossier, tx: l.tx}).Note(ctx, act, detail)
}

// LeavingPaper is a document that stands on a leaving dossier. Its name, as a person gave it, never leaves.
type LeavingPaper struct {
	ID, Path, Kind, SHA256 string
	Size                   int64
	Pages                  int
}

// push hands the dossier to whoever exchanges, in the transaction of the move.
func (o *Office) push(ctx context.Context, tx *store.Tx, d *Dossier, m *workflow.Move, connector string) error {
	p := newest(o.Catalogue, d.Def)
	k := p.Flow.Connector(connector)
	if o.Push == nil || k == nil {
		return nil
	}
	papers, err := o.papers(ctx, tx.Q, d)
	if err != nil {
		return err
	}
	return o.Push(ctx, tx, Leaving{
		Dossier: d, Connector: k, Procedure: p, Event: m.ID, Journey: d.Journey(nil, tx.Now), Papers: papers, Key: d.key, tx: tx,
	})
}

func (o *Office) papers(ctx context.Context, q *sqlc.Queries, d *Dossier) ([]LeavingPaper, error) {
	rows, err := q.DocumentsOf(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	var out []LeavingPaper
	for _, r := range rows {
		if r.State != "received" {
			continue
		}
		l, err := d.openLabel(r.PublicID, r.Sealed)
		if err != nil {
			return nil, err
		}
		out = append(out, LeavingPaper{r.PublicID, r.Path, r.Kind, l.SHA256, r.Size, int(r.Pages)})
	}
	return out, nil
}

// Exchanged is a dossier whose handing over is worked on, under its lock.
type Exchanged struct {
	*Dossier
	Key seal.Key

	office *Office
	tx     *store.Tx
}

// Exchange works on the handing over of a dossier in one transaction, under its lock. One that is gone, or that the actor may
// not do verb on, is NotFound.
func (o *Office) Exchange(ctx context.Context, a access.Actor, verb access.Verb, dossierID int64, fn func(tx *store.Tx, x *Exchanged) error) (err error) {
	defer fault.Wrap(&err, "dossier.Exchange %d", dossierID)
	publicID, err := o.queries().DossierPublicIDByID(ctx, dossierID)
	if err != nil {
		return err
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !access.Can(a, access.Read, d.Dossier, "") || !access.Can(a, verb, d.Dossier, "") {
			return errNotFound
		}
		return fn(tx, &Exchanged{Dossier: d, Key: d.key, office: o, tx: tx})
	})
}

// Note adds a line to the dossier's journal, in the name of the service.
func (x *Exchanged) Note(ctx context.Context, act string, detail journal.Detail) error {
	line := journal.Line{Role: x.Def.Flow.Clockwork(), Act: act, Detail: detail}
	if err := journal.Append(ctx, x.tx, x.key, &x.chain, line); err != nil {
		return err
	}
	return x.tx.Q.DossierChain(ctx, sqlc.DossierChainParams{ID: x.ID, JournalSeq: int32(x.chain.Seq), JournalHead: x.chain.Head})
}

// WasRead notes that another system has read what was handed over; its token's name stands where an agent's would.
func (x *Exchanged) WasRead(ctx context.Context, a access.Actor, what string) error {
	return journal.Read(ctx, x.tx, x.ID, journal.Reading{Role: role(x.Def, a, x.Dossier.Dossier), What: what})
}

// At is the time of the transaction.
func (x *Exchanged) At() time.Time { return x.tx.Now }
