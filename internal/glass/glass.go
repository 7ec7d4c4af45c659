// Package glass is break-glass: a written request opens named dossiers to the digital service, for an hour at most (RP-162).
package glass

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// House keeps the requests.
type House struct {
	Store     *store.Store
	Office    *dossier.Office
	Catalogue *procedure.Catalogue
	Keys      *seal.Keyring
	Workshop  *document.Workshop
	Scanner   *document.Scanner // nil: papers are not scanned
	Actor     func(ctx context.Context, q *sqlc.Queries, id int64, at time.Time) (access.Actor, error)
	Address   func(ctx context.Context, id int64) (email string, lang text.Lang, err error) // of an agent
	Texts     *text.Catalogue
	Service   text.Words
	Agents    string // address of the agents' door, in the mail
	Officer   string // address of the data-protection officer; empty: no request is taken and none is approved
}

// States of a request. An open one ends by itself at its time, without being written again.
const (
	Asked   = "asked"
	Opened  = "open"
	Refused = "refused"
	Ended   = "ended"
)

// Limits of a request.
const (
	Longest     = time.Hour           // that dossiers stand open, whatever a definition says
	Freshest    = 30 * 24 * time.Hour // how old a request may be when it is approved: reasons pass
	MostNamed   = 20                  // dossiers in one request
	MostPaper   = 5 << 20             // bytes of its PDF
	mostWaiting = 10                  // requests of one agent at a time
	mostWords   = 2000                // characters of the purpose, and of a refusal
	mostLetters = 60                  // characters of the request's reference
)

// Request is one, as those it concerns see it.
type Request struct {
	ID              string // in addresses
	Procedure, Role string
	State           string // as it stands at the instant it was read
	AskedBy         int64
	AskedAt         time.Time
	Reference       string   // of the written request
	Purpose         string   // for which the dossiers are needed
	References      []string // of the dossiers, as they were typed
	Paper           string   // name of the PDF
	DecidedBy       int64
	DecidedAt       time.Time
	Word            string // why it was refused
	Until           time.Time
	EndedBy         int64
	EndedAt         time.Time
	Dossiers        []Named // that it opens, while it does
}

// Named is a dossier that a request opens.
type Named struct{ ID, Reference string }

// written is the sealed part of a request.
type written struct {
	Reference  string   `json:"reference"`
	Purpose    string   `json:"purpose"`
	References []string `json:"references"`
	Paper      string   `json:"paper"`
}

// Roles lists what the actor may ask to read by: the procedures and roles that a written request opens dossiers to.
func (h *House) Roles(a access.Actor) []access.Grant {
	var out []access.Grant
	for _, g := range a.Grants {
		if a.Kind == access.Agent && g.Only == nil && h.lasts(g.Procedure, g.Role) > 0 {
			out = append(out, access.Grant{Procedure: g.Procedure, Role: g.Role})
		}
	}
	return out
}

// lasts is how long a request opens dossiers to a role, 0 for never.
func (h *House) lasts(procedureID, role string) time.Duration {
	p := h.Catalogue.Get(procedureID)
	if p == nil || p.Flow.Role(role) == nil || p.Flow.Role(role).BreakGlass == "" {
		return 0
	}
	d, err := workflow.ParseDuration(p.Flow.Role(role).BreakGlass)
	if err != nil {
		return 0
	}
	at := time.Unix(0, 0)
	return min(workflow.Add(at, d).Sub(at), Longest)
}

// Decides tells whether the actor is of the authority that decides on requests of a procedure: who works on its dossiers.
func Decides(a access.Actor, procedureID string) bool {
	return access.May(a, access.Read, procedureID) && access.May(a, access.Process, procedureID)
}

// Concerns tells whether the actor has anything to do with requests.
func (h *House) Concerns(a access.Actor) bool {
	return len(h.Roles(a)) > 0 || len(h.seen(a)) > 0
}

// seen are the procedures whose requests the actor decides on or audits; of those with a role that may ask.
func (h *House) seen(a access.Actor) []string {
	out := []string{}
	for _, p := range h.Catalogue.All() {
		for _, r := range p.Flow.Roles {
			if r.BreakGlass != "" && (Decides(a, p.ID) || access.May(a, access.Audit, p.ID)) {
				out = append(out, p.ID)
				break
			}
		}
	}
	return out
}

