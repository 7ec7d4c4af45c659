package dossier

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// MandateLapsed is the act of the journal by which the answers no longer say that somebody acts for another.
const MandateLapsed = "mandate_lapsed"

// Acts of the journal that say who may act.
const (
	actProposed  = "mandate_proposed"
	actLapsed    = MandateLapsed
	actConfirmed = "mandate_confirmed"
	actDenied    = "mandate_denied"
	actRevoked   = "mandate_revoked"
	actRenounced = "mandate_renounced"
	actVerified  = "mandate_verified"
	actRefused   = "mandate_refused"
	actExpired   = "mandate_expired"
	actTaken     = "mandate_taken"
	actWrong     = "mandate_wrong" // the address is somebody else's
	actMoved     = "mandate_moved" // the applicant's address was corrected
	actKnown     = "mandate_known" // the applicant proved that it is them
	actRenewed   = "mandate_renewed"
)

// principalRole stands in the journal for the applicant somebody acts for, whoever has an account.
const principalRole = "principal"

// reached is how the applicant is told, on their own channel.
type reached struct {
	Email   string `json:"email"`
	Number  string `json:"number"`  // "" = none that takes an SMS
	Channel string `json:"channel"` // email, sms or both
	Lang    string `json:"lang"`
}

// MandateRules are what the definition in force says of acting for another, as rights come from the newest (design, decision 3): also
// of a dossier begun before it said so, where it asks the same questions. nil where nobody acts for anybody.
func (o *Office) MandateRules(d *Dossier) *workflow.Mandate { return o.mandating(d).Flow.Mandate }

// mandating is the definition whose rules of mandates count.
func (o *Office) mandating(d *Dossier) *procedure.Procedure {
	now := newest(o.Catalogue, d.Def)
	if now == d.Def || now.Flow.Mandate == nil {
		return d.Def
	}
	for _, id := range now.Flow.Mandate.Questions() {
		is, was := now.Form.Field(id), d.Def.Form.Field(id)
		if was == nil || is.Kind != was.Kind {
			return d.Def
		}
	}
	return now
}

// whoActs looks whether the answers say that somebody fills in for another, and keeps what that means: the applicant is told as
// soon as the page that says how to reach them stands, and at the latest when the dossier is sent. It
// costs nothing where no page says so: no question is put to the database.
func (o *Office) whoActs(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, step string, j func() *form.Journey) error {
	p := o.mandating(d)
	rules := p.Flow.Mandate
	if rules == nil || d.StateKind != workflow.Draft || !a.Stands(d.Dossier) {
		return nil
	}
	sends, standing := step == "", d.Mandate.ID != 0
	if standing && !a.UnderMandate(d.Dossier) {
		return nil // the applicant's own hands
	}
	tells := sends || d.Def.Form.StepOf(rules.Principal.Email).ID == step || d.Def.Form.StepOf(rules.Kind).ID == step
	if !standing && !tells {
		return nil
	}
	walked := j()
	if p != d.Def {
		walked = p.Form.Walk(d.answers(), nil, workflow.Day(tx.Now))
	}
	another, err := p.Flow.Mandated(walked.Values())
	switch {
	case err != nil:
		return err
	case standing && (d.Mandate.State != access.Proposed || d.Mandate.Known):
		if sends && !another {
			return fault.New(fault.Conflict, "mandate.stands")
		}
		return nil // the applicant, or an agent, has said what is: answers change nothing any more
	case !another && standing:
		return o.lapse(ctx, tx, a, d)
	case !another || !tells:
		return nil
	}
	return o.propose(ctx, tx, a, d, sends, p, walked)
}

