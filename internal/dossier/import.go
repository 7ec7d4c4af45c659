package dossier

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Prepared is a draft that was filled in elsewhere: an import, or a demonstration.
type Prepared struct {
	Procedure string
	Accepted  []string // notices of the entry
	Lang      text.Lang
	Answers   form.Raw // as typed, with the acknowledgements of the steps
	Papers    []Paper
}

// Paper is a file that was checked before (document.Workshop), with what the check found.
type Paper struct {
	Path, Name string
	Info       document.Info
	Content    []byte
}

// Import opens a draft with its answers and papers in one transaction. It answers Invalid "consent.missing" as Start does.
func (o *Office) Import(ctx context.Context, a access.Actor, in Prepared) (publicID string, err error) {
	defer fault.Wrap(&err, "dossier.Import %s", in.Procedure)
	p := o.Catalogue.Get(in.Procedure)
	if p == nil {
		return "", fault.New(fault.NotFound, "")
	}
	if a.Kind != access.Person {
		return "", fault.New(fault.Forbidden, "")
	}
	for _, n := range EntryNotices(p) {
		if n.Ack == "required" && !slices.Contains(in.Accepted, n.ID) {
			return "", fault.New(fault.Invalid, "consent.missing")
		}
	}
	publicID = newPublicID()
	var blobs []string
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := o.start(ctx, tx, a, p, publicID, in.Lang); err != nil {
			return err
		}
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if err := o.copyAnswers(ctx, tx, a, d, in.Answers); err != nil {
			return err
		}
		for _, paper := range in.Papers {
			if f := p.Form.Field(paper.Path); f == nil || f.Kind != form.File || !d.knowsRow(f, paper.Path) {
				return fault.New(fault.NotFound, "")
			}
			blob, err := o.copyPaper(ctx, tx, a, d, paper)
			blobs = append(blobs, blob)
			if err != nil {
				return err
			}
		}
		rules := o.MandateRules(d)
		if rules == nil {
			return nil
		}
		return o.whoActs(ctx, tx, a, d, d.Def.Form.StepOf(rules.Principal.Email).ID, func() *form.Journey { return d.Journey(nil, tx.Now) })
	})
	if err != nil {
		o.dropBlobs(ctx, blobs)
		return "", err
	}
	return publicID, nil
}

// Fill keeps the answers of a draft that stands, each step as one page saved, for who may fill it in: a visitor, or an agent at the
// counter. NotFound to everybody else.
func (o *Office) Fill(ctx context.Context, a access.Actor, publicID string, answers form.Raw) (err error) {
	defer fault.Wrap(&err, "dossier.Fill %s", publicID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if d.StateKind != workflow.Draft || !access.Can(a, access.Own, d.Dossier, "") {
			return errNotFound
		}
		return o.copyAnswers(ctx, tx, a, d, answers)
	})
}

// copyAnswers keeps each step that has answers as one page saved.
func (o *Office) copyAnswers(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, raw form.Raw) error {
	for _, s := range d.Def.Form.Steps {
		own := d.Def.Form.Own(s.ID, raw)
		if s.Files || len(own) == 0 {
			continue
		}
		if ticked := raw[tick(s.Notice)]; s.Notice != "" && len(ticked) > 0 {
			own[tick(s.Notice)] = ticked
		}
		merge(d.Filed, own)
		d.versions[s.ID]++
		if err := d.write(ctx, tx, stageDraft, s.ID, d.Round+1, d.versions[s.ID], own); err != nil {
			return err
		}
		line := journal.Line{Role: role(d.Def, a, d.Dossier), Act: "answer", ActorID: a.AccountID, Detail: journal.Detail{"step": s.ID}}
		if err := journal.Append(ctx, tx, d.key, &d.chain, line); err != nil {
			return err
		}
	}
	return o.settle(ctx, tx, d)
}

func (o *Office) copyPaper(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, p Paper) (blob string, err error) {
	key, err := o.documentKey(ctx, tx.Q, d, o.ruleAt(d, p.Path))
	if err != nil {
		return "", err
	}
	id, blob := newPublicID(), document.NewName()
	sum, err := o.keepBlob(ctx, key, id, blob, bytes.NewReader(p.Content))
	if err != nil {
		return blob, err
	}
	c := &document.Checked{Info: p.Info, Size: int64(len(p.Content))}
	return blob, o.attach(ctx, tx, a, d, id, p.Path, blob, d.Round+1, label{Name: clip(p.Name), SHA256: sum}, c)
}

// AttachChecked is Attach for a file that was checked before.
func (o *Office) AttachChecked(ctx context.Context, a access.Actor, publicID string, p Paper) (err error) {
	defer fault.Wrap(&err, "dossier.AttachChecked %s %s", publicID, p.Path)
	var blob string
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if err := o.mayAttach(ctx, tx.Q, a, d, p.Path); err != nil {
			return err
		}
		blob, err = o.copyPaper(ctx, tx, a, d, p)
		return err
	})
	if err != nil && blob != "" {
		err = errors.Join(err, o.Blobs.Delete(context.WithoutCancel(ctx), blob))
	}
	return err
}
