package dossier

import (
	"context"
	"slices"
	"strconv"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Produce makes the document a job asks for, once for each filing, and keeps it sealed on the dossier (RP-026, RP-144).
func (o *Office) Produce(ctx context.Context, g Generate, render func(*File) ([]byte, error)) (err error) {
	defer fault.Wrap(&err, "dossier.Produce %d %s", g.DossierID, g.Template)
	publicID, err := o.queries().DossierPublicIDByID(ctx, g.DossierID)
	if fault.Of(err) == fault.NotFound {
		return nil // erased meanwhile
	}
	if err != nil {
		return err
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		f := &File{Dossier: d}
		if err := o.fileIn(ctx, tx.Q, system, f); err != nil {
			return err
		}
		body, err := render(f)
		if err != nil {
			return err
		}
		sealed, err := d.key.Seal(body, d.madeAD(g.Template, d.Round)...)
		if err != nil {
			return err
		}
		if err := tx.Q.GeneratedInsert(ctx, sqlc.GeneratedInsertParams{DossierID: d.ID, Template: g.Template, Round: int32(d.Round), At: tx.Now, Sealed: sealed}); err != nil {
			return err
		}
		line := journal.Line{Role: d.Def.Flow.Clockwork(), Act: "generate", Detail: journal.Detail{"document": g.Template}}
		if err := journal.Append(ctx, tx, d.key, &d.chain, line); err != nil {
			return err
		}
		return tx.Q.DossierChain(ctx, sqlc.DossierChainParams{ID: d.ID, JournalSeq: int32(d.chain.Seq), JournalHead: d.chain.Head})
	})
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
		if doc == nil || !access.Can(a, access.Read, d.Dossier, "") || !sees(doc.See, roles(d.Def, a, d.Dossier)) {
			return errNotFound
		}
		row, err := tx.Q.GeneratedOne(ctx, sqlc.GeneratedOneParams{DossierID: d.ID, Template: template})
		if err != nil {
			return err
		}
		if a.Kind == access.Agent {
			if err := journal.Read(ctx, tx, d.ID, a.AccountID, role(d.Def, a, d.Dossier), "generated "+template); err != nil {
				return err
			}
		}
		body, err = d.key.Open(row.Sealed, d.madeAD(template, int(row.Round))...)
		return err
	})
	return body, err
}

func sees(see, roles []string) bool {
	for _, r := range roles {
		if slices.Contains(see, r) {
			return true
		}
	}
	return len(see) == 0
}