// Requests lists those the actor asked and those they may decide on or audit: what waits, then the newest first.
func (h *House) Requests(ctx context.Context, a access.Actor) (_ []Request, err error) {
	defer fault.Wrap(&err, "glass.Requests %d", a.AccountID)
	if !h.Concerns(a) {
		return nil, fault.New(fault.NotFound, "")
	}
	rows, err := h.Store.Q().GlassList(ctx, sqlc.GlassListParams{AskerID: a.AccountID, Procedures: h.seen(a)})
	if err != nil {
		return nil, err
	}
	out := make([]Request, len(rows))
	for i, r := range rows {
		if out[i], err = h.shown(sqlc.GlassByPublicIDRow(r)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Request shows one to who asked it, to who may decide on it and to who audits; NotFound to all others.
func (h *House) Request(ctx context.Context, a access.Actor, id string) (_ Request, err error) {
	defer fault.Wrap(&err, "glass.Request %s", id)
	row, err := h.Store.Q().GlassByPublicID(ctx, id)
	if err != nil {
		return Request{}, err
	}
	if !h.concerned(a, row.AskerID, row.Procedure) {
		return Request{}, fault.New(fault.NotFound, "")
	}
	out, err := h.shown(row)
	if err != nil || out.State != Opened {
		return out, err
	}
	named, err := h.Store.Q().GlassDossiers(ctx, row.ID)
	for _, d := range named {
		out.Dossiers = append(out.Dossiers, Named{d.PublicID, deref(d.Reference)})
	}
	return out, err
}

func (h *House) concerned(a access.Actor, asker int64, procedureID string) bool {
	return a.Kind == access.Agent && (a.AccountID == asker || Decides(a, procedureID) || access.May(a, access.Audit, procedureID))
}

// Paper opens the PDF of a request, for those it concerns.
func (h *House) Paper(ctx context.Context, a access.Actor, id string) (body []byte, name string, err error) {
	defer fault.Wrap(&err, "glass.Paper %s", id)
	r, err := h.Request(ctx, a, id)
	if err != nil {
		return nil, "", err
	}
	row, err := h.Store.Q().GlassByPublicID(ctx, id)
	if err != nil {
		return nil, "", err
	}
	sealed, err := h.Store.Q().GlassPaper(ctx, row.ID)
	if err != nil {
		return nil, "", err
	}
	if body, err = h.Keys.OpenFor(r.AskedBy, "glass paper "+id, sealed); err == nil {
		err = h.scan(ctx, body)
	}
	if err != nil {
		return nil, "", err
	}
	return body, r.Paper, nil
}

// References gives the references of written requests by their id, for the journal of readings; those swept are left out.
func (h *House) References(ctx context.Context, ids []string) (_ map[string]string, err error) {
	defer fault.Wrap(&err, "glass.References")
	out := map[string]string{}
	for _, id := range ids {
		if out[id] != "" {
			continue
		}
		row, err := h.Store.Q().GlassByPublicID(ctx, id)
		if fault.Of(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		r, err := h.shown(row)
		if err != nil {
			return nil, err
		}
		out[id] = r.Reference
	}
	return out, nil
}

func (h *House) shown(r sqlc.GlassByPublicIDRow) (Request, error) {
	out := Request{
		ID: r.PublicID, Procedure: r.Procedure, Role: r.Role, State: r.State, AskedBy: r.AskerID, AskedAt: r.AskedAt,
		DecidedBy: deref(r.DecidedBy), DecidedAt: deref(r.DecidedAt), Until: deref(r.Until), EndedBy: deref(r.EndedBy), EndedAt: deref(r.EndedAt),
	}
	if out.State == Opened && !out.Until.After(h.Store.Now()) {
		out.State, out.EndedAt = Ended, out.Until
	}
	w, err := h.open(r.PublicID, r.AskerID, r.Sealed)
	if err != nil {
		return out, err
	}
	out.Reference, out.Purpose, out.References, out.Paper = w.Reference, w.Purpose, w.References, w.Paper
	if r.Word != nil {
		word, err := h.Keys.OpenFor(out.DecidedBy, "glass word "+r.PublicID, r.Word)
		if err != nil {
			return out, err
		}
		out.Word = string(word)
	}
	return out, nil
}

func (h *House) open(id string, asker int64, sealed []byte) (w written, err error) {
	plain, err := h.Keys.OpenFor(asker, "glass "+id, sealed)
	if err != nil {
		return w, err
	}
	return w, json.Unmarshal(plain, &w)
}

func newID() string { return strings.ToLower(rand.Text()) }

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
