package watch

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Tower watches over the readings.
type Tower struct {
	Store     *store.Store
	Office    *dossier.Office
	Catalogue *procedure.Catalogue
	Keys      *seal.Keyring
	// Surnames gives the surnames of agents; those whose key is gone are left out.
	Surnames func(ctx context.Context, ids []int64) (map[int64]string, error)
}

// Look is the hourly job that looks at the readings of today and of the day before.
type Look struct{}

// Kind names the job for the queue.
func (Look) Kind() string { return "watch.look" }

// Register makes w able to look.
func (t *Tower) Register(w *job.Workers) {
	job.Register(w, func(ctx context.Context, _ Look) error { return t.Look(ctx) })
}

// Look keeps what is found for a supervisor; what was found before is told once, and grows until somebody has looked at it.
// Findings of before the rolling year are forgotten (RP-185).
func (t *Tower) Look(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "watch.Look")
	now := t.Store.Now()
	year, month, today := now.In(text.Zone).Date()
	since := time.Date(year, month, today-1, 0, 0, 0, 0, text.Zone)
	for _, p := range t.Catalogue.All() {
		if err := t.lookAt(ctx, p, since, now); err != nil {
			return err
		}
	}
	return t.Store.InTx(ctx, func(tx *store.Tx) error { return tx.Q.WatchSweep(ctx, tx.Now.AddDate(-1, 0, 0)) })
}

func (t *Tower) lookAt(ctx context.Context, p *procedure.Procedure, since, before time.Time) error {
	rows, err := t.Store.Q().ReadingsBetween(ctx, sqlc.ReadingsBetweenParams{Procedure: p.ID, Since: since, Before: before})
	if err != nil || len(rows) == 0 {
		return err
	}
	seen := make([]Seen, len(rows))
	for i, r := range rows {
		seen[i] = Seen{Agent: r.ActorID, Dossier: r.DossierID, At: r.At, Basis: r.Basis, Closed: r.ClosedAt != nil && r.ClosedAt.Before(r.At)}
	}
	limits := &p.Flow.Readings
	if err := t.namesakes(ctx, limits, seen); err != nil {
		return err
	}
	shut := func(day time.Time) bool {
		_, closed := p.Flow.Calendar.Closed(day)
		return closed
	}
	return t.Store.InTx(ctx, func(tx *store.Tx) error {
		for _, f := range Find(seen, limits, shut) {
			_, err := tx.Q.WatchInsert(ctx, sqlc.WatchInsertParams{
				Procedure: p.ID, AccountID: f.Agent, Kind: f.Kind, Key: f.Key, FirstAt: f.First, LastAt: f.Last, Dossiers: f.Dossiers, FoundAt: tx.Now,
			})
			if err != nil && fault.Of(err) != fault.NotFound { // no row: a supervisor has looked at it
				return err
			}
		}
		return nil
	})
}

// namesakes marks the readings of dossiers in which somebody bears the reader's surname.
func (t *Tower) namesakes(ctx context.Context, limits *workflow.Readings, seen []Seen) error {
	if len(limits.Surnames) == 0 {
		return nil
	}
	of := map[int64][]int64{}
	for _, s := range seen {
		if !slices.Contains(of[s.Agent], s.Dossier) {
			of[s.Agent] = append(of[s.Agent], s.Dossier)
		}
	}
	agents := make([]int64, 0, len(of))
	for id := range of {
		agents = append(agents, id)
	}
	names, err := t.Surnames(ctx, agents)
	if err != nil {
		return err
	}
	for agent, name := range names {
		same, err := t.Office.Namesakes(ctx, name, of[agent], limits.Surnames)
		if err != nil {
			return err
		}
		for i := range seen {
			seen[i].Namesake = seen[i].Namesake || seen[i].Agent == agent && slices.Contains(same, seen[i].Dossier)
		}
	}
	return nil
}

