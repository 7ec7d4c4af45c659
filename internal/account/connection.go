package account

import (
	"context"
	"time"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Acts of the connection log, kept one rolling year (RP-123, RP-125, RP-185).
const (
	logAttempt    = "sign_in_attempt" // alone: a failure, or given up before the second proof; followed by sign_in: a success
	logSignIn     = "sign_in"
	logSignOut    = "sign_out"
	logEndAll     = "sign_out_everywhere"
	logRegister   = "register"
	logConfirm    = "confirm"
	logForgot     = "reset_asked"
	logReset      = "reset"
	logDisable    = "disabled"
	logLeave      = "left"
	logNumber     = "number_proven"
	logForget     = "number_forgotten"
	logEmailAsked = "email_asked"
	logEmail      = "email_changed"
	logEmailKept  = "email_kept"
	logChannel    = "channel_chosen"
	logLink       = "identity_linked"
	logUnlink     = "identity_unlinked"

	logProviderOut = "signed_out_by_provider"

	logSecondWrong   = "second_wrong" // the password was right, the second proof was not
	logFactorAdded   = "factor_added"
	logFactorRemoved = "factor_removed"
	logFactorsReset  = "factors_reset"
	logRecoveryUsed  = "recovery_used"
	logCodesRenewed  = "codes_renewed"
	logCloned        = "passkey_doubled"
	logAgain         = "proved_again"
)

// note adds a line to the connection log; id 0 is an address without an account.
func note(ctx context.Context, tx *store.Tx, id int64, kind, act string) error {
	line := sqlc.ConnectionInsertParams{Kind: kind, Act: act, Now: tx.Now}
	if id != 0 {
		line.AccountID = &id
	}
	return tx.Q.ConnectionInsert(ctx, line)
}

// Connection is one line of somebody's connection log.
type Connection struct {
	Act string
	At  time.Time

	AccountID int64  // to who oversees
	Address   string // to who oversees: where it is noted, from where
}

// Look is what somebody who oversees a procedure looks at: its lines from one instant until before another.
type Look struct {
	Procedure    string
	Since, Until time.Time
	Most         int32
}

// Connections lists the latest lines of an account's log, newest first; most 0: all of them.
func (d *Desk) Connections(ctx context.Context, id int64, most int32) (_ []Connection, err error) {
	defer fault.Wrap(&err, "account.Connections %d", id)
	rows, err := d.Store.Q().ConnectionsOf(ctx, sqlc.ConnectionsOfParams{AccountID: &id, Most: most})
	if err != nil {
		return nil, err
	}
	out := make([]Connection, len(rows))
	for i, r := range rows {
		out[i] = Connection{Act: r.Act, At: r.At}
	}
	return out, nil
}