// propose begins a mandate, unless one stands for the same address already. Who has asked too often lately asks nobody: a draft
// goes on without, and cannot be sent.
func (o *Office) propose(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, sends bool, p *procedure.Procedure, j *form.Journey) error {
	rules := p.Flow.Mandate
	kind := rules.Of(one(j, rules.Kind))
	if kind == nil || form.Blocking(j.Check(p.Form.StepOf(rules.Principal.Email).ID)) {
		return nil
	}
	to := reachedBy(rules.Principal, j, d.Lang)
	index := o.mailbox(to.Email)
	if d.Mandate.ID != 0 {
		row, err := tx.Q.MandateStanding(ctx, d.ID)
		if err != nil {
			return err
		}
		if string(row.PrincipalIndex) == string(index) {
			return o.keepUp(ctx, tx, d, row, kind, to, sends)
		}
		if err := o.lapse(ctx, tx, a, d); err != nil {
			return err
		}
	}
	often, err := o.asksOften(ctx, tx, a, d, index)
	if err != nil || often != nil && !sends {
		return err
	}
	if often != nil {
		return often
	}
	return o.beginMandate(ctx, tx, a, d, kind, to, index, o.isOwn(rules, j, index))
}

func (o *Office) mailbox(email string) []byte {
	return o.Keys.Mailbox(string(access.Person), email)
}

// isOwn tells whether an address is the one that who fills in gives as their own.
func (o *Office) isOwn(rules *workflow.Mandate, j *form.Journey, index []byte) bool {
	own := one(j, rules.Own)
	return own != "" && string(o.mailbox(own)) == string(index)
}

// beginMandate writes the row of a new mandate and tells the applicant.
func (o *Office) beginMandate(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, kind *workflow.MandateKind, to reached, index []byte, own bool) error {
	id := newPublicID()
	sealed, err := d.sealReached(id, to)
	if err != nil {
		return err
	}
	row, err := tx.Q.MandateInsert(ctx, sqlc.MandateInsertParams{
		PublicID: id, DossierID: d.ID, Procedure: d.Procedure, HolderID: a.AccountID, Firm: kind.Firm, PrincipalIndex: index, Own: own,
		Kind: kind.ID, Scope: kind.Scope, At: tx.Now, EndsAt: workflow.Add(tx.Now, kind.Longer), Sealed: sealed,
	})
	if err != nil {
		return err
	}
	d.Mandate = access.Mandate{
		ID: row.ID, HolderID: a.AccountID, State: access.Proposed, Scope: row.Scope, Starts: row.StartsAt, Ends: row.EndsAt, FirmID: deref(row.FirmID),
		Members: []int64{a.AccountID},
	}
	if err := o.touch(ctx, tx, d, journal.Line{Role: underMandate, Act: actProposed, ActorID: a.AccountID, Detail: journal.Detail{"mandate": kind.ID}}); err != nil {
		return err
	}
	if row.SameAddress {
		return nil // nobody else can be asked there: an agent reads the proof
	}
	return tellReached(ctx, tx, d, to, mandateProposed)
}

// keepUp keeps what the answers now say of a mandate that nobody has said yes to: by what right, which number, channel and
// language. A new way of being told is used, a few times in all.
func (o *Office) keepUp(ctx context.Context, tx *store.Tx, d *Dossier, row sqlc.Mandate, kind *workflow.MandateKind, to reached, sends bool) error {
	if sends && d.Mandate.Wrong {
		return fault.New(fault.Conflict, "mandate.wrong")
	}
	if row.Kind != kind.ID {
		d.Mandate.Scope, d.Mandate.Ends = kind.Scope, workflow.Add(row.StartsAt, kind.Longer)
		if err := tx.Q.MandateRekind(ctx, sqlc.MandateRekindParams{ID: row.ID, Kind: kind.ID, Scope: kind.Scope, EndsAt: d.Mandate.Ends, Firm: kind.Firm}); err != nil {
			return err
		}
	}
	was, err := d.openReached(row)
	if err != nil || was == to {
		return err
	}
	sealed, err := d.sealReached(row.PublicID, to)
	if err != nil {
		return err
	}
	if err := tx.Q.MandateReseal(ctx, sqlc.MandateResealParams{ID: row.ID, Sealed: sealed}); err != nil {
		return err
	}
	if row.SameAddress || d.Mandate.Wrong || was.Number == to.Number && was.Channel == to.Channel {
		return nil
	}
	return tellAnew(ctx, tx, d, row.ID, to)
}

// mostTold is how many times an applicant is told of one mandate before they have answered.
const mostTold = 4

