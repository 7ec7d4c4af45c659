package dossier

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// endParts takes from a dossier that stays what the rules name, and notes it in its journal. Conflict: nobody knows any of them any
// more; what they named goes with the last rule, and until then they stand as overdue.
func (o *Office) endParts(ctx context.Context, tx *store.Tx, publicID string, rules []string) (blobs []string, err error) {
	d, err := o.load(ctx, tx.Q, publicID)
	if err != nil {
		return nil, err
	}
	known := 0
	for _, rule := range rules {
		k := o.ruleOf(d, rule)
		if k == nil {
			slog.WarnContext(ctx, "no rule of this name", "dossier", publicID, "rule", rule)
			continue
		}
		known++
		more, err := o.endPart(ctx, tx, d, k)
		if err != nil {
			return nil, err
		}
		blobs = append(blobs, more...)
		if err := tx.Q.EndingDelete(ctx, sqlc.EndingDeleteParams{DossierID: d.ID, Rule: rule}); err != nil {
			return nil, err
		}
		line := journal.Line{Role: d.Def.Flow.Clockwork(), Act: "ended", Detail: journal.Detail{"rule": rule}}
		if err := o.inscribe(ctx, tx, d, line); err != nil {
			return nil, err
		}
	}
	if known == 0 {
		return nil, fault.New(fault.Conflict, "dossier.at_work")
	}
	return blobs, nil
}

// ruleOf is the retention rule of this name as it is now, or as it was when the dossier began; nil where neither knows it.
func (o *Office) ruleOf(d *Dossier, id string) *workflow.KeepRule {
	if k := newest(o.Catalogue, d.Def).Flow.Rule(id); k != nil {
		return k
	}
	return d.Def.Flow.Rule(id)
}

// partAgain is endParts for a database brought back from before: what had gone before that backup was made goes no second time.
func (o *Office) partAgain(ctx context.Context, tx *store.Tx, publicID, rule string) ([]string, error) {
	d, err := o.load(ctx, tx.Q, publicID)
	if err != nil {
		return nil, err
	}
	if k := o.ruleOf(d, rule); k == nil || !d.holds(k) {
		return nil, nil
	}
	return o.endParts(ctx, tx, publicID, []string{rule})
}

// holds tells whether there is something of what a rule names; of what the service itself makes, that there may be.
func (d *Dossier) holds(k *workflow.KeepRule) bool {
	for _, n := range d.counts(k.What) {
		if n > 0 {
			return true
		}
	}
	return slices.ContainsFunc(k.What, func(c string) bool { return slices.Contains(workflow.SystemCategories, c) })
}

// endPart takes what one rule names: documents, answers in every stage and filing, messages, papers made, consents. It returns
// the files, and leaves in d.lost the keys to destroy.
func (o *Office) endPart(ctx context.Context, tx *store.Tx, d *Dossier, k *workflow.KeepRule) ([]string, error) {
	line := certificate{procedure: d.Procedure, rule: k.ID, counts: d.counts(k.What)}
	if err := o.anonymise(ctx, tx, d, k); err != nil {
		return nil, err
	}
	blobs, beside, err := o.endBeside(ctx, tx, d, k, line.counts)
	if err != nil {
		return nil, err
	}
	files, err := o.endDocuments(ctx, tx, d, k, beside)
	if err != nil {
		return nil, err
	}
	blobs = append(blobs, files...)
	if err := o.endAnswers(ctx, tx, d, k); err != nil {
		return nil, err
	}
	more, err := o.endMade(ctx, tx, d, k, line.counts)
	if err != nil {
		return nil, err
	}
	if err := o.endKey(ctx, tx, d, k.ID); err != nil {
		return nil, err
	}
	return append(blobs, more...), certify(ctx, tx, d.ID, line)
}

