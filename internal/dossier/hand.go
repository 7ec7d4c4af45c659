package dossier

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// hand turns what the person wrote into what is filed: a draft when it leaves, corrections when they are sent.
//
// A dossier that goes on without an answer takes back what was asked; hand returns the blobs of what was prepared for it.
func (o *Office) hand(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, dec workflow.Decision, j *form.Journey, accepted []string) (blobs []string, err error) {
	switch {
	case d.StateKind == "draft" && (dec.ToKind == "open" || dec.ToKind == "waiting"):
		for _, n := range d.Def.Flow.NoticesAt("review") {
			if !slices.Contains(accepted, n.ID) {
				continue
			}
			if err := o.consent(ctx, tx, d, a, n, "review", d.Lang); err != nil {
				return nil, err
			}
		}
		return nil, o.file(ctx, tx, a, d, j)
	case d.StateKind == "waiting" && slices.Contains(dec.Move.Needs, "answered"):
		return nil, o.complete(ctx, tx, d, j)
	case d.StateKind == "waiting" && dec.ToKind != "waiting":
		return o.takeBack(ctx, tx, d)
	}
	return nil, nil
}

// file keeps the relevant answers, in canonical form, as the first filing; what was typed on skipped pages goes with the draft.
func (o *Office) file(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, j *form.Journey) error {
	d.Round = 1
	at := tx.Now
	d.SubmittedAt = &at
	relevant := without(j.Relevant(), d.Documents)
	for _, s := range j.Steps() {
		if !s.Relevant || s.Step.Files {
			continue
		}
		if err := o.tell(ctx, tx, a, d, s.Step); err != nil {
			return err
		}
		if err := d.write(ctx, tx, stageFiled, s.Step.ID, d.Round, 1, d.Def.Form.Own(s.Step.ID, relevant)); err != nil {
			return err
		}
	}
	if err := tx.Q.AnswerDeleteStage(ctx, sqlc.AnswerDeleteStageParams{DossierID: d.ID, Stage: stageDraft}); err != nil {
		return err
	}
	d.Filed = relevant
	d.speak(j)
	if err := o.number(ctx, tx, d); err != nil {
		return err
	}
	if err := o.openDeadline(ctx, tx, d, j); err != nil {
		return err
	}
	return o.index(ctx, tx, d)
}

// tell records that the person said they would inform those they name on this step (RP-179).
func (o *Office) tell(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, s *form.Step) error {
	n := d.Def.Flow.Notice(s.Notice)
	if n == nil || len(d.Filed[tick(s.Notice)]) == 0 {
		return nil
	}
	return o.consent(ctx, tx, d, a, n, s.ID, d.Lang)
}

// speak takes the language that the person chose for their messages (RP-032).
func (d *Dossier) speak(j *form.Journey) {
	if lang, ok := j.Value(d.Def.Flow.Language).(string); ok && slices.Contains(text.Langs, text.Lang(lang)) {
		d.Lang = text.Lang(lang)
	}
}

// number gives the dossier the reference people use: prefix, year, and a number nobody can count dossiers by.
func (o *Office) number(ctx context.Context, tx *store.Tx, d *Dossier) error {
	for range 20 {
		n := randomNumber()
		ref := fmt.Sprintf("%s-%d-%s", d.Def.Flow.Prefix, tx.Now.Year(), n)
		_, err := tx.Q.DossierPublicIDByReference(ctx, &ref)
		if fault.Of(err) == fault.NotFound {
			d.Reference = ref
			return nil
		}
		if err != nil {
			return err
		}
	}
	return fault.New(fault.Unavailable, "")
}

// complete merges the corrections into a new filing of the steps they touch; replaced documents stay, superseded.
func (o *Office) complete(ctx context.Context, tx *store.Tx, d *Dossier, j *form.Journey) error {
	if err := tx.Q.AskedItemsAnswered(ctx, sqlc.AskedItemsAnsweredParams{DossierID: d.ID, Round: int32(d.Round), At: &tx.Now}); err != nil {
		return err
	}
	if err := o.refile(ctx, tx, d, j); err != nil {
		return err
	}
	if err := tx.Q.AnswerDeleteStage(ctx, sqlc.AnswerDeleteStageParams{DossierID: d.ID, Stage: stageCorrection}); err != nil {
		return err
	}
	d.Correction = form.Raw{}
	return o.supersede(ctx, tx, d)
}

