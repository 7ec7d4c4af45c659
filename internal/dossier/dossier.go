package dossier

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Dossier is one instance of a procedure, opened: its answers are in the clear, and it prints as its number.
type Dossier struct {
	access.Dossier
	PublicID, Reference string
	State               string
	Channel             string
	Team                string // in whose queue it is; "" = everybody's
	Lang                text.Lang
	Round               int // times it was filed
	CreatedAt           time.Time
	UpdatedAt           time.Time
	SubmittedAt         *time.Time
	ClosedAt            *time.Time
	PurgeOn             *time.Time
	AnswerBy            *time.Time // day until which the person may answer what was asked
	OverdueAt           *time.Time // since when the agent knows that they have not
	ReceivedOn          *time.Time // day on which the administration had it
	DueOn               *time.Time // day by which it is to be answered, nil where no deadline runs
	DueOverAt           *time.Time // since when the desk knows that the day is over
	OwedSince           *time.Time // since when the person waits for an answer to what they wrote
	Unreachable         *time.Time // since when no message arrives: the person is to be found some other way
	Proposer            int64      // who has proposed a move that waits for a second person, 0 for none
	proposed            bool       // there was ever such a move
	Def                 *procedure.Procedure

	Filed      form.Raw // as last filed, documents included; for a draft, the draft
	Correction form.Raw // what the person has typed since items were asked
	Agent      form.Raw // agents' own fields
	Documents  []Attached

	// byAgents are the filings that were an agent’s correction at the counter.
	byAgents int
	// requested are the paths of what was ever asked for on request.
	requested []string
	arrived   time.Time  // when the message that it is being begun by came; zero for any other
	granted   *time.Time // the other day that the move being made brings
	dueWarned []string   // warnings of the deadline that have gone off
	filed     map[string]filedStep
	filings   []filing
	versions  map[string]int // of the stage that is being written, by step
	key       seal.Key
	lost      []string // keys of the keyring to be destroyed once the closing has committed
	reminded  []string // timers of the day to answer that have gone off
	wrapped   []byte
	by        string
	chain     journal.Chain
}

// Attached is a document that stands on the dossier.
type Attached struct {
	ID, Path string
	Round    int
	Scanned  Scanned
	Used     bool // of agents: a move has rested on it
}

type filedStep struct {
	round int
	raw   form.Raw
}

// filing is a page of answers as it was filed, sealed still: what a later filing took the place of is opened when it is compared.
type filing struct {
	step           string
	round, version int
	sealed         []byte
}

// The stages in which answers are kept apart (design, decision 4).
const (
	stageDraft      = "draft"
	stageFiled      = "filed"
	stageCorrection = "correction"
	stageAgent      = "agent"
)

// Format keeps answers out of every log.
func (d *Dossier) Format(s fmt.State, _ rune) { _, _ = fmt.Fprintf(s, "dossier %d", d.ID) }

// Version of a step in the stage that the owner writes now; 0 = never saved.
func (d *Dossier) Version(step string) int { return d.versions[step] }

// Answers is the dossier as its owner sees it now: what was filed, with the corrections typed since, and documents.
func (d *Dossier) Answers() form.Raw {
	raw := make(form.Raw, len(d.Filed)+len(d.Correction)+len(d.Documents)+1)
	if len(d.requested) > 0 {
		raw[form.Requested] = d.requested
	}
	for k, v := range d.Filed {
		raw[k] = v
	}
	for k, v := range d.Correction {
		raw[k] = v
	}
	for _, a := range d.Documents {
		raw[a.Path] = append(raw[a.Path], a.ID)
	}
	return raw
}

// answers are Answers to be read alone: most often those of a draft, as they are.
func (d *Dossier) answers() form.Raw {
	if len(d.Correction) == 0 && len(d.Documents) == 0 && len(d.requested) == 0 {
		return d.Filed
	}
	return d.Answers()
}

// Journey walks the dossier's answers on the day of at.
func (d *Dossier) Journey(facts form.Facts, at time.Time) *form.Journey {
	return d.Def.Form.Walk(d.answers(), d.facts(facts), workflow.Day(at))
}

