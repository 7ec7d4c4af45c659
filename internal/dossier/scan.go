package dossier

import (
	"context"
	"errors"
	"slices"
	"time"

	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Scanned is what a virus scanner thinks of a document.
type Scanned string

// Unscanned stands while no scanner is configured; with one, a document waits until it is clean or infected.
const (
	Unscanned Scanned = "unscanned"
	Waiting   Scanned = "waiting"
	Clean     Scanned = "clean"
	Infected  Scanned = "infected"
)

// unseen is the verdict a document comes in with; the database knows better where another server has the scanner.
func (o *Office) unseen() Scanned {
	if o.Scanner == nil {
		return Unscanned
	}
	return Waiting
}

// Legible tells whether a document that the office has read may be opened: the one rule, for pages and for the office.
func (s Scanned) Legible() bool { return s == Clean || s == Unscanned }

// verdict is what the scanner thinks, as it stands under this configuration: what came in before there was a scanner waits for it.
func (o *Office) verdict(kept string) Scanned {
	if s := Scanned(kept); s != Unscanned || o.Scanner == nil {
		return s
	}
	return Waiting
}

func (o *Office) legible(s Scanned) bool { return o.verdict(string(s)).Legible() }

// awaited tells whether a move of the administration's rests on documents that the scanner has not seen. What a person sends
// may still wait: that the scanner is away must not cost them a day.
func (o *Office) awaited(d *Dossier, m *workflow.Move) bool {
	return d.stage() == "" && slices.Contains(m.Needs, "documents") &&
		slices.ContainsFunc(d.Documents, func(x Attached) bool { return !o.legible(x.Scanned) })
}

// Scan asks for a document to be put to the scanner.
type Scan struct {
	Document string `json:"document"`
}

// Kind names the job.
func (Scan) Kind() string { return "scan" }

// Line has scans wait for one another, and no mail for them.
func (Scan) Line() string { return job.Scans }

// ScanWaiting asks for all documents that wait to be put to the scanner again.
type ScanWaiting struct{}

// Kind names the job.
func (ScanWaiting) Kind() string { return "scan_waiting" }

// Line is that of scans.
func (ScanWaiting) Line() string { return job.Scans }

// RegisterScan says how documents are scanned.
func (o *Office) RegisterScan(w *job.Workers) {
	job.Register(w, func(ctx context.Context, s Scan) error { return o.Scan(ctx, s.Document) })
	job.Register(w, func(ctx context.Context, _ ScanWaiting) error { return o.ScanWaiting(ctx) })
}

func (o *Office) queueScan(ctx context.Context, tx *store.Tx, id string) error {
	if o.Scanner == nil {
		return nil
	}
	return job.Insert(ctx, tx, Scan{id})
}

// errNoScanner is the answer of a server without a scanner where another has one: that one is asked in its turn.
var errNoScanner = fault.New(fault.Unavailable, "document.scanner_away")

// Scan puts a document that waits to the scanner, and keeps its verdict. One that is gone, or has its verdict, is no error: a job
// may run twice. While the scanner is away, or is another server's, it is Unavailable, and the document waits on.
func (o *Office) Scan(ctx context.Context, documentID string) (err error) {
	defer fault.Wrap(&err, "dossier.Scan %s", documentID)
	row, err := o.queries().DocumentByPublicID(ctx, documentID)
	if fault.Of(err) == fault.NotFound || err == nil && Scanned(row.Verdict) != Waiting {
		return nil
	}
	if err != nil {
		return err
	}
	if o.Scanner == nil {
		return errNoScanner
	}
	content, err := o.unsealed(ctx, row)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	found, err := o.Scanner.Scan(ctx, content, row.Size)
	if err != nil {
		return err
	}
	if found != "" {
		return o.infected(ctx, row, found)
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Q.DocumentClean(ctx, sqlc.DocumentCleanParams{PublicID: documentID, At: &tx.Now})
		return gone(err)
	})
}

