package release

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"

	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/verify"
)

// Make asks for the file of an approved request.
type Make struct {
	Request int64 `json:"request"`
}

// Kind names the job.
func (Make) Kind() string { return "release-file" }

// make makes the file of an approved request: the workbook, its certificate, its line in the ledger and the state are one
// transaction, so a run that ends anywhere leaves all or nothing, and the next gives the same bytes (P12). What the program
// itself finds wrong ends the request with a word; what passes (a stopped database) is tried again.
func (h *House) make(ctx context.Context, m Make) (err error) {
	defer fault.Wrap(&err, "release.make %d", m.Request)
	r, err := h.claim(ctx, m.Request)
	if err != nil || r.State != "making" {
		return err
	}
	err = h.build(ctx, r)
	if err == nil || ctx.Err() != nil || errors.Is(err, context.Canceled) || fault.Of(err) == fault.Unavailable {
		return err
	}
	slog.ErrorContext(ctx, "release not made", "procedure", r.Procedure, "id", r.PublicID, "error", err.Error())
	return h.fail(ctx, r, err)
}

// claim shows that the file is being made; the state tells whether there is anything to do.
func (h *House) claim(ctx context.Context, id int64) (r sqlc.ReleaseRequest, err error) {
	err = h.Store.InTx(ctx, func(tx *store.Tx) error {
		if r, err = tx.Q.ReleaseRequestForUpdate(ctx, id); err != nil || r.State != "approved" {
			return err
		}
		r.State = "making"
		if err := tx.Q.ReleaseRequestState(ctx, sqlc.ReleaseRequestStateParams{ID: id, State: r.State}); err != nil {
			return err
		}
		return act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: r.Procedure, RequestID: &r.ID, Act: r.State})
	})
	if err != nil {
		return r, err
	}
	return r, h.at("claimed")
}

func (h *House) fail(ctx context.Context, r sqlc.ReleaseRequest, why error) error {
	key := fault.Key(why)
	if key == "" {
		key = "release.fault"
	}
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		now, err := tx.Q.ReleaseRequestForUpdate(ctx, r.ID)
		if err != nil || now.State != "making" { // another server has made it meanwhile
			return err
		}
		if err := tx.Q.ReleaseRequestState(ctx, sqlc.ReleaseRequestStateParams{ID: r.ID, State: "failed", Fault: key}); err != nil {
			return err
		}
		return act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: r.Procedure, RequestID: &r.ID, Act: "failed"})
	})
}

// made is a file with its certificate.
type made struct {
	name              string
	book, certificate []byte
	rows              int
}

func (h *House) build(ctx context.Context, r sqlc.ReleaseRequest) error {
	p := h.Catalogue.Get(r.Procedure)
	if p == nil || p.Release == nil {
		return fault.New(fault.Conflict, "release.version_stale")
	}
	f, err := h.asked(ctx, p, r)
	if err != nil {
		return err
	}
	t := f.tally()
	m, err := h.write(f, t, r)
	if err != nil {
		return err
	}
	if err := h.attacked(ctx, r, f, m); err != nil {
		return err
	}
	if err := h.at("built"); err != nil {
		return err
	}
	if err := h.hand(ctx, r, f, t, m); err != nil {
		return err
	}
	return h.at("committed")
}

// asked is what the request is for: the months that were frozen when it was made.
func (h *House) asked(ctx context.Context, p *procedure.Procedure, r sqlc.ReleaseRequest) (frozen, error) {
	all, err := h.versions(ctx, p)
	if err != nil {
		return frozen{}, err
	}
	for _, v := range all {
		if v.row.ID == r.SchemaID && v.usable() {
			return h.frozen(ctx, p, all, v, r.Through)
		}
	}
	return frozen{}, fault.New(fault.Conflict, "release.version_stale")
}

// write makes the bytes, twice, looks at them, and certifies them. Nothing is kept yet.
func (h *House) write(f frozen, t *tally, r sqlc.ReleaseRequest) (m made, err error) {
	lang := text.Lang(r.Lang)
	words := bookLabels(h.Texts, lang, f.v.p)
	var book, again bytes.Buffer
	if err := errors.Join(WriteXLSX(&book, f.table, words), WriteXLSX(&again, f.table, words)); err != nil {
		return m, err
	}
	hygiene := clean(book.Bytes(), stringsOf(f.table, words))
	if !bytes.Equal(book.Bytes(), again.Bytes()) {
		hygiene = errors.New("two runs gave different bytes")
	}
	name := r.Procedure
	if f.v.row.Name != name {
		name += "-" + f.v.row.Name
	}
	m = made{name: name + "-" + r.Through.Format("2006-01") + "-" + r.Lang + ".xlsx", book: book.Bytes(), rows: f.table.Len()}
	sum := sha256.Sum256(m.book)
	file := StatedFile{Name: m.name, SHA256: hex.EncodeToString(sum[:]), Bytes: len(m.book), Rows: m.rows, Lang: r.Lang}
	for _, c := range f.table.Columns() {
		file.Columns = append(file.Columns, c.Name)
	}
	s := state(f, t, file, *r.DecidedAt, hygiene)
	for _, x := range s.Tests {
		if !x.Passed {
			return m, fault.From(fault.Internal, "release.fault", errors.New(x.ID+": "+x.Found))
		}
	}
	signer, err := h.Office.Keys.Signer()
	if err != nil {
		return m, err
	}
	if m.certificate, err = certify(s, signer); err != nil {
		return m, err
	}
	return m, verified(m, f.v.row.Content, signer)
}

// verified lets the verifier, which shares no code with any of this, look at the file as its readers will.
func verified(m made, schema string, signer seal.Signer) error {
	report, err := verify.File(m.book, []byte(schema), m.certificate, verify.TrustKey(signer.Public()))
	if err != nil {
		return fault.From(fault.Internal, "release.fault", err)
	}
	for _, c := range report.Checks {
		if c.Outcome == verify.Failed {
			return fault.From(fault.Internal, "release.fault", errors.New("verify "+c.ID+": "+c.Found))
		}
	}
	return nil
}

// hand keeps all of it in one transaction. Files of one schema queue on its row, so that each is held to a ledger that stands.
func (h *House) hand(ctx context.Context, r sqlc.ReleaseRequest, f frozen, t *tally, m made) error {
	sum := sha256.Sum256(m.book)
	return h.Store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Q.ReleaseSchemaForUpdate(ctx, f.v.row.ID); err != nil {
			return err
		}
		now, err := tx.Q.ReleaseRequestForUpdate(ctx, r.ID)
		if err != nil || now.State != "making" {
			return err
		}
		if err := h.enter(ctx, tx, f, t); err != nil {
			return err
		}
		if err := h.at("entered"); err != nil {
			return err
		}
		if err := tx.Q.ReleaseFileInsert(ctx, sqlc.ReleaseFileInsertParams{
			Procedure: r.Procedure, Schema: f.v.row.Fingerprint, Through: r.Through, Lang: r.Lang, MadeBy: &r.AskedBy, At: tx.Now,
			Sha256: sum[:], Rows: int32(m.rows), RequestID: r.ID, Name: m.name, Content: m.book, Certificate: m.certificate,
		}); err != nil {
			return err
		}
		if err := tx.Q.ReleaseRequestState(ctx, sqlc.ReleaseRequestStateParams{ID: r.ID, State: "ready"}); err != nil {
			return err
		}
		if err := act(ctx, tx, sqlc.ReleaseActInsertParams{Procedure: r.Procedure, RequestID: &r.ID, Act: "ready"}); err != nil {
			return err
		}
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		return h.at("inserted")
	})
}