// Following is Journey as far as it is asked about: the answers must not change meanwhile.
func (d *Dossier) Following(at time.Time) *form.Journey {
	return d.Def.Form.Follow(d.answers(), d.facts(nil), workflow.Day(at))
}

// facts adds to what is known of the account what is known of the dossier.
func (d *Dossier) facts(of form.Facts) form.Facts {
	out := make(form.Facts, len(of)+1)
	for k, v := range of {
		out[k] = v
	}
	out[form.FactChannel] = d.Channel
	return out
}

// Closed tells whether processing has ended.
func (d *Dossier) Closed() bool { return d.StateKind == "closed" }

// stage is where the owner's answers go now, or "" when nothing may be written.
func (d *Dossier) stage() string {
	switch d.StateKind {
	case "draft":
		return stageDraft
	case "waiting":
		return stageCorrection
	}
	return ""
}

// load opens a dossier for reading; lock is a transaction that takes its row first.
func (o *Office) load(ctx context.Context, q *sqlc.Queries, publicID string) (*Dossier, error) {
	row, err := q.DossierByPublicID(ctx, publicID)
	if err != nil {
		return nil, err
	}
	return o.open(ctx, q, row)
}

// open makes a dossier of its row.
func (o *Office) open(ctx context.Context, q *sqlc.Queries, row sqlc.DossierByPublicIDRow) (*Dossier, error) {
	def, err := o.definition(ctx, q, row.Dossier.Procedure, row.Dossier.Definition)
	if err != nil {
		return nil, err
	}
	d := fromRow(row.Dossier, def)
	if d.Mandate, err = mandateOf(ctx, q, row.Mandate); err != nil {
		return nil, err
	}
	if err := d.beyondDraft(ctx, q); err != nil {
		return nil, err
	}
	if d.key, err = o.Keys.Unwrap(row.Wrapped, row.WrappedBy); err != nil {
		return nil, err
	}
	d.wrapped, d.by = row.Wrapped, row.WrappedBy
	for _, paper := range row.Papers {
		x := strings.Fields(paper)
		d.Documents = append(d.Documents, Attached{x[0], x[1], number(x[2]), Scanned(x[3]), x[4] == "true"})
	}
	return d, d.openAnswers(row.Pages)
}

func (o *Office) lock(ctx context.Context, tx *store.Tx, publicID string) (*Dossier, error) {
	if err := tx.Q.DossierLock(ctx, publicID); err != nil {
		return nil, err
	}
	return o.load(ctx, tx.Q, publicID)
}

func fromRow(r sqlc.Dossier, def *procedure.Procedure) *Dossier {
	d := &Dossier{
		Dossier:  access.Dossier{ID: r.ID, Procedure: r.Procedure, StateKind: r.StateKind, Paper: r.Channel != online, Mailed: r.Channel == byMail, Open: def.Flow.TakesGuests()},
		PublicID: r.PublicID, State: r.State, Channel: r.Channel, Team: r.Team, Lang: text.Lang(r.Lang), Round: int(r.Round),
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, SubmittedAt: r.SubmittedAt, ClosedAt: r.ClosedAt, PurgeOn: r.PurgeOn,
		Def: def, Filed: form.Raw{}, Correction: form.Raw{}, Agent: form.Raw{},
		filed: map[string]filedStep{}, versions: map[string]int{},
		chain: journal.Chain{DossierID: r.ID, Seq: int(r.JournalSeq), Head: r.JournalHead},
	}
	d.OwnerID, d.AssigneeID = deref(r.OwnerID), deref(r.AssigneeID)
	d.Reference = deref(r.Reference)
	d.byAgents = int(r.Corrected)
	d.OwedSince = r.OwedSince
	d.AnswerBy, d.OverdueAt, d.reminded = r.AnswerBy, r.OverdueAt, r.Reminded
	d.Unreachable = r.UnreachableAt
	d.ReceivedOn, d.DueOn, d.DueOverAt, d.dueWarned = r.ReceivedOn, r.DueOn, r.DueOverAt, r.DueWarned
	return d
}