// infected takes a document off its dossier: it does not count as given any more, its row and the journal say why, its content
// is deleted. Of one that was sent already its person is told, and the agent: before, the page that sends it says so. Who applied
// on paper has sent no file: there the agent alone is told.
func (o *Office) infected(ctx context.Context, row sqlc.DocumentByPublicIDRow, found document.Finding) error {
	err := o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, row.Dossier.PublicID)
		if err != nil {
			return err
		}
		if _, err := tx.Q.DocumentInfected(ctx, sqlc.DocumentInfectedParams{PublicID: row.PublicID, At: &tx.Now}); err != nil {
			return err
		}
		line := journal.Line{
			Role: d.Def.Flow.Clockwork(), Act: workflow.Infected, Detail: journal.Detail{"path": row.Path, "document": row.PublicID, "signature": string(found)},
		}
		if row.Path == MessagePath && !sent(d, row) {
			line.Detail["sent"] = "no"
		}
		if err := o.inscribe(ctx, tx, d, line); err != nil || d.Closed() || !sent(d, row) {
			return err
		}
		return o.happened(ctx, tx, d, workflow.Infected)
	})
	if err == nil {
		o.dropBlobs(ctx, []string{row.Blob})
	}
	return gone(err)
}

// sent tells whether a file left the hands of who added it: with the dossier, or with a message.
func sent(d *Dossier, row sqlc.DocumentByPublicIDRow) bool {
	if row.Path == MessagePath {
		return row.MessageID != nil
	}
	return int(row.Round) <= d.Round
}

// gone forgives that a document or its dossier was removed meanwhile.
func gone(err error) error {
	if fault.Of(err) == fault.NotFound {
		return nil
	}
	return err
}

// patience is how long a document is left to its own job before the sweep looks at it.
const patience = 2 * time.Minute

// ScanWaiting has what came in before there was a scanner wait for it, and scans what a long absence of the scanner has left
// waiting: the jobs of single documents give up in the end. It stops when the scanner is still away, or is another server's; a
// document that the scanner or the store cannot cope with keeps no other from its verdict.
func (o *Office) ScanWaiting(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "dossier.ScanWaiting")
	if o.Scanner == nil {
		if n, err := o.WaitingForScan(ctx); err != nil || n == 0 {
			return err
		}
		return errNoScanner
	}
	if err := o.adopt(ctx); err != nil {
		return err
	}
	var failed error
	next := sqlc.DocumentsWaitingParams{Until: o.Store.Now().Add(-patience), Lim: atOnce}
	for {
		rows, err := o.queries().DocumentsWaiting(ctx, next)
		if err != nil || len(rows) == 0 {
			return errors.Join(failed, err)
		}
		for _, r := range rows {
			err := o.Scan(ctx, r.PublicID)
			if ctx.Err() != nil || fault.Key(err) == "document.scanner_away" {
				return err
			}
			failed = errors.Join(failed, err)
			next.After = r.ID
		}
	}
}

// adopted is how many documents are brought up to date with the configuration in one transaction.
const adopted = 1000

// adopt notes for all servers that there is a scanner, and has what came in before wait for it.
func (o *Office) adopt(ctx context.Context) error {
	_, err := o.byThousands(ctx, func(tx *store.Tx) (int32, error) {
		if err := tx.Q.ScannerKnow(ctx, tx.Now); err != nil {
			return 0, err
		}
		return tx.Q.DocumentsAwait(ctx, adopted)
	})
	return err
}

// GiveUpScanning is an administrator's word that there is no scanner any more: what waits is served unscanned, and so is what
// comes in from now on. It tells how many documents waited. A server that still has a scanner takes the word back.
func (o *Office) GiveUpScanning(ctx context.Context) (n int, err error) {
	defer fault.Wrap(&err, "dossier.GiveUpScanning")
	return o.byThousands(ctx, func(tx *store.Tx) (int32, error) {
		if err := tx.Q.ScannerForget(ctx); err != nil {
			return 0, err
		}
		return tx.Q.DocumentsAwaitNothing(ctx, adopted)
	})
}

// byThousands does something to documents until there are none left to do it to, and counts them.
func (o *Office) byThousands(ctx context.Context, do func(*store.Tx) (int32, error)) (all int, err error) {
	for {
		var n int32
		err := o.Store.InTx(ctx, func(tx *store.Tx) (err error) {
			n, err = do(tx)
			return err
		})
		all += int(n)
		if err != nil || n < adopted {
			return all, err
		}
	}
}

// mostCounted documents are counted: what waits beyond is no other news.
const mostCounted = 1000

// WaitingForScan counts the documents that wait for the scanner, mostCounted at most.
func (o *Office) WaitingForScan(ctx context.Context) (_ int, err error) {
	defer fault.Wrap(&err, "dossier.WaitingForScan")
	n, err := o.queries().DocumentsWaitingCount(ctx, mostCounted)
	return int(n), err
}
