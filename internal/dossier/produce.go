package dossier

import (
	"context"
	"strconv"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// FirstPage draws the first page of a document, as a PNG so many pixels wide.
type FirstPage func(documentID string, width int) ([]byte, error)

// Produce makes the document a job asks for, once for each filing, and keeps it sealed on the dossier (RP-026, RP-144). It is drawn
// while nobody waits: the dossier is locked for the moment of keeping it alone. When answers were filed anew meanwhile, it is
// Unavailable, and the queue draws it again.
func (o *Office) Produce(ctx context.Context, g Generate, render func(*File, FirstPage) ([]byte, error)) (err error) {
	defer fault.Wrap(&err, "dossier.Produce %d %s", g.DossierID, g.Template)
	publicID, err := o.queries().DossierPublicIDByID(ctx, g.DossierID)
	if fault.Of(err) == fault.NotFound {
		return nil // erased meanwhile
	}
	if err != nil {
		return err
	}
	f := &File{}
	if f.Dossier, err = o.load(ctx, o.queries(), publicID); err != nil {
		return err
	}
	if err := o.fileIn(ctx, o.queries(), system, f); err != nil {
		return err
	}
	body, err := render(f, func(id string, width int) ([]byte, error) { return o.firstPage(ctx, id, width) })
	if err != nil {
		return err
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error { return o.keepMade(ctx, tx, publicID, g.Template, f.Round, body) })
}

func (o *Office) keepMade(ctx context.Context, tx *store.Tx, publicID, template string, round int, body []byte) error {
	d, err := o.lock(ctx, tx, publicID)
	if err != nil {
		return err
	}
	if d.Round != round {
		return fault.New(fault.Unavailable, "")
	}
	sealed, err := d.key.Seal(body, d.madeAD(template, d.Round)...)
	if err != nil {
		return err
	}
	if err := tx.Q.GeneratedInsert(ctx, sqlc.GeneratedInsertParams{DossierID: d.ID, Template: template, Round: int32(d.Round), At: tx.Now, Sealed: sealed}); err != nil {
		return err
	}
	line := journal.Line{Role: d.Def.Flow.Clockwork(), Act: "generate", Detail: journal.Detail{"document": template}}
	if err := journal.Append(ctx, tx, d.key, &d.chain, line); err != nil {
		return err
	}
	return tx.Q.DossierChain(ctx, sqlc.DossierChainParams{ID: d.ID, JournalSeq: int32(d.chain.Seq), JournalHead: d.chain.Head})
}

func (o *Office) firstPage(ctx context.Context, documentID string, width int) ([]byte, error) {
	doc, err := o.Download(ctx, system, documentID)
	if err != nil {
		return nil, err
	}
	defer func() { _ = doc.Content.Close() }()
	return o.Workshop.PageImage(ctx, doc.Kind, doc.Content, 1, width)
}

func (d *Dossier) madeAD(template string, round int) []string {
	return []string{"generated", strconv.FormatInt(d.ID, 10), template, strconv.Itoa(round)}
}

// Generated opens the newest document made from a template, for who may see it by the workflow; an agent's reading is noted.
func (o *Office) Generated(ctx context.Context, a access.Actor, publicID, template string) (body []byte, err error) {
	defer fault.Wrap(&err, "dossier.Generated %s %s", publicID, template)
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.load(ctx, tx.Q, publicID)
		if err != nil {
			return err
		}
		doc := d.Def.Flow.Document(template)
		if doc == nil || !access.Can(a, access.Read, d.Dossier, "") || !access.Sees(doc.See, roles(d.Def, a, d.Dossier)) {
			return errNotFound
		}
		row, err := tx.Q.GeneratedOne(ctx, sqlc.GeneratedOneParams{DossierID: d.ID, Template: template})
		if err != nil {
			return err
		}
		if a.Kind == access.Agent {
			if err := o.noteRead(ctx, tx, a, d, "generated "+template); err != nil {
				return err
			}
		}
		body, err = d.key.Open(row.Sealed, d.madeAD(template, int(row.Round))...)
		return err
	})
	return body, err
}
