package exchange

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Token is a key of another system: it opens one way of one procedure, for what its verbs say, once a second administrator has
// confirmed it, until its end. Whoever makes one sees its secret: alone they could read all that is handed over.
type Token struct {
	ID                   string
	Procedure, Connector string
	Name                 string
	Verbs                []access.Verb // Read, and Acknowledge
	PerMinute            int           // calls
	Since, Ends          time.Time
	Used                 time.Time // zero: never
	MadeBy, ConfirmedBy  int64     // accounts; 0: nobody has confirmed it, and it opens nothing

	number  int64
	follows int64         // number of the token whose place it takes, 0 for none
	overlap time.Duration // that the other goes on for once this one is confirmed
}

// TokenPrefix begins every token, so that one that was left lying about is recognised.
const TokenPrefix = "gxt_"

// TokenRole begins the role under which a token reads; a role of a workflow has no space in it.
const TokenRole = "token "

// The bounds of a token.
const (
	LongestToken  = 400 * 24 * time.Hour // a year, and time to change it
	DefaultPace   = 120                  // calls a minute
	mostPace      = 6000
	mostName      = 60 // characters
	usedPrecision = time.Minute
)

// Actor is who asks with the token: an actor with one grant, whose role is the token's name.
func (t Token) Actor(at time.Time) access.Actor {
	role := TokenRole + t.Name + " (" + t.ID + ")" // a name may come again, an id never
	return access.Actor{Kind: access.Token, At: at, Grants: []access.Grant{{Procedure: t.Procedure, Role: role, Verbs: t.Verbs}}}
}

// Opens tells whether the token is for the way.
func (t Token) Opens(procedureID, connector string) bool {
	return t.Procedure == procedureID && t.Connector == connector
}

// CreateToken makes a token that opens nothing yet; the secret is given once and kept nowhere. Errors: Forbidden for who does
// not administer, NotFound for a way that no definition has, Invalid "exchange.token.name", "exchange.token.taken" (a token of
// the way that has not ended bears the name), "exchange.token.verbs", "exchange.token.pace", "exchange.token.ends".
func (h *House) CreateToken(ctx context.Context, a access.Actor, t Token) (secret string, err error) {
	defer fault.Wrap(&err, "exchange.CreateToken")
	if !access.Administers(a) {
		return "", fault.New(fault.Forbidden, "")
	}
	if _, err := h.Way(t.Procedure, t.Connector); err != nil {
		return "", err
	}
	t.Name = strings.TrimSpace(t.Name)
	if err := t.check(h.Store.Now()); err != nil {
		return "", err
	}
	err = h.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		if err := tx.Q.ExchangeTokenLock(ctx); err != nil {
			return err
		}
		named, err := tx.Q.ExchangeTokenNamed(ctx, sqlc.ExchangeTokenNamedParams{Procedure: t.Procedure, Connector: t.Connector, Name: t.Name, Now: tx.Now})
		if err != nil {
			return err
		}
		if named > 0 {
			return fault.New(fault.Invalid, "exchange.token.taken")
		}
		secret, err = insert(ctx, tx, a, t, nil)
		return err
	})
	return secret, err
}

func (t Token) check(now time.Time) error {
	switch {
	case t.Name == "" || utf8.RuneCountInString(t.Name) > mostName || !fits(t.Name):
		return fault.New(fault.Invalid, "exchange.token.name")
	case !slices.Contains(t.Verbs, access.Read) || slices.ContainsFunc(t.Verbs, func(v access.Verb) bool { return v != access.Read && v != access.Acknowledge }):
		return fault.New(fault.Invalid, "exchange.token.verbs")
	case t.PerMinute < 1 || t.PerMinute > mostPace:
		return fault.New(fault.Invalid, "exchange.token.pace")
	case !t.Ends.After(now) || t.Ends.Sub(now) > LongestToken:
		return fault.New(fault.Invalid, "exchange.token.ends")
	}
	return nil
}

