package dossier

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Sought is whom an agent looks for: at least one way to tell them.
type Sought struct {
	Name  string
	Birth time.Time // zero: not given; alone it is no way, it narrows a name
	Email string
	Paper string // number of a document
}

// FoundDossier is that there is a dossier, and nothing of what is in it.
type FoundDossier struct {
	PublicID, Reference string
	Procedure           string
	State, StateKind    string
	At                  time.Time // sent, or begun
	FoundBy, ApprovedBy int64     // of what a search has kept
	Elsewhere           bool      // in another procedure: handed over once a second person has approved it
	id                  int64
	By                  []string // what it was found by: name, email, paper
}

// PersonSearched is the act of looking for a person in all procedures.
const PersonSearched = "person_searched"

// mostFound dossiers are told of; who bears more of them is looked for more narrowly.
const mostFound = 50

// MayInquire tells whether the actor may look for the person of the dossier at hand, now.
func (o *Office) MayInquire(a access.Actor, d *Dossier) bool {
	q := newest(o.Catalogue, d.Def).Flow.Inquiry
	return a.Kind == access.Agent && q != nil && access.Can(a, access.Read, d.Dossier, "") && access.Can(a, access.Inquire, d.Dossier, "")
}

// inquiring is MayInquire with its refusals: NotFound to who may not, Conflict "inquiry.closed" in a state without inquiries.
func (o *Office) inquiring(a access.Actor, d *Dossier) error {
	if !o.MayInquire(a, d) {
		return errNotFound
	}
	if !slices.Contains(newest(o.Catalogue, d.Def).Flow.Inquiry.States, d.State) {
		return fault.New(fault.Conflict, "inquiry.closed")
	}
	return nil
}

// SearchPerson finds the dossiers of every procedure that may be about a person, for the dossier at hand, which is the reason and
// bears the search in its journal. It says that they exist: none is opened, and whoever may not read them reads nothing by it.
//
// Errors: NotFound, Conflict "inquiry.closed", Invalid "inquiry.nothing" (no way to tell the person), TooMany "inquiry.often".
func (o *Office) SearchPerson(ctx context.Context, a access.Actor, publicID string, s Sought) (out []FoundDossier, err error) {
	defer fault.Wrap(&err, "dossier.SearchPerson %s", publicID)
	ways := o.waysOf(s)
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if err := o.inquiring(a, d); err != nil {
			return err
		}
		if len(ways) == 0 {
			return fault.New(fault.Invalid, "inquiry.nothing")
		}
		n, err := tx.Q.SearchesSince(ctx, sqlc.SearchesSinceParams{DossierID: d.ID, Act: PersonSearched, Since: tx.Now.Add(-24 * time.Hour)})
		if err != nil {
			return err
		}
		if int(n) >= newest(o.Catalogue, d.Def).Flow.Inquiry.Daily {
			return fault.New(fault.TooMany, "inquiry.often")
		}
		if out, err = o.find(ctx, tx.Q, d, ways); err != nil {
			return err
		}
		if err := o.remember(ctx, tx, a, d, out); err != nil {
			return err
		}
		if err := tx.Q.PersonSearchNote(ctx, sqlc.PersonSearchNoteParams{DossierID: d.ID, Seq: d.nextLine()}); err != nil {
			return err
		}
		detail := journal.Detail{"found": strconv.Itoa(len(out))}
		for _, w := range ways {
			detail[w.name] = "yes"
		}
		return o.note(ctx, tx, a, d, PersonSearched, detail)
	})
	return out, err
}

// way is one thing to find somebody by.
type way struct {
	name    string
	sought  sought
	mailbox []byte
}

func (o *Office) waysOf(s Sought) (out []way) {
	if name := strings.TrimSpace(s.Name); name != "" {
		if !s.Birth.IsZero() {
			name += s.Birth.Format(" 02 01 2006")
		}
		if x := seek(name); x.wanted != 0 {
			out = append(out, way{name: "name", sought: x})
		}
	}
	if x := seek(s.Paper); x.wanted != 0 {
		out = append(out, way{name: "paper", sought: x})
	}
	if mail := strings.TrimSpace(s.Email); strings.Contains(mail, "@") {
		out = append(out, way{name: "email", sought: wholly(mail), mailbox: o.mailbox(mail)})
	}
	return out
}

// wholly looks for an address as one word: its parts may stand in other answers, and be somebody else's.
func wholly(address string) sought {
	words := fold(address)
	if len(words) < 2 || len(words) > mostRun {
		return seek(address)
	}
	return sought{tokens: []string{strings.Join(words, "")}, places: []int64{1}, wanted: 1}
}

func (o *Office) find(ctx context.Context, q *sqlc.Queries, at *Dossier, ways []way) (out []FoundDossier, err error) {
	for _, w := range ways {
		tokens, s := o.tokens(w.sought)
		p := sqlc.PersonDossiersParams{Tokens: tokens, Places: s.places, Wanted: s.wanted, Mailbox: w.mailbox, Lim: mostFound}
		if p.Mailbox == nil {
			p.Mailbox = []byte{}
		}
		rows, err := q.PersonDossiers(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.ID == at.ID {
				continue
			}
			if i := slices.IndexFunc(out, func(f FoundDossier) bool { return f.PublicID == r.PublicID }); i >= 0 {
				out[i].By = append(out[i].By, w.name)
				continue
			}
			f := FoundDossier{PublicID: r.PublicID, Reference: deref(r.Reference), Procedure: r.Procedure, State: r.State, StateKind: r.StateKind, At: r.CreatedAt, By: []string{w.name}}
			if r.SubmittedAt != nil {
				f.At = *r.SubmittedAt
			}
			f.id = r.ID
			out = append(out, f)
		}
	}
	return out, nil
}

// remember keeps what was found: of these, and no others, an answer may be put together.
func (o *Office) remember(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, found []FoundDossier) error {
	if len(found) == 0 {
		return nil
	}
	ids := make([]int64, len(found))
	for i, f := range found {
		ids[i] = f.id
	}
	return tx.Q.FoundInsert(ctx, sqlc.FoundInsertParams{DossierID: d.ID, Found: ids, ByID: a.AccountID, At: tx.Now})
}

// InquiryRules are how one looks for the person of a dossier, by the definition in force; nothing where it says nothing.
func (o *Office) InquiryRules(d *Dossier) workflow.Inquiry {
	if q := newest(o.Catalogue, d.Def).Flow.Inquiry; q != nil {
		return *q
	}
	return workflow.Inquiry{}
}
