package dossier

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// provesADay is how often an account may try in a day to prove that it is the applicant's.
const provesADay = 5

// Asked is what somebody at the applicant's address sees before they have proven to be the applicant: that somebody says to act for
// them, and who; nothing of the dossier.
type Asked struct {
	ByLink
	Live   bool
	Proves []*form.Field // what they are asked, to prove it
}

// AskedOf shows it to the account of the applicant's address. NotFound to everybody else, and to who may read the dossier.
func (o *Office) AskedOf(ctx context.Context, a access.Actor, publicID string) (out Asked, err error) {
	defer fault.Wrap(&err, "dossier.AskedOf %s", publicID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return out, err
	}
	if !isAsked(a, d) {
		return out, errNotFound
	}
	m, err := o.mandated(ctx, o.queries(), d)
	if err != nil {
		return out, err
	}
	out = Asked{ByLink{m, newest(o.Catalogue, d.Def).Title}, d.Mandate.Live(o.Store.Now()), nil}
	for _, id := range o.provenBy(d) {
		out.Proves = append(out.Proves, d.Def.Form.Field(id))
	}
	return out, nil
}

// isAsked tells whether the actor is at the applicant's address, and nothing is proven.
func isAsked(a access.Actor, d *Dossier) bool {
	return a.Kind == access.Person && access.Can(a, access.Entrust, d.Dossier, "") && !access.Can(a, access.Read, d.Dossier, "")
}

// Asking is a dossier whose declarant says to act for the owner of an account's address.
type Asking struct {
	PublicID  string
	Procedure text.Words
	At        time.Time
	Ended     bool // nobody acts any more
}

// Asks lists what an account is asked that has not proven to be the applicant's, the newest first.
func (o *Office) Asks(ctx context.Context, a access.Actor) (out []Asking, err error) {
	defer fault.Wrap(&err, "dossier.Asks")
	if a.Kind != access.Person {
		return nil, fault.New(fault.Forbidden, "")
	}
	rows, err := o.queries().MandatesAsking(ctx, a.AccountID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		x := Asking{PublicID: r.PublicID, At: r.ProposedAt, Ended: r.State == string(access.Denied) || r.State == string(access.Revoked) || r.State == string(access.Expired)}
		if p := o.Catalogue.Get(r.Procedure); p != nil {
			x.Procedure = p.Title
		}
		out = append(out, x)
	}
	return out, nil
}

// Prove lets the account of the applicant's address show that the dossier is about its owner, by answering as the dossier does;
// from then on it reads, and may take over. typed holds what was typed, by question; a date has three parts.
// Errors: NotFound; TooMany "mandate.guesses" after a few tries in a day; Conflict "mandate.early" when the dossier does not answer
// yet; Invalid "mandate.unproven".
func (o *Office) Prove(ctx context.Context, a access.Actor, publicID string, typed form.Raw) (err error) {
	defer fault.Wrap(&err, "dossier.Prove %s", publicID)
	var verdict error
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !isAsked(a, d) {
			return errNotFound
		}
		since := tx.Now.Add(-24 * time.Hour)
		_, err = tx.Q.MandateGuess(ctx, sqlc.MandateGuessParams{ID: d.Mandate.ID, At: &tx.Now, Since: &since, Most: provesADay})
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.TooMany, "mandate.guesses")
		}
		if err != nil {
			return err
		}
		if verdict = d.proves(o.provenBy(d), typed, tx.Now); verdict != nil {
			return nil // the try stays counted
		}
		return o.known(ctx, tx, a, d)
	})
	if err != nil {
		return err
	}
	return verdict
}

func (o *Office) known(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier) error {
	if _, err := tx.Q.MandateKnown(ctx, sqlc.MandateKnownParams{ID: d.Mandate.ID, At: &tx.Now, PrincipalID: &a.AccountID}); err != nil {
		return over(err)
	}
	d.Mandate.Known, d.Mandate.PrincipalID = true, a.AccountID
	return o.inscribe(ctx, tx, d, journal.Line{Role: principalRole, Act: actKnown, ActorID: a.AccountID})
}

// provenBy is what the applicant is asked: where a definition was stored before it was asked for, what the newest says, if the
// dossier's own form asks all of it alike. Empty where nothing proves anything.
func (o *Office) provenBy(d *Dossier) []string {
	rules := o.MandateRules(d)
	if rules != nil && len(rules.Proves) > 0 {
		return rules.Proves
	}
	now := newest(o.Catalogue, d.Def)
	if rules == nil || now.Flow.Mandate == nil {
		return nil
	}
	for _, id := range now.Flow.Mandate.Proves {
		if is, was := now.Form.Field(id), d.Def.Form.Field(id); was == nil || was.Kind != is.Kind {
			return nil
		}
	}
	return now.Flow.Mandate.Proves
}

// proves compares what was typed with what the dossier answers, whatever its accents, capitals and order of a date's parts. Where
// nothing is asked nobody is known.
func (d *Dossier) proves(asked []string, typed form.Raw, at time.Time) error {
	if len(asked) == 0 {
		return fault.New(fault.Conflict, "mandate.early")
	}
	said := maps.Clone(d.answers())
	maps.Copy(said, typed)
	is, claimed := d.Journey(nil, at), d.Def.Form.Walk(said, nil, workflow.Day(at))
	for _, id := range asked {
		if sameWords(is, id) == "" {
			return fault.New(fault.Conflict, "mandate.early")
		}
	}
	for _, id := range asked {
		if len(typed[id]) == 0 || sameWords(is, id) != sameWords(claimed, id) {
			return fault.New(fault.Invalid, "mandate.unproven")
		}
	}
	return nil
}

func sameWords(j *form.Journey, path string) string {
	f := j.Field(path)
	if f == nil || !f.Answered() || f.Value == nil {
		return ""
	}
	return strings.Join(fold(fmt.Sprint(f.Value)), "")
}
