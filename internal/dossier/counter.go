package dossier

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// OnPaper is what an agent says of a paper application before entering it (RP-024).
type OnPaper struct {
	Channel    string // a way in of the workflow, other than online
	SignedOn   time.Time
	ReceivedOn time.Time // where a deadline counts from the receipt; zero: on the day it is entered
	Original   string    // where the paper is kept
	Accepted   []string  // notices that are signed on it
	Lang       text.Lang

	// Once is what a page bears so that its button, pressed again before anything was entered, leads to the draft it has made; "" for none.
	Once string
}

// PaperFiling is a paper application as it is told again.
type PaperFiling struct {
	SignedOn   time.Time `json:"signed_on"`
	ReceivedOn time.Time `json:"received_on"`
	Original   string    `json:"original"`
	EnteredBy  int64     `json:"-"`
	At         time.Time `json:"-"`
}

// longestOriginal bounds what is said of where the paper is, in characters.
const longestOriginal = 200

// Located tells whether the words can say where a paper is kept.
func Located(words string) bool {
	n := utf8.RuneCountInString(strings.TrimSpace(words))
	return n > 0 && n <= longestOriginal
}

// PaperNotices are the notices of the entry that a paper application bears with a box. The terms of the online service are not
// among them: who writes on paper does not use it.
func PaperNotices(p *procedure.Procedure) []*workflow.Notice {
	var out []*workflow.Notice
	for _, n := range EntryNotices(p) {
		if n.Ack == "required" && n.Kind != "terms" {
			out = append(out, n)
		}
	}
	return out
}

// Intakes are the ways, other than online, by which the actor may take in an application of the procedure.
func Intakes(a access.Actor, p *procedure.Procedure) []string {
	var out []string
	for _, in := range p.Flow.Intake {
		by := slices.ContainsFunc(a.Grants, func(g access.Grant) bool { return g.Procedure == p.ID && g.Role == in.By })
		if in.Channel != "online" && by && access.May(a, access.Process, p.ID) {
			out = append(out, in.Channel)
		}
	}
	return out
}

// StartOnPaper opens a draft for somebody who has no account, for an agent whom the workflow lets take in paper. Every act on it is
// the agent's in the journal. Errors: NotFound (no such procedure, or not the agent's), Invalid "counter.channel",
// "counter.signed" (no day, or one to come), "counter.original" (1 to 200 characters), "consent.missing".
func (o *Office) StartOnPaper(ctx context.Context, a access.Actor, procedureID string, in OnPaper) (publicID string, err error) {
	defer fault.Wrap(&err, "dossier.StartOnPaper %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if p == nil || len(Intakes(a, p)) == 0 {
		return "", errNotFound
	}
	switch {
	case !slices.Contains(Intakes(a, p), in.Channel):
		return "", fault.New(fault.Invalid, "counter.channel")
	case in.SignedOn.IsZero() || in.SignedOn.After(workflow.Day(o.Store.Now())):
		return "", fault.New(fault.Invalid, "counter.signed")
	case in.ReceivedOn.After(workflow.Day(o.Store.Now())) || !in.ReceivedOn.IsZero() && in.ReceivedOn.Before(in.SignedOn):
		return "", fault.New(fault.Invalid, "counter.received")
	case !Located(in.Original):
		return "", fault.New(fault.Invalid, "counter.original")
	}
	for _, n := range PaperNotices(p) {
		if !slices.Contains(in.Accepted, n.ID) {
			return "", fault.New(fault.Invalid, "consent.missing")
		}
	}
	publicID, stands, err := o.pressed(ctx, a, p, in)
	if err != nil || stands {
		return publicID, err
	}
	err = o.Store.InTx(ctx, func(tx *store.Tx) error { return o.startOnPaper(ctx, tx, a, p, publicID, in) })
	if in.Once != "" && fault.Of(err) == fault.Conflict {
		err = nil // the same press, at the same moment, was quicker
	}
	return publicID, err
}

