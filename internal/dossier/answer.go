package dossier

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Save is a page of answers as posted.
type Save struct {
	Step    string
	Version int // of the step as it stood when the page was made
	Posted  url.Values
	Typing  bool // saved as the person types: stored, but no act of its own for the journal
}

// Saved is what a save led to. What is wrong with the answers, which are kept all the same, the dossier's journey tells.
type Saved struct {
	Dossier *Dossier
	Version int
}

// Stale is the cause of a Conflict: somebody saved this step since the page was made. It carries both values.
type Stale struct {
	Theirs form.Raw // as stored
	Mine   form.Raw // as posted
	Saved  Saved
}

func (*Stale) Error() string { return "the step was saved elsewhere since" }

// Answer keeps a page of answers, valid or not.
//
// A stale version whose values equal the stored ones is a success, so the Back button gives no false conflict; otherwise
// the error is a Conflict caused by *Stale. On a dossier that waits for its person only what was asked may change: anything
// else is Forbidden "dossier.frozen" (RP-014).
func (o *Office) Answer(ctx context.Context, a access.Actor, publicID string, s Save) (out Saved, err error) {
	defer fault.Wrap(&err, "dossier.Answer %s %s", publicID, s.Step)
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !access.Can(a, access.Own, d.Dossier, "") {
			return fault.New(fault.NotFound, "")
		}
		if out, err = o.answer(ctx, tx, a, d, s); err != nil || s.Typing {
			return err
		}
		return o.whoActs(ctx, tx, a, d, s.Step, func() *form.Journey { return d.Journey(nil, tx.Now) })
	})
	return out, err
}

func (o *Office) answer(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, s Save) (Saved, error) {
	step := d.Def.Form.Step(s.Step)
	stage := d.stage()
	if step == nil || step.Files {
		return Saved{}, fault.New(fault.NotFound, "")
	}
	if stage == "" {
		return Saved{}, fault.New(fault.Conflict, "dossier.not_open")
	}
	old := d.own(step, d.typed())
	next, err := bind(d, step, s.Posted, old)
	if err != nil {
		return Saved{}, err
	}
	if s.Version != d.versions[s.Step] && !old.Equal(next) {
		return Saved{}, fault.From(fault.Conflict, "dossier.stale", &Stale{Theirs: old, Mine: next, Saved: d.saved(s)})
	}
	if old.Equal(next) && d.versions[s.Step] > 0 {
		return d.saved(s), o.seen(ctx, tx, a, d, s)
	}
	page, err := o.keep(ctx, tx, d, step, stage, old, next)
	if err != nil {
		return Saved{}, err
	}
	return d.saved(s), o.record(ctx, tx, a, d, s, page)
}

// seen notes a save that changed nothing.
func (o *Office) seen(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, s Save) error {
	if s.Typing {
		return o.settle(ctx, tx, d)
	}
	return o.touch(ctx, tx, d, saving(a, d, s))
}

// record stores a page of answers with its line of the journal, in one statement: saves are what a busy hour is made of.
func (o *Office) record(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, s Save, page sqlc.AnswerUpsertParams) error {
	if s.Typing {
		if err := tx.Q.AnswerUpsert(ctx, page); err != nil {
			return err
		}
		return o.settle(ctx, tx, d)
	}
	line, err := journal.Next(tx.Now, d.key, &d.chain, saving(a, d, s))
	if err != nil {
		return err
	}
	return tx.Q.AnswerSave(ctx, sqlc.AnswerSaveParams{
		DossierID: page.DossierID, Stage: page.Stage, Step: page.Step, Round: page.Round, Version: page.Version, Sealed: page.Sealed,
		At: tx.Now, Lang: string(d.Lang), Seq: line.Seq, Role: line.Role, Act: line.Act, Commitment: line.Commitment,
		Prev: line.Prev, Hash: line.Hash, ActorID: line.ActorID, Salt: line.Salt, Detail: line.Sealed,
	})
}

// saving is the line that a save leaves in the journal.
func saving(a access.Actor, d *Dossier, s Save) journal.Line {
	return journal.Line{Role: role(d.Def, a, d.Dossier), Act: "answer", ActorID: a.AccountID, Detail: journal.Detail{"step": s.Step}}
}

// bind reads the posted page, and the tick that says the persons named will be told (RP-042, RP-179).
func bind(d *Dossier, step *form.Step, posted url.Values, old form.Raw) (form.Raw, error) {
	ticked := posted[tick(step.Notice)]
	posted = except(posted, tick(step.Notice))
	next, err := d.Def.Form.Bind(step.ID, posted, old)
	if err != nil {
		return nil, err
	}
	if step.Notice != "" && d.stage() == stageDraft {
		if len(ticked) > 0 && ticked[0] == "yes" {
			next[tick(step.Notice)] = []string{"yes"}
		} else {
			delete(next, tick(step.Notice))
		}
	}
	return next, nil
}

// tick is the path under which a step's notice is acknowledged.
func tick(notice string) string { return "notice." + notice }

// keep takes over the step's new answers, and gives the page of their stage that is to be stored.
func (o *Office) keep(ctx context.Context, tx *store.Tx, d *Dossier, step *form.Step, stage string, old, next form.Raw) (page sqlc.AnswerUpsertParams, err error) {
	if stage == stageCorrection {
		asked, err := o.askedNow(ctx, tx.Q, d)
		if err != nil {
			return page, err
		}
		changed := form.Diff(old, next)
		for _, c := range changed {
			if !slices.ContainsFunc(asked, func(i AskedItem) bool { return covers(i.Path, c.Path) }) {
				return page, fault.New(fault.Forbidden, "dossier.frozen")
			}
		}
		next = only(next, asked)
		merge(d.Correction, next)
	} else {
		replace(d, old, next)
	}
	d.versions[step.ID]++
	return d.page(tx, stage, step.ID, d.Round+1, d.versions[step.ID], next)
}

func (d *Dossier) saved(s Save) Saved { return Saved{Dossier: d, Version: d.versions[s.Step]} }

// replace puts a draft's new answers of a step in place of all it had.
func replace(d *Dossier, old, next form.Raw) {
	for path := range old {
		delete(d.Filed, path)
	}
	merge(d.Filed, next)
}

// covers tells whether an asked item opens a path: itself, or for a group all its rows.
func covers(item, path string) bool { return path == item || strings.HasPrefix(path, item+".") }

func only(raw form.Raw, asked []AskedItem) form.Raw {
	out := form.Raw{}
	for path, v := range raw {
		if slices.ContainsFunc(asked, func(i AskedItem) bool { return covers(i.Path, path) }) {
			out[path] = v
		}
	}
	return out
}

// typed are the answers without the documents, to be read alone.
func (d *Dossier) typed() form.Raw {
	if len(d.Documents) == 0 {
		return d.answers()
	}
	return without(d.Answers(), d.Documents)
}

func without(raw form.Raw, docs []Attached) form.Raw {
	for _, a := range docs {
		delete(raw, a.Path)
	}
	return raw
}

func except(v url.Values, name string) url.Values {
	if _, there := v[name]; !there {
		return v
	}
	out := make(url.Values, len(v))
	for k, x := range v {
		if k != name {
			out[k] = x
		}
	}
	return out
}