// Alert is a finding as a supervisor sees it.
type Alert struct {
	ID          int64
	Procedure   string
	Kind        string
	Agent       int64
	First, Last time.Time
	Dossiers    []Named
	Count       int // of dossiers
	SettledBy   int64
	SettledAt   time.Time
	Word        string // what was found
}

// Named is a dossier by its reference; one that was erased meanwhile is left out.
type Named struct{ ID, Reference string }

// Procedures are those whose readings the actor may look at.
func (t *Tower) Procedures(a access.Actor) []string {
	out := []string{}
	for _, p := range t.Catalogue.All() {
		if access.May(a, access.Audit, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out
}

// Alerts lists what waits to be looked at, or what was; the newest first.
func (t *Tower) Alerts(ctx context.Context, a access.Actor, waiting bool) (_ []Alert, err error) {
	defer fault.Wrap(&err, "watch.Alerts")
	rows, err := t.Store.Q().WatchList(ctx, sqlc.WatchListParams{Procedures: t.Procedures(a), Waiting: waiting})
	out := make([]Alert, len(rows))
	for i, r := range rows {
		out[i] = t.shown(r)
	}
	return out, err
}

// Alert shows one, with its dossiers. Of a procedure whose readings the actor may not look at it is NotFound.
func (t *Tower) Alert(ctx context.Context, a access.Actor, id int64) (_ Alert, err error) {
	defer fault.Wrap(&err, "watch.Alert %d", id)
	row, err := t.Store.Q().WatchOne(ctx, id)
	if err != nil {
		return Alert{}, err
	}
	if !access.May(a, access.Audit, row.Procedure) {
		return Alert{}, fault.New(fault.NotFound, "")
	}
	out := t.shown(row)
	named, err := t.Store.Q().WatchReferences(ctx, row.Dossiers)
	for _, d := range named {
		if d.Reference != nil {
			out.Dossiers = append(out.Dossiers, Named{d.PublicID, *d.Reference})
		}
	}
	return out, err
}

func (t *Tower) shown(r sqlc.WatchAlert) Alert {
	a := Alert{ID: r.ID, Procedure: r.Procedure, Kind: r.Kind, Agent: r.AccountID, First: r.FirstAt, Last: r.LastAt, Count: len(r.Dossiers)}
	if r.SettledBy != nil && r.SettledAt != nil {
		a.SettledBy, a.SettledAt = *r.SettledBy, *r.SettledAt
		if words, err := t.Keys.OpenFor(a.SettledBy, purposeOf(r.ID), r.Word); err == nil { // under another keyring nothing is said
			a.Word = string(words)
		}
	}
	return a
}

// mostWords is how many characters may say what was found.
const mostWords = 2000

// Settle writes down what was found. Nobody does so of their own readings. Errors: NotFound, Forbidden "watch.own",
// Invalid "watch.word", Conflict "watch.settled".
func (t *Tower) Settle(ctx context.Context, a access.Actor, id int64, word string) (err error) {
	defer fault.Wrap(&err, "watch.Settle %d by %d", id, a.AccountID)
	alert, err := t.Alert(ctx, a, id)
	if err != nil {
		return err
	}
	word = strings.TrimSpace(word)
	switch {
	case alert.Agent == a.AccountID:
		return fault.New(fault.Forbidden, "watch.own")
	case word == "" || utf8.RuneCountInString(word) > mostWords:
		return fault.New(fault.Invalid, "watch.word")
	}
	sealed, err := t.Keys.SealFor(a.AccountID, purposeOf(id), []byte(word))
	if err != nil {
		return err
	}
	err = t.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.WatchSettle(ctx, sqlc.WatchSettleParams{ID: id, SettledBy: &a.AccountID, At: &tx.Now, Word: sealed})
		return err
	})
	if fault.Of(err) == fault.NotFound {
		return fault.New(fault.Conflict, "watch.settled")
	}
	return err
}

func purposeOf(id int64) string { return "watch " + strconv.FormatInt(id, 10) }
