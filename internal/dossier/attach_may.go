package dossier

import (
	"context"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/store/sqlc"
)

// A dossier holds at most this much, files on their way included, and beside it this much in messages (ASVS 5.2.4).
const (
	MostFiles        = 60
	MostBytes        = 300 << 20
	mostMessageFiles = 60
	mostMessageBytes = 100 << 20

	// Of what came in by e-mail, beside those: whoever knows a reference may send it.
	mostMailFiles = 60
	mostMailBytes = 100 << 20
)

// MostOf is the heaviest a file of the field may be, in bytes; of none, which is a file of a message, what any may be.
func MostOf(f *form.Field) int64 {
	if f == nil || f.MaxMB == nil {
		return document.Standard.Bytes
	}
	return min(int64(*f.MaxMB*(1<<20)), document.Standard.Bytes)
}

// Accepts lists what a file chooser offers for the field; for none, which is a file of a message, what the inspection takes.
func Accepts(f *form.Field) string {
	if f == nil {
		return document.Accepts([]string{"pdf", "jpeg", "png", "heic"})
	}
	return document.Accepts(f.Accept)
}

// mayAttach refuses what the definition, the state or the quota does not allow, before and again inside the transaction.
func (o *Office) mayAttach(ctx context.Context, q *sqlc.Queries, a access.Actor, d *Dossier, path string) error {
	return o.mayAdd(ctx, q, a, d, "", path, 1)
}

// mayAdd is mayAttach for a file of so many bytes, that may be on its way already under this id.
func (o *Office) mayAdd(ctx context.Context, q *sqlc.Queries, a access.Actor, d *Dossier, id, path string, size int64) error {
	if !access.Can(a, access.Own, d.Dossier, "") {
		return fault.New(fault.NotFound, "")
	}
	if path == MessagePath {
		return o.mayAttachToMessage(ctx, q, a, d, id, size)
	}
	f := d.Def.Form.Field(path)
	if f == nil || f.Kind != form.File || !d.knowsRow(f, path) {
		return fault.New(fault.NotFound, "")
	}
	switch d.stage() {
	case "":
		return fault.New(fault.Conflict, "dossier.not_open")
	case stageCorrection:
		asked, err := o.askedNow(ctx, q, d)
		if err != nil {
			return err
		}
		if !askedFor(asked, path) {
			return fault.New(fault.Forbidden, "dossier.frozen")
		}
	}
	return o.quota(ctx, q, d, f, id, path, size)
}

func askedFor(asked []AskedItem, path string) bool {
	for _, i := range asked {
		if covers(i.Path, path) {
			return true
		}
	}
	return false
}

func (o *Office) quota(ctx context.Context, q *sqlc.Queries, d *Dossier, f *form.Field, id, path string, size int64) error {
	n := 0
	for _, x := range d.Documents {
		if x.Path == path && x.Round == d.Round+1 {
			n++
		}
	}
	if f.Max != nil && float64(n) >= *f.Max {
		return fault.New(fault.Conflict, "document.too_many_here")
	}
	use, err := q.DocumentUsage(ctx, sqlc.DocumentUsageParams{DossierID: d.ID, But: id})
	if err != nil {
		return err
	}
	if use.Files >= MostFiles || use.Bytes+size > MostBytes {
		return fault.New(fault.TooLarge, "document.quota")
	}
	return nil
}

// formats are those that a file of the field may have; none for all.
func formats(f *form.Field) []string {
	if f == nil {
		return nil
	}
	return f.Accept
}

// knowsRow tells whether the path names the field itself, or for a set per row an existing row of its group.
func (d *Dossier) knowsRow(f *form.Field, path string) bool {
	if f.PerRow == "" {
		return path == f.ID
	}
	row, ok := strings.CutPrefix(path, f.ID+".")
	return ok && slices.Contains(d.Answers()[f.PerRow], row)
}
