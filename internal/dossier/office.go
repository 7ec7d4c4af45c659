// Package dossier is the use-cases: start, answer, attach, submit, ask, complete, assign, decide, cancel, read.
package dossier

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Office is where dossiers are worked on. Its exported methods open one transaction each.
type Office struct {
	Store      *store.Store
	Keys       *seal.Keyring
	Catalogue  *procedure.Catalogue
	Blobs      document.Store
	Workshop   *document.Workshop
	Scanner    *document.Scanner // nil = none is configured
	Controller text.Words        // authority that signs the letters

	// Actor gives an agent with the rights of this moment, for acts made by a job in the agent's name; nobody without rights.
	Actor func(ctx context.Context, id int64, now time.Time) (access.Actor, error)

	// Push takes what a move hands to another system, in the transaction of the move; nil: nothing is handed over.
	Push func(ctx context.Context, tx *store.Tx, l Leaving) error

	counted counted
}

// On is the same office at another store: one with a clock of its own.
func (o *Office) On(s *store.Store) *Office {
	return &Office{
		Store: s, Keys: o.Keys, Catalogue: o.Catalogue, Blobs: o.Blobs, Workshop: o.Workshop, Scanner: o.Scanner, Controller: o.Controller, Actor: o.Actor, Push: o.Push,
	}
}

// mainRule names the data key that seals answers and words; documents may have rules, and so keys, of their own.
const mainRule = "dossier"

// roles of an actor on a dossier, in the words of its workflow.
func roles(p *procedure.Procedure, a access.Actor, d access.Dossier) []string {
	switch a.Kind {
	case access.System:
		return []string{p.Flow.Clockwork()}
	case access.Person:
		if owner := p.Flow.Owner(); owner != nil && a.Stands(d) {
			return []string{owner.ID}
		}
	case access.Agent, access.Token: // the role of a token is its name
		var out []string
		for _, g := range a.Grants {
			if g.Procedure == d.Procedure && g.Only == nil {
				out = append(out, g.Role)
			}
		}
		return out
	}
	return nil
}

// underMandate stands in the journal where the part of who acts does: it was done for somebody else.
const underMandate = "mandate"

func role(p *procedure.Procedure, a access.Actor, d access.Dossier) string {
	if a.UnderMandate(d) {
		return underMandate
	}
	if rs := roles(p, a, d); len(rs) > 0 {
		return rs[0]
	}
	return ""
}

// newPublicID is 128 random bits: an address that cannot be guessed (reliability, section 3).
func newPublicID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b)
	return publicIDOf(b)
}

func publicIDOf(b []byte) string {
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}

// queries of a read that needs no lock.
func (o *Office) queries() *sqlc.Queries { return o.Store.Q() }
