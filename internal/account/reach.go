package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Reach is how a person is reached beside e-mail.
type Reach struct {
	Number  string // proven, as +377…; "" = none
	Claimed string // not yet proven
	Channel string // chosen here: email, sms or both; "" = nothing was, and what each dossier says counts
}

// Of a code that proves a number: how long it may wait to be sent, how long it is good, how often it may be tried, how many are sent in an hour and a day.
const (
	codeWait    = 30 * time.Minute
	codeLife    = 10 * time.Minute // ASVS 6.5.5
	codeTries   = 5
	codesHourly = 3
	codesDaily  = 6
)

// Reach reads how a person is reached.
func (d *Desk) Reach(ctx context.Context, id int64) (r Reach, err error) {
	defer fault.Wrap(&err, "account.Reach %d", id)
	row, err := d.Store.Q().ReachOf(ctx, id)
	if err != nil {
		return r, err
	}
	if row.Channel != nil {
		r.Channel = *row.Channel
	}
	if r.Claimed, err = d.openNumber(row, row.Claimed); err != nil || row.ProvenAt == nil {
		return r, err
	}
	r.Number, err = d.openNumber(row, row.Sealed)
	return r, err
}

// numberBinding says whose a sealed number is: it opens under no other account.
func numberBinding(kind string, index []byte) []string {
	return []string{"number", kind, hex.EncodeToString(index)}
}

func (d *Desk) numberKey(row sqlc.ReachOfRow) (seal.Key, []string, error) {
	key, err := d.Keys.Unwrap(row.WrappedKey, row.WrappedBy)
	return key, numberBinding(row.Kind, row.EmailIndex), err
}

func (d *Desk) openNumber(row sqlc.ReachOfRow, sealed []byte) (string, error) {
	if sealed == nil {
		return "", nil
	}
	key, binding, err := d.numberKey(row)
	if err != nil {
		return "", err
	}
	plain, err := key.Open(sealed, binding...)
	return string(plain), err
}

// ClaimNumber keeps a number that is to be proven and sends it a code; the number proven before serves until then.
// A number that is wrong, or no mobile's, and a person who has had enough codes get a Problem.
func (d *Desk) ClaimNumber(ctx context.Context, id int64, typed string) (_ *Problem, err error) {
	defer fault.Wrap(&err, "account.ClaimNumber %d", id)
	number, wrong := cleanNumber(typed)
	if wrong != nil {
		return wrong, nil
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Q.AccountForUpdate(ctx, id); err != nil { // codes asked for at once are counted one by one
			return err
		}
		if many, err := often(ctx, tx, id, mailCode, codesHourly, codesDaily); err != nil || many {
			wrong = problem("number", "account.problem.number_often")
			return err
		}
		row, err := tx.Q.ReachOf(ctx, id)
		if err != nil {
			return err
		}
		key, binding, err := d.numberKey(row)
		if err != nil {
			return err
		}
		sealed, err := key.Seal([]byte(number), binding...)
		if err != nil {
			return err
		}
		if err := tx.Q.ReachClaim(ctx, sqlc.ReachClaimParams{AccountID: id, Claimed: sealed, Now: &tx.Now}); err != nil {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{AccountID: id, Template: mailCode, Via: notify.SMS})
		return err
	})
	return wrong, err
}

// often tells whether somebody has had us send enough to a telephone or a mailbox that may not be theirs.
func often(ctx context.Context, tx *store.Tx, id int64, template string, hourly, daily int32) (bool, error) {
	for _, bound := range []struct {
		since time.Duration
		most  int32
	}{{time.Hour, hourly}, {24 * time.Hour, daily}} {
		n, err := tx.Q.MailCount(ctx, sqlc.MailCountParams{AccountID: &id, Template: template, Since: tx.Now.Add(-bound.since)})
		if err != nil || n >= bound.most {
			return err == nil, err
		}
	}
	return false, nil
}

// mintCode makes the code as its SMS leaves, so it lies nowhere in between; only its keyed index is kept. It proves the number
// it went to and no other.
func (d *Desk) mintCode(ctx context.Context, id int64, number string) (code string, err error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	code = fmt.Sprintf("%06d", n)
	return code, d.Store.InTx(ctx, func(tx *store.Tx) error {
		until := tx.Now.Add(codeLife)
		return tx.Q.ReachCode(ctx, sqlc.ReachCodeParams{AccountID: id, Code: d.codeIndex(id, number, code), Until: &until})
	})
}

