package dossier

import (
	"context"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/procedure"
)

// Filter narrows a queue; its zero value is everything that may be read.
type Filter struct {
	Procedure  string
	AtWork     bool   // open or waiting; with State, that is such a state
	State      string // one state
	AssigneeID int64
	Unassigned bool
	Team       string
	Overdue    bool     // the day to answer is over
	Unreached  bool     // no message reaches the person
	Second     bool     // a proposal of somebody else waits for the actor to decide
	Owed       bool     // an answer is owed to the person
	Words      string   // names, a date, a number; or a whole reference
	Newest     bool     // the newest first
	Alike      []string // tells of each row whether another resembles it by one of these rules
	After      Cursor
	Limit      int

	seconding *seconding
}

// Cursor is the last row of the page before; zero = from the start.
type Cursor struct {
	At time.Time
	ID int64
}

// Row is a line of the queue.
type Row struct {
	ID                  int64
	PublicID, Reference string
	Procedure, State    string
	StateKind           string
	Team                string
	SubmittedAt         time.Time
	UpdatedAt           time.Time
	ClosedAt            *time.Time
	AnswerBy            *time.Time // the day until which the person may answer
	DueOn               *time.Time // the day by which the administration owes its answer
	OwedSince           *time.Time // since when an answer is owed
	AssigneeID          int64
	Sent                int    // how often its person sent something
	Heading             string // whom it is about
	Alike               bool   // another resembles it
	Second              bool   // a proposal on it waits for a second person
}

// Queue lists filed dossiers in the actor's scope, oldest first unless asked, and the cursor of the next page (zero when there is none).
func (o *Office) Queue(ctx context.Context, a access.Actor, f Filter) (rows []Row, next Cursor, err error) {
	defer fault.Wrap(&err, "dossier.Queue")
	p := o.Catalogue.Get(f.Procedure)
	if p == nil || !slices.Contains(access.ScopeOf(a).Procedures, f.Procedure) {
		return nil, Cursor{}, fault.New(fault.NotFound, "")
	}
	if ref, ok := asReference(p, f.Words); ok {
		rows, err = o.byReference(ctx, a, ref)
		return rows, Cursor{}, err
	}
	s := seek(f.Words)
	if s.wanted == 0 && strings.TrimSpace(f.Words) != "" {
		return nil, Cursor{}, nil // nothing in these words can be looked for: that is no wish to see everything
	}
	f.seconding = secondingOf(p, a)
	tokens, s := o.tokens(s)
	q := queueQuery(f, headStep(p), tokens, s)
	found, err := o.pageOf(ctx, q)
	if err != nil {
		return nil, Cursor{}, err
	}
	if len(found) > f.Limit {
		found = found[:f.Limit]
		last := found[f.Limit-1]
		next = Cursor{deref(last.SubmittedAt), last.ID}
	}
	rows = make([]Row, len(found))
	for i, r := range found {
		if rows[i], err = o.row(p, r); err != nil {
			return nil, Cursor{}, err
		}
	}
	return rows, next, nil
}

// tokens are what the database is asked for: never a word. While the index moves from one key to the next a word has a token
// under each, and both answer for its places.
func (o *Office) tokens(s sought) (tokens [][]byte, _ sought) {
	places := s.places
	s.places = nil
	for i, w := range s.tokens {
		for _, t := range o.Keys.Search("search", w) {
			tokens, s.places = append(tokens, t.Hash), append(s.places, places[i])
		}
	}
	return tokens, s
}

// asReference recognises a reference however it is spaced, hyphened or cased: prefix, year, and eight characters.
func asReference(p *procedure.Procedure, words string) (string, bool) {
	s := strings.ToUpper(strings.NewReplacer("-", "", "‑", "", "–", "").Replace(strings.Join(strings.Fields(words), "")))
	rest, ok := strings.CutPrefix(s, strings.ToUpper(strings.ReplaceAll(p.Flow.Prefix, "-", "")))
	if !ok || len(rest) != 12 || strings.Trim(rest[:4], "0123456789") != "" {
		return "", false
	}
	return p.Flow.Prefix + "-" + rest[:4] + "-" + rest[4:8] + "-" + rest[8:], true
}

func (o *Office) byReference(ctx context.Context, a access.Actor, ref string) ([]Row, error) {
	publicID, err := o.queries().DossierPublicIDByReference(ctx, &ref)
	if fault.Of(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil || !access.Can(a, access.Read, d.Dossier, "") {
		return nil, err
	}
	return []Row{{
		ID: d.ID, PublicID: d.PublicID, Reference: d.Reference, Procedure: d.Procedure, State: d.State, StateKind: d.StateKind, Team: d.Team,
		SubmittedAt: deref(d.SubmittedAt), UpdatedAt: d.UpdatedAt, ClosedAt: d.ClosedAt, OwedSince: d.OwedSince, AssigneeID: d.AssigneeID, Sent: d.Sent(), Second: d.Proposer != 0,
		Heading: Heading(d.Def, d.Filed),
	}}, nil
}

func (o *Office) row(p *procedure.Procedure, r listed) (Row, error) {
	out := Row{
		ID: r.ID, PublicID: r.PublicID, Reference: deref(r.Reference), Procedure: p.ID, State: r.State, StateKind: r.StateKind, Team: r.Team,
		SubmittedAt: deref(r.SubmittedAt), UpdatedAt: r.UpdatedAt, ClosedAt: r.ClosedAt, AnswerBy: r.AnswerBy, DueOn: r.DueOn, OwedSince: r.OwedSince, AssigneeID: deref(r.AssigneeID),
		Sent: int(r.Round - r.Corrected), Alike: r.Alike, Second: r.Second,
	}
	if r.Sealed == nil {
		return out, nil
	}
	key, err := o.Keys.Unwrap(r.Wrapped, r.WrappedBy)
	if err != nil {
		return out, err
	}
	at := Dossier{Dossier: access.Dossier{ID: r.ID}}
	raw, err := openRaw(key, r.Sealed, at.ad(stageFiled, deref(r.Step), int(deref(r.HeadRound)), int(deref(r.Version))))
	if err != nil {
		return out, err
	}
	out.Heading = Heading(p, raw)
	return out, nil
}

// headStep is the step whose answers name a dossier in lists.
func headStep(p *procedure.Procedure) string {
	for _, id := range p.Flow.Heading {
		if s := p.Form.StepOf(id); s != nil {
			return s.ID
		}
	}
	return ""
}

// Heading names whom a dossier is about.
func Heading(p *procedure.Procedure, raw form.Raw) string {
	var parts []string
	for _, id := range p.Flow.Heading {
		if v := raw[id]; len(v) > 0 && v[0] != "" {
			parts = append(parts, v[0])
		}
	}
	return strings.Join(parts, " ")
}