// pressed gives the id under which an application on paper is begun, and whether it was: the same page with the same words on it, by
// the same agent, leads to one draft as long as nothing is in it.
func (o *Office) pressed(ctx context.Context, a access.Actor, p *procedure.Procedure, in OnPaper) (publicID string, stands bool, err error) {
	if in.Once == "" {
		return newPublicID(), false, nil
	}
	said := []string{in.Once, strconv.FormatInt(a.AccountID, 10), p.ID, in.Channel, in.SignedOn.Format(time.DateOnly), in.ReceivedOn.Format(time.DateOnly), in.Original, string(in.Lang)}
	publicID = publicIDOf(o.Keys.Index("counter", strings.Join(said, "\x00")))
	d, err := o.load(ctx, o.queries(), publicID)
	switch {
	case fault.Of(err) == fault.NotFound:
		return publicID, false, nil
	case err != nil:
		return "", false, err
	case d.StateKind == workflow.Draft && len(d.Filed)+len(d.Documents) == 0:
		return publicID, true, nil
	}
	return newPublicID(), false, nil // an old page, for somebody else who has come
}

func (o *Office) startOnPaper(ctx context.Context, tx *store.Tx, a access.Actor, p *procedure.Procedure, publicID string, in OnPaper) error {
	d, err := o.begin(ctx, tx, p, publicID, 0, in.Channel, in.Lang)
	if err != nil {
		return err
	}
	for _, n := range PaperNotices(p) {
		if err := o.consent(ctx, tx, d, a, n, "", in.Lang); err != nil {
			return err
		}
	}
	plain, err := json.Marshal(PaperFiling{SignedOn: in.SignedOn, ReceivedOn: in.ReceivedOn, Original: strings.TrimSpace(in.Original)})
	if err != nil {
		return err
	}
	sealed, err := d.key.Seal(plain, d.paperAD()...)
	if err != nil {
		return err
	}
	if err := tx.Q.PaperFilingInsert(ctx, sqlc.PaperFilingInsertParams{DossierID: d.ID, Sealed: sealed, EnteredBy: a.AccountID, At: tx.Now}); err != nil {
		return err
	}
	line := journal.Line{Role: role(p, a, d.Dossier), Act: "start", ActorID: a.AccountID, Detail: journal.Detail{"channel": in.Channel}}
	return o.touch(ctx, tx, d, line)
}

func (d *Dossier) paperAD() []string { return []string{"paper", strconv.FormatInt(d.ID, 10)} }

// PaperFiling tells of the paper a dossier came on; nil for one that came online. Its reader has opened the dossier.
func (o *Office) PaperFiling(ctx context.Context, d *Dossier) (_ *PaperFiling, err error) {
	defer fault.Wrap(&err, "dossier.PaperFiling %d", d.ID)
	return o.paperFiling(ctx, o.queries(), d)
}

func (o *Office) paperFiling(ctx context.Context, q *sqlc.Queries, d *Dossier) (*PaperFiling, error) {
	if !d.Paper {
		return nil, nil
	}
	row, err := q.PaperFilingOf(ctx, d.ID)
	if fault.Of(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	plain, err := d.key.Open(row.Sealed, d.paperAD()...)
	if err != nil {
		return nil, err
	}
	f := &PaperFiling{EnteredBy: row.EnteredBy, At: row.At}
	return f, json.Unmarshal(plain, f)
}

// mostEntering is how many drafts from paper are listed; older ones are reached by their address alone, and erased in time.
const mostEntering = 100

// Entering lists the drafts from paper that the actor may go on with, the newest first.
func (o *Office) Entering(ctx context.Context, a access.Actor) (_ []Summary, err error) {
	defer fault.Wrap(&err, "dossier.Entering")
	procedures := access.ScopeOf(a).Entering
	if len(procedures) == 0 {
		return nil, errNotFound
	}
	rows, err := o.queries().DossiersEntering(ctx, sqlc.DossiersEnteringParams{Heads: o.heads(), Procedures: procedures, Lim: mostEntering})
	if err != nil {
		return nil, err
	}
	out := make([]Summary, len(rows))
	for i, r := range rows {
		if out[i], err = o.summary(sqlc.DossiersMineRow(r)); err != nil {
			return nil, err
		}
	}
	return out, nil
}
