package account

import (
	"context"
	"encoding/hex"
	"strconv"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Arrival is somebody whose password was right.
type Arrival struct {
	Account int64
	Second  bool   // and who has a second proof to give before the door opens
	Mark    string // of the password: who has changed it since begins anew
}

// Ticket is what [Desk.AcceptInvite] gives to this person, as long as the password is the one that was chosen then.
func (in Arrival) Ticket() string { return strconv.FormatInt(in.Account, 10) + " " + in.Mark }

// Answer is what somebody gives to prove who they are.
type Answer struct {
	Password string
	Code     string // of an app, or a recovery code
	Ceremony string // as [Desk.AskPasskey] gave it
	Passkey  string // what the browser answered
}

// arrive lets in who has a password alone, and says of others that a second proof is due. Either way the password was right:
// its failures are forgotten.
func (d *Desk) arrive(ctx context.Context, tx *store.Tx, a sqlc.Account) (Arrival, error) {
	in := Arrival{Account: a.ID, Mark: markOf(a)}
	n, err := tx.Q.FactorCount(ctx, a.ID)
	if err != nil {
		return in, err
	}
	if in.Second = n > 0; in.Second {
		return in, tx.Q.AccountSetFailed(ctx, sqlc.AccountSetFailedParams{ID: a.ID})
	}
	return in, d.admit(ctx, tx, a)
}

func markOf(a sqlc.Account) string {
	if a.PasswordHash == nil {
		return ""
	}
	return hex.EncodeToString(hashToken(*a.PasswordHash)[:8])
}

// Second proves the rest of who somebody is whose password was right, and lets them in (ASVS 6.3.3). It gives the kind of proof.
// Unauthenticated: the password has changed meanwhile, or there is no second proof any more; sign-in begins anew.
func (d *Desk) Second(ctx context.Context, in Arrival, ans Answer) (by string, p *Problem, err error) {
	defer fault.Wrap(&err, "account.Second %d", in.Account)
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		h, err := d.hold(ctx, tx, in.Account)
		if err != nil {
			return err
		}
		if markOf(h.Account) != in.Mark {
			return fault.New(fault.Unauthenticated, "")
		}
		n, err := tx.Q.FactorCount(ctx, h.ID)
		if err != nil {
			return err
		}
		if n == 0 { // taken away meanwhile: no code would ever be right
			return fault.New(fault.Unauthenticated, "")
		}
		if by, p, err = d.answer(ctx, tx, h, ans, mailGuessed); err != nil || p != nil {
			return err
		}
		return d.admit(ctx, tx, h.Account)
	})
	return by, p, err
}

// Again proves who holds a session once more, before an act that a thief of it would like to make (ASVS 7.5.1): by a second proof
// where there is one, and else by the password. by is "" for the password.
func (d *Desk) Again(ctx context.Context, actor access.Actor, ans Answer) (by string, p *Problem, err error) {
	defer fault.Wrap(&err, "account.Again %d", actor.AccountID)
	ways, err := d.Ways(ctx, actor.AccountID)
	if err != nil {
		return "", nil, err
	}
	if !ways.Second() {
		return d.againByPassword(ctx, actor, ans.Password)
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		h, err := d.hold(ctx, tx, actor.AccountID)
		if err != nil {
			return err
		}
		if by, p, err = d.answer(ctx, tx, h, ans, mailAgainGuessed); err != nil || p != nil {
			return err
		}
		return note(ctx, tx, h.ID, h.Kind, logAgain)
	})
	return by, p, err
}

func (d *Desk) againByPassword(ctx context.Context, actor access.Actor, password string) (string, *Problem, error) {
	a, err := d.Store.Q().AccountByID(ctx, actor.AccountID)
	if err != nil {
		return "", nil, err
	}
	proven, err := d.prove(ctx, a.Kind, a.EmailIndex, password)
	if err != nil || proven.problem != nil {
		return "", proven.problem, err
	}
	return "", nil, d.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.AccountSetFailed(ctx, sqlc.AccountSetFailedParams{ID: a.ID}); err != nil {
			return err
		}
		return note(ctx, tx, a.ID, a.Kind, logAgain)
	})
}

// answer looks at a second proof under the account's lock: parallel guesses get no more tries than guesses in a row. guessed is
// the mail that tells of them.
func (d *Desk) answer(ctx context.Context, tx *store.Tx, h holding, ans Answer, guessed string) (by string, p *Problem, err error) {
	if ans.Passkey != "" {
		p, err = d.acceptPasskey(ctx, tx, h, ans)
		return Passkey, p, err
	}
	tries := attempts{failed: int(h.FactorFailed)}
	if h.FactorFailedAt != nil {
		tries.at = *h.FactorFailedAt
	}
	if wait := tries.waitForCode(tx.Now); wait > 0 {
		return "", problem("code", "factor.problem.throttled", "n", int((wait+time.Minute-1)/time.Minute)), nil
	}
	code := tidyCode(ans.Code)
	if code == "" {
		return "", problem("code", "factor.problem.missing"), nil
	}
	var right, used bool
	if by = TOTP; len(code) == recoveryRunes {
		by = Recovery
		right, err = d.acceptRecovery(ctx, tx, h, code)
	} else {
		right, used, err = d.acceptTOTP(ctx, tx, h, code)
	}
	switch {
	case err != nil:
		return "", nil, err
	case used: // a right code sent twice is no guess
		return "", problem("code", "factor.problem.used"), nil
	case !right:
		return "", problem("code", "factor.problem.wrong"), d.guessed(ctx, tx, h.Account, tries, guessed)
	}
	return by, nil, d.proven(ctx, tx, h.Account, by)
}

// guessed counts a wrong code. Whoever types one knows the password, or holds a session: the owner is told before long, and once
// a day as long as it goes on (ASVS 6.3.5).
func (d *Desk) guessed(ctx context.Context, tx *store.Tx, a sqlc.Account, tries attempts, mail string) error {
	last := tries.at
	tries = tries.next(tx.Now)
	if err := tx.Q.AccountSetFactorFailed(ctx, sqlc.AccountSetFactorFailedParams{ID: a.ID, Failed: int32(min(tries.failed, 1000)), FailedAt: &tries.at}); err != nil {
		return err
	}
	if tries.failed == guessesTold || tries.failed > guessesTold && !sameDay(last, tx.Now) {
		if _, err := notify.Queue(ctx, tx, notify.Mail{AccountID: a.ID, Template: mail}); err != nil {
			return err
		}
	}
	return note(ctx, tx, a.ID, a.Kind, logSecondWrong)
}

func sameDay(a, b time.Time) bool {
	return a.In(text.Zone).Format(time.DateOnly) == b.In(text.Zone).Format(time.DateOnly)
}

// proven forgets wrong codes, and tells the owner of a recovery code that one was used.
func (d *Desk) proven(ctx context.Context, tx *store.Tx, a sqlc.Account, by string) error {
	if err := tx.Q.AccountSetFactorFailed(ctx, sqlc.AccountSetFactorFailedParams{ID: a.ID}); err != nil {
		return err
	}
	if by != Recovery {
		return nil
	}
	if err := note(ctx, tx, a.ID, a.Kind, logRecoveryUsed); err != nil {
		return err
	}
	_, err := notify.Queue(ctx, tx, notify.Mail{AccountID: a.ID, Template: mailRecoveryUsed})
	return err
}
