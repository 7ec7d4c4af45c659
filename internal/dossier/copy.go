package dossier

import (
	"context"
	"slices"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/store"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Copies are the ways in which the person of a dossier that was sent can begin another one from it, by the definition in force. Who
// acts for somebody has none: the answers are not theirs to take along.
func (o *Office) Copies(a access.Actor, d *Dossier) []*workflow.Copy {
	p := newest(o.Catalogue, d.Def)
	if a.Kind != access.Person || a.AccountID == 0 || a.AccountID != d.OwnerID || d.Mandate.ID != 0 || d.StateKind == workflow.Draft || !access.Can(a, access.Read, d.Dossier, "") {
		return nil
	}
	answers := p.Form.Walk(filedOnly(d), nil, workflow.Day(o.Store.Now())).Values()
	var out []*workflow.Copy
	for _, x := range p.Flow.Copies {
		if p.Flow.Copyable(x, answers) {
			out = append(out, x)
		}
	}
	return out
}

// filedOnly are the answers as they were last sent.
func filedOnly(d *Dossier) form.Raw {
	raw := make(form.Raw, len(d.Filed))
	merge(raw, d.Filed)
	return raw
}

// StartCopy opens a draft for somebody else of the household with the answers that the definition lets come along. It is a dossier of its own:
// keys, journal, person and decision are apart, and nothing in either leads to the other. Errors: NotFound, Invalid
// "consent.missing" as of Start.
func (o *Office) StartCopy(ctx context.Context, a access.Actor, publicID, copyID string, accepted []string, lang text.Lang) (started string, err error) {
	defer fault.Wrap(&err, "dossier.StartCopy %s %s", publicID, copyID)
	from, err := o.Open(ctx, a, publicID)
	if err != nil {
		return "", err
	}
	ways := o.Copies(a, from)
	i := slices.IndexFunc(ways, func(x *workflow.Copy) bool { return x.ID == copyID })
	if i < 0 {
		return "", errNotFound
	}
	p := newest(o.Catalogue, from.Def)
	for _, n := range EntryNotices(p) {
		if n.Ack == "required" && !slices.Contains(accepted, n.ID) {
			return "", fault.New(fault.Invalid, "consent.missing")
		}
	}
	answers := form.Raw{}
	for _, step := range ways[i].Steps {
		merge(answers, p.Form.Own(step, from.Filed))
	}
	for path, v := range ways[i].Set {
		answers[path] = []string{v}
	}
	started = newPublicID()
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := o.start(ctx, tx, a, p, started, lang); err != nil {
			return err
		}
		d, err := o.lock(ctx, tx, started)
		if err != nil {
			return err
		}
		return o.copyAnswers(ctx, tx, a, d, answers)
	})
	if err != nil {
		return "", err
	}
	return started, nil
}