func (o *Office) endDocuments(ctx context.Context, tx *store.Tx, d *Dossier, k *workflow.KeepRule, beside []string) (blobs []string, err error) {
	rows, err := tx.Q.DocumentsAll(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	gone := []string{}
	for _, r := range rows {
		if !slices.Contains(k.What, category(d.Def, r.Path)) && !slices.Contains(beside, r.PublicID) {
			continue
		}
		gone = append(gone, r.PublicID)
		if r.State != "removed" {
			blobs = append(blobs, r.Blob)
		}
	}
	d.Documents = slices.DeleteFunc(d.Documents, func(x Attached) bool { return slices.Contains(gone, x.ID) })
	coming, err := tx.Q.UploadsAll(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	for _, u := range coming {
		if slices.Contains(k.What, category(d.Def, u.Path)) {
			if _, err := tx.Q.UploadDelete(ctx, u.PublicID); err != nil {
				return nil, err
			}
			blobs = append(blobs, u.Blobs...)
		}
	}
	return blobs, tx.Q.DocumentsDelete(ctx, sqlc.DocumentsDeleteParams{DossierID: d.ID, Ids: gone})
}

// endAnswers writes every page of answers again without what the rule names.
func (o *Office) endAnswers(ctx context.Context, tx *store.Tx, d *Dossier, k *workflow.KeepRule) error {
	rows, err := tx.Q.AnswersAll(ctx, d.ID)
	if err != nil {
		return err
	}
	named := func(path string) bool { return slices.Contains(k.What, category(d.Def, path)) }
	for _, r := range rows {
		raw := form.Raw{}
		if err := openInto(raw, d.key, r.Sealed, d.ad(r.Stage, r.Step, int(r.Round), int(r.Version))); err != nil {
			return err
		}
		if !strip(raw, named) {
			continue
		}
		if err := d.write(ctx, tx, r.Stage, r.Step, int(r.Round), int(r.Version), raw); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(d.Def.Flow.Search, named) {
		if err := errors.Join(tx.Q.SearchTokenDelete(ctx, d.ID), tx.Q.LikenessErase(ctx, d.ID)); err != nil {
			return err
		}
	}
	strip(d.Filed, named)
	strip(d.Agent, named)
	return nil
}

// strip takes paths out, and tells whether there were any.
func strip(raw form.Raw, named func(path string) bool) (any bool) {
	for path := range raw {
		if named(path) {
			delete(raw, path)
			any = true
		}
	}
	return any
}

// endMade takes what the service itself made, where the rule names it.
func (o *Office) endMade(ctx context.Context, tx *store.Tx, d *Dossier, k *workflow.KeepRule, counts map[string]int) (blobs []string, err error) {
	for _, made := range []struct {
		category string
		erase    func(context.Context, int64) (int, error)
	}{
		{"messages", func(ctx context.Context, id int64) (int, error) {
			if blobs, err = tx.Q.MessageBlobs(ctx, id); err != nil {
				return 0, err
			}
			ids, err := tx.Q.MessagesErase(ctx, id)
			return len(ids), err
		}},
		{"generated", func(ctx context.Context, id int64) (int, error) {
			ids, err := tx.Q.GeneratedErase(ctx, id)
			return len(ids), err
		}},
		{"consents", func(ctx context.Context, id int64) (int, error) {
			ids, err := tx.Q.ConsentsErase(ctx, &id)
			return len(ids), err
		}},
	} {
		if !slices.Contains(k.What, made.category) {
			continue
		}
		n, err := made.erase(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		counts[made.category] += n
	}
	return blobs, nil
}

// endKey forgets the data key of a rule; the dossier's own stays as long as the dossier.
func (o *Office) endKey(ctx context.Context, tx *store.Tx, d *Dossier, rule string) error {
	if rule == mainRule {
		return nil
	}
	keys, err := tx.Q.DataKeysOf(ctx, d.ID)
	if err != nil {
		return err
	}
	for _, row := range keys {
		if row.Rule == rule {
			d.lost = append(d.lost, row.WrappedBy)
		}
	}
	return tx.Q.DataKeyDelete(ctx, sqlc.DataKeyDeleteParams{DossierID: d.ID, Rule: rule})
}

// anonymise keeps, without the dossier, what a rule that says so names and what names nobody: answers whose role in a release is
// none, and quasi-identifiers chosen from a list; no words, no file, no row of a group, no day. A rule that deletes keeps nothing.
func (o *Office) anonymise(ctx context.Context, tx *store.Tx, d *Dossier, k *workflow.KeepRule) error {
	if k.Then != "anonymise" {
		return nil
	}
	register, err := o.strike(ctx, tx, newest(o.Catalogue, d.Def), d, k)
	if err != nil {
		return err
	}
	kept := map[string][]string{}
	for _, raw := range []form.Raw{d.Filed, d.Agent} {
		for path, v := range raw {
			if f := d.Def.Form.Field(path); f != nil && f.ID == path && slices.Contains(k.What, category(d.Def, path)) && f.NamesNobody() {
				kept[path] = v
			}
		}
	}
	answers, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	return tx.Q.AnonymisedInsert(ctx, sqlc.AnonymisedInsertParams{
		Procedure: d.Procedure, Rule: k.ID, State: d.State, Channel: d.Channel, Month: month(d.endedAt(tx.Now)), Answers: answers, Register: register,
		Day: workflow.Day(tx.Now),
	})
}
