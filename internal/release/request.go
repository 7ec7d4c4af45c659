package release

import (
	"context"
	"strings"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Asking is what an analyst asks for.
type Asking struct {
	Version string // of the schema, by its id; "" is the one in force
	Lang    text.Lang
	Reason  string // what the file is for
}

// longestWord is of a reason, or of a refusal, in characters.
const longestWord = 2000

// Ask asks for a file of everything that is frozen now, in the name of who may export; nothing is made before a second
// person agrees. It gives the request's id. Conflict release.nothing_frozen: there is no row yet to hand over. Invalid
// release.reason: the reason is missing or too long.
func (h *House) Ask(ctx context.Context, a access.Actor, id string, ask Asking) (_ string, err error) {
	defer fault.Wrap(&err, "release.Ask %s", id)
	p, err := h.allowed(a, id)
	if err != nil {
		return "", err
	}
	if a.AccountID == 0 {
		return "", fault.New(fault.Forbidden, "release.nobody")
	}
	reason, err := word(ask.Reason)
	if err != nil {
		return "", err
	}
	all, err := h.versions(ctx, p)
	if err != nil {
		return "", err
	}
	v, err := chosen(p.ID, all, ask.Version)
	if err != nil {
		return "", err
	}
	f, err := h.frozen(ctx, p, all, v, h.Store.Now())
	if err != nil {
		return "", err
	}
	if f.table.Len() == 0 {
		return "", fault.New(fault.Conflict, "release.nothing_frozen")
	}
	sealed, err := h.Office.Keys.SealFor(a.AccountID, "release", []byte(reason))
	if err != nil {
		return "", err
	}
	public := publicID()
	return public, h.Store.InTx(ctx, func(tx *store.Tx) error {
		n, err := tx.Q.ReleaseRequestInsert(ctx, sqlc.ReleaseRequestInsertParams{
			PublicID: public, Procedure: p.ID, SchemaID: v.row.ID, Through: f.through(), Lang: string(ask.Lang), Reason: sealed, AskedBy: a.AccountID, At: tx.Now,
		})
		if err != nil {
			return err
		}
		return act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: p.ID, RequestID: &n, ActorID: &a.AccountID, Act: "asked"})
	})
}

// word is a sentence as it was typed, which must not be empty.
func word(s string) (string, error) {
	s, err := atMost(s)
	if s == "" {
		return "", fault.New(fault.Invalid, "release.reason")
	}
	return s, err
}

// atMost is a sentence as it was typed, of a length that is kept. A browser sends a line's end as two characters, and counts it
// as one.
func atMost(s string) (string, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if utf8.RuneCountInString(s) > longestWord {
		return s, fault.New(fault.Invalid, "release.reason")
	}
	return s, nil
}

// chosen is the approved version of an id; "" is the one in force.
func chosen(procedureID string, all []version, id string) (version, error) {
	for _, v := range all {
		if v.row.PublicID == id && v.row.State == "approved" && v.usable() {
			return v, nil
		}
	}
	if id != "" {
		return version{}, fault.New(fault.NotFound, "")
	}
	return inForce(procedureID, all)
}

// Decide approves a request, and the file is made, or refuses it with a word, in the name of a second person who may export.
// Forbidden release.four_eyes: it is their own. Conflict release.decided: somebody was quicker. Invalid release.reason: the word
// is missing from a refusal, or too long.
func (h *House) Decide(ctx context.Context, a access.Actor, id string, approve bool, why string) (err error) {
	defer fault.Wrap(&err, "release.Decide %s", id)
	r, err := h.request(ctx, a, id)
	if err != nil {
		return err
	}
	if a.AccountID == 0 || a.AccountID == r.AskedBy {
		return fault.New(fault.Forbidden, "release.four_eyes")
	}
	state, said := "approved", atMost
	if !approve {
		state, said = "refused", word
	}
	if why, err = said(why); err != nil {
		return err
	}
	sealed, err := h.Office.Keys.SealFor(a.AccountID, "release", []byte(why))
	if err != nil {
		return err
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.ReleaseRequestDecide(ctx, sqlc.ReleaseRequestDecideParams{ID: r.ID, State: state, DecidedBy: a.AccountID, At: tx.Now, Word: sealed})
		if fault.Of(err) == fault.NotFound {
			return fault.New(fault.Conflict, "release.decided")
		}
		if err != nil {
			return err
		}
		if err := act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: r.Procedure, RequestID: &r.ID, ActorID: &a.AccountID, Act: state}); err != nil || !approve {
			return err
		}
		return job.Insert(ctx, tx, Make{Request: r.ID})
	})
}

// request finds one for who may export its procedure.
func (h *House) request(ctx context.Context, a access.Actor, id string) (sqlc.ReleaseRequest, error) {
	r, err := h.Store.Q().ReleaseRequestByPublicID(ctx, id)
	if err != nil {
		return r, err
	}
	_, err = h.allowed(a, r.Procedure)
	return r, err
}