// refile files anew the steps whose answers have changed.
func (o *Office) refile(ctx context.Context, tx *store.Tx, d *Dossier, j *form.Journey) error {
	if err := o.settleDeadline(ctx, tx, d, j); err != nil {
		return err
	}
	d.Round++
	relevant := without(j.Relevant(), d.Documents)
	for _, s := range j.Steps() {
		now := d.Def.Form.Own(s.Step.ID, relevant)
		if s.Step.Files || d.filed[s.Step.ID].raw.Equal(now) {
			continue
		}
		if err := d.write(ctx, tx, stageFiled, s.Step.ID, d.Round, 1, now); err != nil {
			return err
		}
	}
	d.Filed = relevant
	d.speak(j)
	return o.index(ctx, tx, d)
}

// takeBack ends a request that was not answered: what its person has prepared and not sent was never handed in.
func (o *Office) takeBack(ctx context.Context, tx *store.Tx, d *Dossier) (blobs []string, err error) {
	if err := tx.Q.AnswerDeleteStage(ctx, sqlc.AnswerDeleteStageParams{DossierID: d.ID, Stage: stageCorrection}); err != nil {
		return nil, err
	}
	d.Correction = form.Raw{}
	d.Documents = slices.DeleteFunc(d.Documents, func(x Attached) bool { return x.Round > d.Round })
	return tx.Q.DocumentsDrop(ctx, sqlc.DocumentsDropParams{DossierID: d.ID, Round: int32(d.Round + 1)})
}

func (o *Office) supersede(ctx context.Context, tx *store.Tx, d *Dossier) error {
	paths := []string{}
	for _, x := range d.Documents {
		if x.Round == d.Round && !slices.Contains(paths, x.Path) {
			paths = append(paths, x.Path)
		}
	}
	return tx.Q.DocumentSupersede(ctx, sqlc.DocumentSupersedeParams{DossierID: d.ID, Paths: paths, Round: int32(d.Round)})
}

// filledIn binds and checks the agent fields of a move; nothing is kept yet.
func (d *Dossier) filledIn(m *workflow.Move, act Act, now time.Time) (form.Raw, error) {
	posted, files := url.Values{}, d.proofsOf(m)
	typed := slices.DeleteFunc(slices.Clone(m.Form.Fields), func(id string) bool { return slices.Contains(files, id) })
	for _, id := range typed {
		posted.Add(form.ShownName, id)
	}
	for name, v := range act.Fields {
		posted[name] = v
	}
	next, err := d.Def.Form.Bind(form.AgentStep, posted, d.Agent)
	if err != nil {
		return nil, err
	}
	for path := range act.Fields {
		if !within(typed, path) {
			return nil, fault.New(fault.Invalid, "form.unknown_field")
		}
	}
	for id, option := range m.Set {
		next[id] = []string{option}
	}
	j := d.Def.Form.Walk(with(d.Answers(), next), d.facts(act.Facts), workflow.Day(now))
	names := append(d.setDay(m, act.Until, now), m.Form.Missing(func(f string) bool {
		return len(d.Unused(f)) > 0 && slices.Contains(files, f) || len(next[f]) > 0 && strings.TrimSpace(next[f][0]) != ""
	}, act.Reason, len(act.Picks))...)
	if len(m.Form.Asks) > 0 && !asksFor(m, act.Picks) {
		names = append(names, "items")
	}
	problems := append(j.CheckAgent(typed, m.Form.Required), d.extend(m, j)...)
	fails, err := d.Def.Flow.Fails(m, j.Values())
	if err != nil {
		return nil, err
	}
	for _, k := range fails {
		problems = append(problems, form.Problem{Path: k.Field, Message: k.Message})
	}
	if len(names) > 0 || form.Blocking(problems) {
		return nil, fault.From(fault.Invalid, "move.missing", &Missing{names, problems})
	}
	return next, nil
}

// asksFor tells whether the picks are what the move asks for, each with a word on it.
func asksFor(m *workflow.Move, picks []Pick) bool {
	return len(picks) == len(m.Form.Asks) && !slices.ContainsFunc(picks, func(p Pick) bool {
		return !slices.Contains(m.Form.Asks, p.Path) || strings.TrimSpace(p.Word) == ""
	})
}

func (o *Office) keepAgent(ctx context.Context, tx *store.Tx, d *Dossier, next form.Raw) error {
	if d.Agent.Equal(next) {
		return nil
	}
	d.Agent = next
	d.versions[form.AgentStep]++
	return d.write(ctx, tx, stageAgent, form.AgentStep, 0, d.versions[form.AgentStep], next)
}

func within(fields []string, path string) bool {
	for _, f := range fields {
		if covers(f, path) {
			return true
		}
	}
	return false
}

func with(raw, more form.Raw) form.Raw {
	merge(raw, more)
	return raw
}
