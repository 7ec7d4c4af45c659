package dossier

import (
	"bytes"
	"context"
	"io"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// MessagePath stands where a document's field does, for the files of messages: they prove nothing, and no move rests on them.
const MessagePath = "@message"

// The acts on files of messages. The message that is sent tells of its files, and what was not sent is told to no agent.
const (
	attachedToMessage  = "attach_message"
	droppedFromMessage = "detach_message"
)

// AttachToMessage checks and keeps a file for the message the person is writing, as documents are checked and kept: by content,
// sealed, put to the scanner. It waits, unseen by agents, until the message is sent.
//
// Errors: those of [Office.Write] before a byte is read, Conflict "message.files" (as many as the definition allows wait),
// TooLarge "document.quota", and those of the document's inspection.
func (o *Office) AttachToMessage(ctx context.Context, a access.Actor, publicID, name string, src io.Reader) (err error) {
	defer fault.Wrap(&err, "dossier.AttachToMessage %s", publicID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return err
	}
	if err := o.mayAttachToMessage(ctx, o.queries(), a, d, "", 1); err != nil {
		return err
	}
	return o.receive(ctx, a, d, arrival{id: newPublicID(), path: MessagePath, name: name}, src)
}

func (o *Office) attachToMessage(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, id, blob string, l label, c *document.Checked) error {
	sealed, err := d.sealLabel(id, l)
	if err != nil {
		return err
	}
	err = tx.Q.AttachmentInsert(ctx, sqlc.AttachmentInsertParams{
		PublicID: id, DossierID: d.ID, Path: MessagePath, Rule: mainRule, Round: int32(d.Round), Kind: string(c.Kind), Size: c.Size,
		Pages: int32(c.Pages), Blob: blob, Sealed: sealed, UploadedBy: ref(a.AccountID), At: tx.Now, Verdict: string(o.unseen()),
	})
	if err != nil {
		return err
	}
	if err := o.queueScan(ctx, tx, id); err != nil {
		return err
	}
	return o.note(ctx, tx, a, d, attachedToMessage, journal.Detail{"document": id})
}

// mayAttachToMessage refuses one file more of so many bytes, that may be on its way already under this id. What was found infected is told and counts for nothing.
func (o *Office) mayAttachToMessage(ctx context.Context, q *sqlc.Queries, a access.Actor, d *Dossier, id string, size int64) error {
	if err := o.mayWrite(a, d); err != nil {
		return err
	}
	waiting, err := q.AttachmentsPending(ctx, d.ID)
	if err != nil {
		return err
	}
	waiting = slices.DeleteFunc(waiting, func(r sqlc.AttachmentsPendingRow) bool { return Scanned(r.Verdict) == Infected })
	if len(waiting) >= o.Writing(d).Files {
		return fault.New(fault.Conflict, "message.files")
	}
	use, err := q.AttachmentUsage(ctx, sqlc.AttachmentUsageParams{DossierID: d.ID, But: id})
	if err != nil {
		return err
	}
	if use.Files >= mostMessageFiles || use.Bytes+size > mostMessageBytes {
		return fault.New(fault.TooLarge, "document.quota")
	}
	return nil
}

// MessageFiles lists the files that wait for the person's message to be sent; nobody else sees them.
func (o *Office) MessageFiles(ctx context.Context, a access.Actor, d *Dossier) (out []Document, err error) {
	defer fault.Wrap(&err, "dossier.MessageFiles %d", d.ID)
	if !a.Stands(d.Dossier) || !access.Can(a, access.Own, d.Dossier, "messages") {
		return nil, errNotFound
	}
	rows, err := o.queries().AttachmentsPending(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		l, err := d.openLabel(r.PublicID, r.Sealed)
		if err != nil {
			return nil, err
		}
		out = append(out, attachment(r.PublicID, l.Name, document.Kind(r.Kind), r.Size, int(r.Pages), o.verdict(r.Verdict)))
	}
	return out, nil
}

// DropMessageFile takes a file off the message that is being written, or the word that something was found in it; one that
// was sent stays, and is NotFound.
func (o *Office) DropMessageFile(ctx context.Context, a access.Actor, publicID, documentID string) (err error) {
	defer fault.Wrap(&err, "dossier.DropMessageFile %s %s", publicID, documentID)
	var blob string
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !a.Stands(d.Dossier) || !access.Can(a, access.Own, d.Dossier, "messages") {
			return errNotFound
		}
		blob, err = tx.Q.AttachmentDrop(ctx, sqlc.AttachmentDropParams{DossierID: d.ID, PublicID: documentID})
		if err != nil {
			return err
		}
		return o.note(ctx, tx, a, d, droppedFromMessage, journal.Detail{"document": documentID})
	})
	if err == nil && blob != "" {
		o.dropBlobs(ctx, []string{blob})
	}
	return err
}

// forgetMessage drops the files of a message that can be sent no more, and returns their blobs.
func (o *Office) forgetMessage(ctx context.Context, tx *store.Tx, d *Dossier, from string) ([]string, error) {
	if states := o.Writing(d).States; slices.Contains(states, d.State) || !slices.Contains(states, from) {
		return nil, nil
	}
	return tx.Q.AttachmentsForget(ctx, d.ID)
}

// openAttachment reads a file of a message as the query writes it: where it belongs in words, then its sealed label.
func (d *Dossier) openAttachment(row []byte) (Document, error) {
	var words [5]string
	for i := range words {
		word, rest, _ := bytes.Cut(row, []byte(" "))
		words[i], row = string(word), rest
	}
	l, err := d.openLabel(words[0], row)
	return attachment(words[0], l.Name, document.Kind(words[1]), int64(number(words[2])), number(words[3]), Scanned(words[4])), err
}

func attachment(id, name string, kind document.Kind, size int64, pages int, scanned Scanned) Document {
	return Document{ID: id, Path: MessagePath, Name: name, Kind: kind, Size: size, Pages: pages, Scanned: scanned, At: time.Time{}}
}
