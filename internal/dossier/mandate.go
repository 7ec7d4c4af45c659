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
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Acts of the journal that say who may act.
const (
	actProposed  = "mandate_proposed"
	actLapsed    = "mandate_lapsed" // the answers no longer say that somebody acts for another
	actConfirmed = "mandate_confirmed"
	actDenied    = "mandate_denied"
	actRevoked   = "mandate_revoked"
	actRenounced = "mandate_renounced"
	actVerified  = "mandate_verified"
	actRefused   = "mandate_refused"
	actExpired   = "mandate_expired"
	actTaken     = "mandate_taken"
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

// whoActs looks whether the answers say that somebody fills in for another, and keeps what that means: the applicant is told as
// soon as the page that says how to reach them stands, and at the latest when the dossier is sent. It
// costs nothing where no page says so: no question is put to the database.
func (o *Office) whoActs(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, step string, j func() *form.Journey) error {
	rules := d.Def.Flow.Mandate
	if rules == nil || d.StateKind != workflow.Draft || !a.Stands(d.Dossier) {
		return nil
	}
	standing := d.Mandate.ID != 0
	if standing && (d.Mandate.State != access.Proposed || !a.UnderMandate(d.Dossier)) {
		return nil // the applicant, or an agent, has said what is: answers change nothing any more
	}
	tells := step == "" || d.Def.Form.StepOf(rules.Principal.Email).ID == step || d.Def.Form.StepOf(rules.Kind).ID == step
	if !standing && !tells {
		return nil
	}
	walked := j()
	another, err := d.Def.Flow.Mandated(walked.Values())
	switch {
	case err != nil:
		return err
	case !another && standing:
		return o.lapse(ctx, tx, a, d)
	case !another || !tells:
		return nil
	}
	return o.propose(ctx, tx, a, d, step == "", walked)
}

// propose begins a mandate, unless one stands for the same address already. Who has asked too often lately asks nobody: a draft
// goes on without, and cannot be sent.
func (o *Office) propose(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, sends bool, j *form.Journey) error {
	rules := d.Def.Flow.Mandate
	kind := rules.Of(one(j, rules.Kind))
	if kind == nil || form.Blocking(j.Check(d.Def.Form.StepOf(rules.Principal.Email).ID)) {
		return nil
	}
	to := reachedBy(rules.Principal, j, d.Lang)
	index := o.Keys.Mailbox(string(access.Person), to.Email)
	if d.Mandate.ID != 0 {
		row, err := tx.Q.MandateStanding(ctx, d.ID)
		if err != nil {
			return err
		}
		if string(row.PrincipalIndex) == string(index) {
			return o.rekind(ctx, tx, d, row, kind)
		}
		if err := o.lapse(ctx, tx, a, d); err != nil {
			return err
		}
	}
	often, err := o.asksOften(ctx, tx, a, d, index)
	if err != nil || often && !sends {
		return err
	}
	if often {
		return fault.New(fault.TooMany, "mandate.many")
	}
	own := one(j, rules.Own)
	return o.beginMandate(ctx, tx, a, d, kind, to, index, own != "" && string(o.Keys.Mailbox(string(access.Person), own)) == string(index))
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

// rekind follows the answer that says by what right somebody acts, as long as nobody has said yes.
func (o *Office) rekind(ctx context.Context, tx *store.Tx, d *Dossier, row sqlc.Mandate, kind *workflow.MandateKind) error {
	if row.Kind == kind.ID {
		return nil
	}
	d.Mandate.Scope, d.Mandate.Ends = kind.Scope, workflow.Add(row.StartsAt, kind.Longer)
	return tx.Q.MandateRekind(ctx, sqlc.MandateRekindParams{ID: row.ID, Kind: kind.ID, Scope: kind.Scope, EndsAt: d.Mandate.Ends})
}

// lapse ends a mandate that its own holder no longer claims, before anybody has said yes to it: the draft is theirs as before.
func (o *Office) lapse(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier) error {
	if err := tx.Q.MandateLapse(ctx, sqlc.MandateLapseParams{ID: d.Mandate.ID, At: &tx.Now}); err != nil {
		return err
	}
	if err := tx.Q.MandateLinksEnd(ctx, d.Mandate.ID); err != nil {
		return err
	}
	line := journal.Line{Role: underMandate, Act: actLapsed, ActorID: a.AccountID}
	d.Mandate = access.Mandate{}
	return o.touch(ctx, tx, d, line)
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

// linkLife is how long a link to say yes or no works; the account of that address can do so as long as the mandate lasts.
const linkLife = 30 * 24 * time.Hour

// Mandated is a mandate as its pages show it.
type Mandated struct {
	Kind                string // as its definition names it
	Holder              string // how who acts names themself; "" where that may not be shown yet
	FirmID, HolderID    int64
	State               access.MandateState
	Scope               []string
	Starts, Ends        time.Time
	Confirmed, Verified *time.Time
	Ended               *time.Time
	EndedBy             string // holder | principal | agent | clock
	SameAddress         bool
	Proof               string // public id of the document that proves it, as it stands
	ProofKept           string // the one an agent has read, or that stood when the dossier was sent
	ProofSame           bool   // the file is still that one
	ByLink              bool   // the yes came by a link to the address the answers give, from nobody who had signed in
	Taken               bool   // the dossier is in the applicant's own hands
	HasAccount          bool   // the applicant has one
}

// errNoMandate hides whether a link was used, replaced, is too old or never was.
var errNoMandate = fault.New(fault.NotFound, "")