func insert(ctx context.Context, tx *store.Tx, a access.Actor, t Token, follows *int64) (string, error) {
	id, b := newID(), make([]byte, 32)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	key := b64(b)
	sum := sha256.Sum256([]byte(key))
	verbs := make([]string, len(t.Verbs))
	for i, v := range t.Verbs {
		verbs[i] = string(v)
	}
	_, err := tx.Q.ExchangeTokenInsert(ctx, sqlc.ExchangeTokenInsertParams{
		PublicID: id, Procedure: t.Procedure, Connector: t.Connector, Name: t.Name, Hash: sum[:], Verbs: verbs, PerMinute: int32(t.PerMinute),
		CreatedBy: a.AccountID, At: tx.Now, EndsAt: t.Ends, Follows: follows, OverlapS: int64(t.overlap / time.Second),
	})
	return TokenPrefix + id + "." + key, err
}

// RotateToken makes the token that takes another's place, with the same rights and as long a life; once it is confirmed the old
// one goes on for the overlap, so that the other system can change over without a gap. Errors: Forbidden, NotFound, Conflict
// "exchange.token.ended", "exchange.token.waits" (it is itself not confirmed), "exchange.token.replaced" (another takes its place already).
func (h *House) RotateToken(ctx context.Context, a access.Actor, id string, overlap time.Duration) (secret string, err error) {
	defer fault.Wrap(&err, "exchange.RotateToken")
	err = h.onToken(ctx, a, id, func(tx *store.Tx, t Token) (err error) {
		if t.ConfirmedBy == 0 {
			return fault.New(fault.Conflict, "exchange.token.waits")
		}
		followers, err := tx.Q.ExchangeTokenFollowers(ctx, sqlc.ExchangeTokenFollowersParams{ID: t.number, Now: tx.Now})
		if err != nil {
			return err
		}
		if followers > 0 {
			return fault.New(fault.Conflict, "exchange.token.replaced")
		}
		life := t.Ends.Sub(t.Since)
		t.Ends, t.overlap = tx.Now.Add(min(life, LongestToken)), overlap
		secret, err = insert(ctx, tx, a, t, &t.number)
		return err
	})
	return secret, err
}

// ConfirmToken puts a token in force; the one whose place it takes ends after its overlap. Errors: Forbidden, also
// "exchange.token.four_eyes" for who made it; NotFound, Conflict "exchange.token.ended" or "exchange.token.confirmed" (somebody was quicker).
func (h *House) ConfirmToken(ctx context.Context, a access.Actor, id string) (err error) {
	defer fault.Wrap(&err, "exchange.ConfirmToken by %d", a.AccountID)
	return h.onToken(ctx, a, id, func(tx *store.Tx, t Token) error {
		switch {
		case t.ConfirmedBy != 0:
			return fault.New(fault.Conflict, "exchange.token.confirmed")
		case t.MadeBy == a.AccountID:
			return fault.New(fault.Forbidden, "exchange.token.four_eyes")
		}
		if t.follows != 0 {
			if err := tx.Q.ExchangeTokenEnds(ctx, sqlc.ExchangeTokenEndsParams{ID: t.follows, EndsAt: tx.Now.Add(t.overlap)}); err != nil {
				return err
			}
		}
		return tx.Q.ExchangeTokenConfirm(ctx, sqlc.ExchangeTokenConfirmParams{ID: t.number, ByID: &a.AccountID, Now: &tx.Now})
	})
}

// WithdrawToken ends a token now; who did it stays with it. Errors: Forbidden, NotFound, Conflict "exchange.token.ended".
func (h *House) WithdrawToken(ctx context.Context, a access.Actor, id string) (err error) {
	defer fault.Wrap(&err, "exchange.WithdrawToken")
	return h.onToken(ctx, a, id, func(tx *store.Tx, t Token) error {
		return tx.Q.ExchangeTokenWithdraw(ctx, sqlc.ExchangeTokenWithdrawParams{ID: t.number, Now: tx.Now, ByID: &a.AccountID})
	})
}

