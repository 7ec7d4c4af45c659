package dossier

import (
	"context"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// mostAlike is how many dossiers like one are told: beyond, the number says enough.
const mostAlike = 20

// Alike is a dossier that resembles another, with why.
type Alike struct {
	PublicID, Reference string
	State               string
	Rules               []string // ids of the definition's duplicates
	SubmittedAt         time.Time
}

// recognise keeps what the dossier would be recognised by, and tells its agent, and its journal, when it resembles another for
// a reason that it did not have before.
func (o *Office) recognise(ctx context.Context, tx *store.Tx, d *Dossier) error {
	before, err := tx.Q.AlikeRules(ctx, d.ID)
	if err != nil {
		return err
	}
	if err := o.indexLikeness(ctx, tx, d); err != nil {
		return err
	}
	rules, err := tx.Q.AlikeRules(ctx, d.ID)
	if err != nil {
		return err
	}
	rules = slices.DeleteFunc(rules, func(r string) bool { return slices.Contains(before, r) })
	if len(rules) == 0 {
		return nil
	}
	line := journal.Line{Role: d.Def.Flow.Clockwork(), Act: workflow.Alike, Detail: journal.Detail{"rules": strings.Join(rules, " ")}}
	if err := journal.Append(ctx, tx, d.key, &d.chain, line); err != nil {
		return err
	}
	return o.happened(ctx, tx, d, workflow.Alike)
}

// indexLikeness keeps a keyed token for each rule whose fields are all answered.
func (o *Office) indexLikeness(ctx context.Context, tx *store.Tx, d *Dossier) error {
	if err := tx.Q.LikenessDelete(ctx, d.ID); err != nil {
		return err
	}
	in := sqlc.LikenessInsertParams{DossierID: d.ID}
	for _, rule := range d.Def.Flow.Duplicates {
		if value := d.likeness(rule.Fields); value != "" {
			for _, t := range o.Keys.Search("likeness "+d.Procedure+" "+rule.ID, value) {
				in.Rules, in.Tokens, in.Keys = append(in.Rules, rule.ID), append(in.Tokens, t.Hash), append(in.Keys, int16(t.Key))
			}
		}
	}
	if len(in.Rules) == 0 {
		return nil
	}
	return tx.Q.LikenessInsert(ctx, in)
}

// likeness is the canonical form of some answers: how they were spelt makes no difference; "" when one is missing.
func (d *Dossier) likeness(fields []string) string {
	var parts []string
	for _, id := range fields {
		var whole []string
		for _, v := range d.Filed[id] {
			whole = append(whole, strings.Join(fold(v), ""))
		}
		value := strings.Join(whole, "-")
		if strings.Trim(value, "-0") == "" {
			return ""
		}
		parts = append(parts, value)
	}
	return strings.Join(parts, "|")
}

// AlikeTo lists the dossiers that resemble one, newest first, twenty at most: for who may read both. Nothing is merged.
// It answers NotFound where the actor may not read the dossier.
func (o *Office) AlikeTo(ctx context.Context, a access.Actor, d *Dossier) (out []Alike, err error) {
	defer fault.Wrap(&err, "dossier.AlikeTo %d", d.ID)
	if a.Kind != access.Agent || !access.Can(a, access.Read, d.Dossier, "") {
		return nil, errNotFound
	}
	rows, err := o.queries().Alike(ctx, sqlc.AlikeParams{DossierID: d.ID, Lim: mostAlike})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		other := access.Dossier{ID: r.ID, Procedure: r.Procedure, OwnerID: deref(r.OwnerID), StateKind: r.StateKind}
		if access.Can(a, access.Read, other, "") {
			out = append(out, Alike{r.PublicID, deref(r.Reference), r.State, r.Rules, deref(r.SubmittedAt)})
		}
	}
	return out, nil
}