func (d *Desk) codeIndex(id int64, number, code string) []byte {
	return d.Keys.Index("account/number", strconv.FormatInt(id, 10)+" "+number+" "+code)
}

// ProveNumber takes the code that came to the number. A wrong one, one that is too old and one that was tried too often get
// the same Problem.
func (d *Desk) ProveNumber(ctx context.Context, id int64, typed string) (_ *Problem, err error) {
	defer fault.Wrap(&err, "account.ProveNumber %d", id)
	code := strings.Join(strings.Fields(typed), "")
	if code == "" {
		return problem("code", "account.problem.code_missing"), nil
	}
	proven := false
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Q.AccountForUpdate(ctx, id); err != nil { // a change of address at this instant seals the number anew
			return err
		}
		if proven, err = d.tryCode(ctx, tx, id, code); err != nil || !proven {
			return err
		}
		if err := tx.Q.ReachProve(ctx, sqlc.ReachProveParams{AccountID: id, Now: &tx.Now}); err != nil {
			return err
		}
		return reachChanged(ctx, tx, id, logNumber)
	})
	if err == nil && !proven {
		return problem("code", "account.problem.code"), nil
	}
	return nil, err
}

// tryCode counts a try and tells whether it is right.
func (d *Desk) tryCode(ctx context.Context, tx *store.Tx, id int64, code string) (bool, error) {
	try, err := tx.Q.ReachTry(ctx, sqlc.ReachTryParams{AccountID: id, Now: &tx.Now, Most: codeTries})
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	if err != nil || try.Claimed == nil {
		return false, err
	}
	row, err := tx.Q.ReachOf(ctx, id)
	if err != nil {
		return false, err
	}
	number, err := d.openNumber(row, try.Claimed)
	return err == nil && hmac.Equal(try.Code, d.codeIndex(id, number, code)), err
}

// reachChanged notes a change of how the person is reached, and tells them by e-mail whatever they chose: who has taken over
// their session cannot silence us.
func reachChanged(ctx context.Context, tx *store.Tx, id int64, act string) error {
	if err := note(ctx, tx, id, person, act); err != nil {
		return err
	}
	_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: id, Template: mailReach})
	return err
}

// SetChannel keeps how a person wants to be told: email, sms or both (RP-031). Conflict without a proven number.
func (d *Desk) SetChannel(ctx context.Context, id int64, channel string) (err error) {
	defer fault.Wrap(&err, "account.SetChannel %d", id)
	switch channel {
	case "email", "sms", "both":
	default:
		return fault.New(fault.Invalid, "error.form")
	}
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		was, err := tx.Q.ReachOf(ctx, id)
		if err != nil {
			return err
		}
		_, err = tx.Q.ReachChannel(ctx, sqlc.ReachChannelParams{AccountID: id, Channel: &channel})
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.Conflict, "account.problem.number_none")
		}
		if err != nil || was.Channel != nil && *was.Channel == channel {
			return err
		}
		return reachChanged(ctx, tx, id, logChannel)
	})
}

// ForgetNumber takes the number away, proven or not; messages go by e-mail again.
func (d *Desk) ForgetNumber(ctx context.Context, id int64) (err error) {
	defer fault.Wrap(&err, "account.ForgetNumber %d", id)
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		was, err := tx.Q.ReachOf(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.Q.ReachForget(ctx, id); err != nil || was.ProvenAt == nil {
			return err
		}
		return reachChanged(ctx, tx, id, logForget)
	})
}

// Number is where SMS to an account go, and in which language; NotFound when no number is proven.
func (d *Desk) Number(ctx context.Context, id int64) (number string, _ text.Lang, err error) {
	defer fault.Wrap(&err, "account.Number %d", id)
	row, err := d.Store.Q().ReachOf(ctx, id)
	if err == nil && row.ProvenAt == nil {
		err = fault.New(fault.NotFound, "")
	}
	if err != nil {
		return "", "", err
	}
	number, err = d.openNumber(row, row.Sealed)
	return number, text.Lang(row.Lang), err
}