func (d *Dossier) openAnswers(pages [][]byte) error {
	current := d.stage()
	d.Filed = make(form.Raw, 8*len(pages)) // as many as a step has, about
	for _, page := range pages {
		stage, step, round, version, sealed := placeOf(page)
		if stage == stageFiled {
			d.filings = append(d.filings, filing{step, round, version, sealed})
			if d.filed[step].round > round {
				continue // an older filing of this step
			}
		}
		into := d.stored(stage, step, round)
		if err := openInto(into, d.key, sealed, d.ad(stage, step, round, version)); err != nil {
			return err
		}
		if stage == current || stage == stageAgent {
			d.versions[step] = version
		}
	}
	for _, f := range d.filed {
		merge(d.Filed, f.raw)
	}
	return nil
}

// stored is where the answers of a stage are kept in memory.
func (d *Dossier) stored(stage, step string, round int) form.Raw {
	switch stage {
	case stageDraft:
		return d.Filed
	case stageCorrection:
		return d.Correction
	case stageAgent:
		return d.Agent
	}
	d.filed[step] = filedStep{round, form.Raw{}}
	return d.filed[step].raw
}

// placeOf reads where a page of answers belongs, as the query writes it before the page.
func placeOf(page []byte) (stage, step string, round, version int, sealed []byte) {
	word := func() string {
		w, rest, _ := bytes.Cut(page, []byte(" "))
		page = rest
		return string(w)
	}
	stage, step = word(), word()
	round, version = number(word()), number(word())
	return stage, step, round, version, page
}

// number reads a whole number that the database wrote.
func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// ad binds a sealed page of answers to its place: it opens nowhere else.
func (d *Dossier) ad(stage, step string, round, version int) []string {
	return []string{"answer", strconv.FormatInt(d.ID, 10), stage, step, strconv.Itoa(round), strconv.Itoa(version)}
}

// write seals a page of answers and stores it.
func (d *Dossier) write(ctx context.Context, tx *store.Tx, stage, step string, round, version int, raw form.Raw) error {
	page, err := d.page(tx, stage, step, round, version, raw)
	if err != nil {
		return err
	}
	return tx.Q.AnswerUpsert(ctx, page)
}

// page seals a page of answers for its place.
func (d *Dossier) page(tx *store.Tx, stage, step string, round, version int, raw form.Raw) (sqlc.AnswerUpsertParams, error) {
	plain, err := json.Marshal(map[string][]string(raw))
	if err != nil {
		return sqlc.AnswerUpsertParams{}, err
	}
	sealed, err := d.key.Seal(plain, d.ad(stage, step, round, version)...)
	return sqlc.AnswerUpsertParams{
		DossierID: d.ID, Stage: stage, Step: step, Round: int32(round), Version: int32(version), Sealed: sealed, At: tx.Now,
	}, err
}

// definition finds the definition a dossier was started with: the one in force, or the stored one.
func (o *Office) definition(ctx context.Context, q *sqlc.Queries, id string, hash []byte) (*procedure.Procedure, error) {
	if p := o.Catalogue.ByHash(hash); p != nil {
		return p, nil
	}
	row, err := q.DefinitionByHash(ctx, hash)
	if err != nil {
		return nil, err
	}
	p, err := o.Catalogue.Adopt(row.Content)
	if err != nil {
		return nil, fault.From(fault.Internal, "", fmt.Errorf("stored definition of %s: %w", id, err))
	}
	return p, nil
}

// own is the part of raw that belongs to the step, its notice's tick included.
func (d *Dossier) own(step *form.Step, raw form.Raw) form.Raw {
	out := d.Def.Form.Own(step.ID, raw)
	if v, ok := raw[tick(step.Notice)]; ok && step.Notice != "" {
		out[tick(step.Notice)] = v
	}
	return out
}

func merge(into, from form.Raw) {
	for k, v := range from {
		into[k] = v
	}
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func ref[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}
