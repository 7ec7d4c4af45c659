package account

import (
	"context"
	"strconv"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Proof of identity without signing in: the reference of a dossier, and a code that goes to the proven address of its person. It is
// for who makes a request about their data and cannot sign in, or would rather not.
const (
	byReference   = "reference" // purpose of the code
	mailReference = "account.reference_code"
	logReference  = "reference_code_asked"

	referenceLife = 10 * time.Minute // ASVS 6.5.5
	referenceMost = 2                // codes to one person within the life of a code
)

// AskCode sends a code to the person of a dossier, at the address that their account has proven: the applicant, where somebody acts
// for them and they have an account. Answer and work are the same whether there is such a dossier or not (ASVS 6.3.8); nobody
// gets more than two in ten minutes, however many are asked for. Anybody who has read a reference may ask, so that asking
// takes nothing away: no code kills another, and where none goes out, those of the last ten minutes are in the mailbox and good.
//
// The procedure is that of the dossier on which something is to be proven: a reference of its own kind names nothing here, since
// anybody may send one in anybody's name.
func (d *Desk) AskCode(ctx context.Context, procedure, reference string) (err error) {
	defer fault.Wrap(&err, "account.AskCode")
	defer d.asking.begun().keep(ctx)
	return d.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.ProofLock(ctx, text.Reference(reference)); err != nil {
			return err
		}
		id, err := referred(ctx, tx, procedure, reference)
		if err != nil {
			return err
		}
		whose := text.Reference(reference) // of nobody: as much work
		if id != 0 {
			whose = strconv.FormatInt(id, 10)
		}
		if err := tx.Q.ProofLock(ctx, "of "+whose); err != nil {
			return err
		}
		n, err := tx.Q.ProofsAsked(ctx, sqlc.ProofsAskedParams{AccountID: id, Act: logReference, Since: tx.Now.Add(-referenceLife)})
		if err != nil {
			return err
		}
		if n >= referenceMost {
			id = 0
		}
		if err := note(ctx, tx, id, string(access.Person), logReference); err != nil {
			return err
		}
		return notify.QueueUnseen(ctx, tx, id, mailReference)
	})
}

// ProveByCode gives the account of who proves to be the person of a dossier. A code is good once, for ten minutes, and with its own
// person's reference alone; a wrong one, an old one and a reference that names nothing are NotFound in the same words.
func (d *Desk) ProveByCode(ctx context.Context, procedure, reference, code string) (id int64, err error) {
	defer fault.Wrap(&err, "account.ProveByCode")
	defer d.proving.begun().keep(ctx)
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		whose, err := referred(ctx, tx, procedure, reference)
		if err != nil {
			return err
		}
		if id, err = use(ctx, tx, seal.ReadCode(code), byReference); err != nil {
			return err
		}
		if id != whose {
			return errUsed // and it stays good for whose it is
		}
		return nil
	})
	if err != nil {
		id = 0
	}
	return id, err
}

// referred is the account that stands for the person of a dossier of another procedure, 0 when there is none.
func referred(ctx context.Context, tx *store.Tx, procedure, reference string) (int64, error) {
	ref := text.Reference(reference)
	id, err := tx.Q.ProofHolder(ctx, sqlc.ProofHolderParams{Reference: &ref, Procedure: procedure})
	if fault.Of(err) == fault.NotFound {
		return 0, nil
	}
	return id, err
}

// mintReference makes the code as its mail leaves; only its hash is kept.
func mintReference(ctx context.Context, tx *store.Tx, id int64) (string, error) {
	code := seal.NewCode()
	err := tx.Q.TokenInsert(ctx, sqlc.TokenInsertParams{Hash: hashToken(code), AccountID: id, Purpose: byReference, ExpiresAt: tx.Now.Add(referenceLife)})
	return seal.SpellCode(code), err
}

// referenceCode is the code for a mail that bears one, "" for any other; none for who asked so long ago that nobody waits for it.
func (d *Desk) referenceCode(ctx context.Context, m notify.Mail) (code string, err error) {
	if m.Template != mailReference {
		return "", nil
	}
	if d.Store.Now().Sub(m.Queued) > codeWait {
		return "", fault.New(fault.NotFound, "")
	}
	err = d.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		code, err = mintReference(ctx, tx, m.AccountID)
		return err
	})
	return code, err
}