func (h *House) onToken(ctx context.Context, a access.Actor, id string, fn func(tx *store.Tx, t Token) error) error {
	if !access.Administers(a) {
		return fault.New(fault.Forbidden, "")
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Q.ExchangeTokenLock(ctx); err != nil {
			return err
		}
		row, err := tx.Q.ExchangeTokenByPublicID(ctx, id)
		if err != nil {
			return err
		}
		if !row.EndsAt.After(tx.Now) {
			return fault.New(fault.Conflict, "exchange.token.ended")
		}
		return fn(tx, tokenOf(row))
	})
}

// Tokens lists those that are in force and those that ended in the last month, for who administers.
func (h *House) Tokens(ctx context.Context, a access.Actor) (_ []Token, err error) {
	defer fault.Wrap(&err, "exchange.Tokens")
	if !access.Administers(a) {
		return nil, fault.New(fault.Forbidden, "")
	}
	rows, err := h.Store.Q().ExchangeTokens(ctx, h.Store.Now().AddDate(0, -1, 0))
	out := make([]Token, len(rows))
	for i, r := range rows {
		out[i] = tokenOf(r)
	}
	return out, err
}

func tokenOf(r sqlc.ExchangeToken) Token {
	t := Token{
		ID: r.PublicID, Procedure: r.Procedure, Connector: r.Connector, Name: r.Name, PerMinute: int(r.PerMinute), Since: r.At, Ends: r.EndsAt,
		MadeBy: r.CreatedBy, number: r.ID, overlap: time.Duration(r.OverlapS) * time.Second,
	}
	if r.ConfirmedBy != nil {
		t.ConfirmedBy = *r.ConfirmedBy
	}
	if r.Follows != nil {
		t.follows = *r.Follows
	}
	for _, v := range r.Verbs {
		t.Verbs = append(t.Verbs, access.Verb(v))
	}
	if r.UsedAt != nil {
		t.Used = *r.UsedAt
	}
	return t
}

// Identify finds the token that a secret opens, and notes that it was used. Anything else is Unauthenticated, whatever is wrong with it.
func (h *House) Identify(ctx context.Context, secret string) (_ Token, err error) {
	defer fault.Wrap(&err, "exchange.Identify")
	unknown := fault.New(fault.Unauthenticated, "exchange.token.unknown")
	rest, ours := strings.CutPrefix(secret, TokenPrefix)
	id, key, whole := strings.Cut(rest, ".")
	if !ours || !whole || len(id) > 40 || len(key) > 64 {
		return Token{}, unknown
	}
	row, err := h.Store.Q().ExchangeTokenByPublicID(ctx, id)
	if fault.Of(err) == fault.NotFound {
		return Token{}, unknown
	}
	if err != nil {
		return Token{}, err
	}
	sum, now := sha256.Sum256([]byte(key)), h.Store.Now()
	if subtle.ConstantTimeCompare(sum[:], row.Hash) != 1 || !row.EndsAt.After(now) || row.ConfirmedBy == nil {
		return Token{}, unknown
	}
	if row.UsedAt == nil || now.Sub(*row.UsedAt) >= usedPrecision {
		err = h.Store.InTx(ctx, func(tx *store.Tx) error {
			return tx.Q.ExchangeTokenUsed(ctx, sqlc.ExchangeTokenUsedParams{ID: row.ID, Now: &tx.Now, Before: tx.Now.Add(-usedPrecision + 1)})
		})
	}
	return tokenOf(row), err
}

type tokenKey struct{}

// WithToken carries the token of a call.
func WithToken(ctx context.Context, t Token) context.Context {
	return context.WithValue(ctx, tokenKey{}, t)
}

// TokenOf is the token of a call; the zero token opens nothing.
func TokenOf(ctx context.Context) Token {
	t, _ := ctx.Value(tokenKey{}).(Token)
	return t
}
