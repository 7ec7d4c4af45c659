package dossier

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// MandatePath is where the applicant says yes or no, followed by the token; GET shows buttons, POST uses the link up.
const MandatePath = "/mandate/"

// Of a code to the applicant's address: how long it is good, how often it may be tried, how many are sent in a day.
const (
	mandateCodeLife  = 10 * time.Minute
	mandateCodeTries = 5
	mandateCodes     = 5
)

// ByLink is what a link opens: that somebody acts, for which procedure, with which scope; who it is, only behind a code.
type ByLink struct {
	Mandated
	Procedure text.Words
}

// LinkedMandate shows what a link is about. It uses nothing up; a link that is none any more is NotFound.
func (o *Office) LinkedMandate(ctx context.Context, token string) (_ ByLink, err error) {
	defer fault.Wrap(&err, "dossier.LinkedMandate")
	return o.linked(ctx, o.queries(), token, false)
}

func (o *Office) linked(ctx context.Context, q *sqlc.Queries, token string, named bool) (ByLink, error) {
	at, err := q.MandateLinkPeek(ctx, sqlc.MandateLinkPeekParams{Hash: hashOf(token), At: o.Store.Now()})
	if err != nil {
		return ByLink{}, err
	}
	d, err := o.load(ctx, q, at.PublicID)
	if err != nil {
		return ByLink{}, err
	}
	m, err := o.mandated(ctx, q, d)
	if err != nil || !d.Mandate.Live(o.Store.Now()) {
		return ByLink{}, errNoMandate
	}
	if !named {
		m.Holder = ""
	}
	return ByLink{m, newest(o.Catalogue, d.Def).Title}, nil
}

// SendMandateCode sends a code to the address the link went to. TooMany after a few in a day.
func (o *Office) SendMandateCode(ctx context.Context, token string) (err error) {
	defer fault.Wrap(&err, "dossier.SendMandateCode")
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		at, err := tx.Q.MandateLinkPeek(ctx, sqlc.MandateLinkPeekParams{Hash: hashOf(token), At: tx.Now})
		if err != nil {
			return err
		}
		d, err := o.lock(ctx, tx, at.PublicID)
		if err != nil {
			return err
		}
		since := tx.Now.Add(-24 * time.Hour)
		_, err = tx.Q.MandateCodeAsk(ctx, sqlc.MandateCodeAskParams{ID: at.ID, At: &tx.Now, Since: &since, Most: mandateCodes})
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.TooMany, "mandate.codes")
		}
		if err != nil {
			return err
		}
		_, err = notify.Queue(ctx, tx, notify.Mail{DossierID: d.ID, Template: mandateCode})
		return err
	})
}

// mintMandateCode makes a code as it leaves, so that it lies nowhere in between; only its keyed index is kept.
func (o *Office) mintMandateCode(ctx context.Context, tx *store.Tx, id int64) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	code, until := fmt.Sprintf("%06d", n), tx.Now.Add(mandateCodeLife)
	return code, tx.Q.MandateCode(ctx, sqlc.MandateCodeParams{ID: id, Code: o.codeIndex(id, code), Until: &until})
}

func (o *Office) codeIndex(id int64, code string) []byte {
	return o.Keys.Index("mandate/code", strconv.FormatInt(id, 10)+" "+code)
}

// SeeMandate shows who acts to whoever holds the link and the code that came to the same address: once, of any number of tries at
// once. A wrong code, one spent, one too old and one tried too often are Invalid "mandate.code", and the link is not used up.
func (o *Office) SeeMandate(ctx context.Context, token, typed string) (seen ByLink, err error) {
	defer fault.Wrap(&err, "dossier.SeeMandate")
	right := false
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		at, err := tx.Q.MandateLinkPeek(ctx, sqlc.MandateLinkPeekParams{Hash: hashOf(token), At: tx.Now})
		if err != nil {
			return err
		}
		code, err := tx.Q.MandateTry(ctx, sqlc.MandateTryParams{ID: at.ID, At: &tx.Now, Most: mandateCodeTries})
		right = err == nil && hmac.Equal(code, o.codeIndex(at.ID, strings.Join(strings.Fields(typed), "")))
		if err != nil || !right {
			return err // a wrong one stays counted
		}
		return tx.Q.MandateCodeSpent(ctx, at.ID)
	})
	if err != nil {
		return seen, err
	}
	if !right {
		return seen, fault.New(fault.Invalid, "mandate.code")
	}
	return o.linked(ctx, o.queries(), token, true)
}

// ByLinkAnswer says yes or no by a link, which is used up by it: of any number of uses at once, one succeeds and the others find
// no link (ASVS 6.5.1).
func (o *Office) ByLinkAnswer(ctx context.Context, token string, do Entrusted) (err error) {
	defer fault.Wrap(&err, "dossier.ByLinkAnswer %s", do)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		at, err := tx.Q.MandateLinkPeek(ctx, sqlc.MandateLinkPeekParams{Hash: hashOf(token), At: tx.Now})
		if err != nil {
			return err
		}
		d, err := o.lock(ctx, tx, at.PublicID)
		if err != nil {
			return err
		}
		if _, err := tx.Q.MandateLinkUse(ctx, sqlc.MandateLinkUseParams{Hash: hashOf(token), MandateID: d.Mandate.ID, At: &tx.Now}); err != nil {
			return err
		}
		switch do {
		case Confirm:
			return o.confirm(ctx, tx, d, 0)
		case End:
			return o.end(ctx, tx, d, ending{by: byPrincipal, act: actRevoked, role: principalRole, denies: true})
		case NotMine:
			return o.notMine(ctx, tx, d, 0)
		case Renew:
			return o.renew(ctx, tx, d, 0)
		}
		return fault.New(fault.Invalid, "error.form")
	})
}

// mintMandateLink makes a link as its message leaves; only its hash is kept.
func (o *Office) mintMandateLink(ctx context.Context, id int64, until time.Time) (token string, err error) {
	token, hash := newToken()
	return token, o.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.MandateLinkInsert(ctx, sqlc.MandateLinkInsertParams{Hash: hash, MandateID: id, ExpiresAt: until})
	})
}