func tellAnew(ctx context.Context, tx *store.Tx, d *Dossier, id int64, to reached) error {
	if _, err := tx.Q.MandateTold(ctx, sqlc.MandateToldParams{ID: id, Most: mostTold}); err != nil {
		if fault.Of(err) == fault.NotFound {
			return nil
		}
		return err
	}
	return tellReached(ctx, tx, d, to, mandateProposed)
}

// lapse ends a mandate that its own holder no longer claims, before anybody has said yes to it: the draft is theirs as before, and
// who had been told is told of that.
func (o *Office) lapse(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier) error {
	if err := o.drop(ctx, tx, d, "holder"); err != nil {
		return err
	}
	line := journal.Line{Role: underMandate, Act: actLapsed, ActorID: a.AccountID}
	d.Mandate = access.Mandate{}
	return o.touch(ctx, tx, d, line)
}

// drop takes the mandate that stands away and says so to the address that was told; not where its reader, of whom nobody knows who
// they are, has already said that they have no part in it.
func (o *Office) drop(ctx context.Context, tx *store.Tx, d *Dossier, by string) error {
	row, err := tx.Q.MandateStanding(ctx, d.ID)
	if err != nil {
		return err
	}
	if err := tx.Q.MandateLapse(ctx, sqlc.MandateLapseParams{ID: row.ID, At: &tx.Now, By: by, Wrong: saidNo(row)}); err != nil {
		return err
	}
	if err := tx.Q.MandateLinksEnd(ctx, row.ID); err != nil || row.SameAddress || row.WrongAt != nil || saidNo(row) {
		return err
	}
	_, err = notify.Queue(ctx, tx, notify.Mail{DossierID: d.ID, Template: mandateDropped + "." + strconv.FormatInt(row.ID, 10), Via: notify.Email})
	return err
}

// reachedBy is how the answers say the applicant is reached.
func reachedBy(p workflow.Reached, j *form.Journey, lang text.Lang) reached {
	to := reached{Email: one(j, p.Email), Number: one(j, p.Phone), Channel: one(j, p.Channel), Lang: one(j, p.Language)}
	if to.Lang == "" {
		to.Lang = string(lang)
	}
	if !strings.HasPrefix(to.Number, "+") || to.Channel == "" {
		to.Channel = "email"
	}
	return to
}

// one is the canonical answer of a question outside groups, "" when there is none.
func one(j *form.Journey, path string) string {
	if path == "" {
		return ""
	}
	if v := j.Relevant()[path]; len(v) == 1 {
		return v[0]
	}
	return ""
}

func (d *Dossier) reachedAD(id string) []string {
	return []string{"mandate", strconv.FormatInt(d.ID, 10), id}
}

func (d *Dossier) sealReached(id string, to reached) ([]byte, error) {
	plain, err := json.Marshal(to)
	if err != nil {
		return nil, err
	}
	return d.key.Seal(plain, d.reachedAD(id)...)
}

func (d *Dossier) openReached(row sqlc.Mandate) (to reached, err error) {
	plain, err := d.key.Open(row.Sealed, d.reachedAD(row.PublicID)...)
	if err != nil {
		return to, err
	}
	return to, json.Unmarshal(plain, &to)
}

// tellReached queues a message to the applicant's own address and number, whoever has an account. About a mandate there is always
// a mail: the number is the declarant's word alone.
func tellReached(ctx context.Context, tx *store.Tx, d *Dossier, to reached, template string) error {
	for channel, via := range map[string]notify.Via{"email": notify.Email, "sms": notify.SMS} {
		asked := via == notify.Email && strings.HasPrefix(template, MandatePrefix+".")
		if to.Channel != channel && to.Channel != "both" && !asked {
			continue
		}
		if _, err := notify.Queue(ctx, tx, notify.Mail{DossierID: d.ID, Template: template, Via: via}); err != nil {
			return err
		}
	}
	return nil
}

// newToken is a one-time link's secret, and the hash under which alone it is known.
func newToken() (token string, hash []byte) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, hashOf(token)
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// linkLife is how long a link to say yes or no works; the account of that address can do so as long as the mandate lasts, and a
// link to end what was confirmed works as long.
const linkLife = 30 * 24 * time.Hour
