package dossier

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"time"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// keepBytes seals bytes that the service has itself, at a path that is no field. It gives the blob, for when the transaction fails.
func (o *Office) keepBytes(ctx context.Context, tx *store.Tx, d *Dossier, path, name, kind string, raw []byte) (id, blob string, err error) {
	id, blob = newPublicID(), document.NewName()
	if err := o.put(ctx, d.key, blob, bytes.NewReader(raw), "document", id); err != nil {
		return id, blob, err
	}
	sum := sha256.Sum256(raw)
	sealed, err := d.sealLabel(id, label{Name: name, SHA256: hex.EncodeToString(sum[:])})
	if err != nil {
		return id, blob, err
	}
	err = tx.Q.DocumentInsert(ctx, sqlc.DocumentInsertParams{
		PublicID: id, DossierID: d.ID, Path: path, Rule: mainRule, Round: int32(d.Round), Kind: kind, Size: int64(len(raw)), Blob: blob, Sealed: sealed,
		At: tx.Now, Verdict: string(o.unseen()),
	})
	if err != nil {
		return id, blob, err
	}
	return id, blob, o.queueScan(ctx, tx, id)
}

// MailCopy is a message as it came in: a copy that few may read (DS-087).
type MailCopy struct {
	ID string
	MailSender
	Continues bool
	At        time.Time
	Raw       []byte // of one that is opened
}

// MayReadMail tells whether the actor may read the copies of messages of a dossier.
func (o *Office) MayReadMail(a access.Actor, d *Dossier) bool {
	return a.Kind == access.Agent && access.Can(a, access.Read, d.Dossier, "") && access.Can(a, access.Mailbox, d.Dossier, "")
}

// MailCopies lists the copies kept of the messages of a dossier, for those who may read them; NotFound to everybody else.
func (o *Office) MailCopies(ctx context.Context, a access.Actor, d *Dossier) (out []MailCopy, err error) {
	defer fault.Wrap(&err, "dossier.MailCopies %d", d.ID)
	if !o.MayReadMail(a, d) {
		return nil, errNotFound
	}
	rows, err := o.queries().MailInOf(ctx, d.ID)
	for _, r := range rows {
		s, err := d.openSender(r.PublicID, r.Sealed)
		if err != nil {
			return nil, err
		}
		out = append(out, MailCopy{ID: r.PublicID, MailSender: s, Continues: r.Continues, At: r.At})
	}
	return out, err
}

// MailCopy opens one copy, and notes that it was read. Before the scanner's verdict it is Conflict "document.waiting", as any file.
func (o *Office) MailCopy(ctx context.Context, a access.Actor, id string) (d *Dossier, m *MailCopy, err error) {
	defer fault.Wrap(&err, "dossier.MailCopy %s", id)
	var file sqlc.DocumentByPublicIDRow
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		row, err := tx.Q.MailInByPublicID(ctx, id)
		if err != nil {
			return err
		}
		if d, err = o.load(ctx, tx.Q, row.Dossier); err != nil {
			return err
		}
		if !o.MayReadMail(a, d) {
			return errNotFound
		}
		s, err := d.openSender(row.PublicID, row.Sealed)
		if err != nil {
			return err
		}
		m = &MailCopy{ID: row.PublicID, MailSender: s, Continues: row.Continues, At: row.At}
		if file, err = tx.Q.DocumentByPublicID(ctx, row.Copy); err != nil {
			return err
		}
		if !o.legible(Scanned(file.Verdict)) {
			return fault.New(fault.Conflict, "document.waiting")
		}
		return o.noteRead(ctx, tx, a, d, "mail "+row.PublicID)
	})
	if err != nil {
		return nil, nil, err
	}
	m.Raw, err = o.allOf(ctx, file)
	return d, m, err
}

// allOf reads a kept file that is known to be small.
func (o *Office) allOf(ctx context.Context, row sqlc.DocumentByPublicIDRow) ([]byte, error) {
	content, err := o.unsealed(ctx, row)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(content)
	_ = content.Close()
	return raw, err
}

// scanPatience is how long the files of a message wait for the scanner's word on its copy before they are asked for again.
const scanPatience = time.Minute

// MailToOpen gives the bytes of a message whose files have not been looked at yet, nil when they were.
func (o *Office) MailToOpen(ctx context.Context, mail int64) (raw []byte, err error) {
	defer fault.Wrap(&err, "dossier.MailToOpen %d", mail)
	row, err := o.queries().MailInByID(ctx, mail)
	if err != nil || row.FilesAt != nil {
		return nil, gone(err)
	}
	file, err := o.queries().DocumentByPublicID(ctx, row.Copy)
	if err != nil {
		return nil, gone(err)
	}
	if !o.legible(Scanned(file.Verdict)) {
		return nil, job.Later(scanPatience)
	}
	return o.allOf(ctx, file)
}

// MailWaiting is the clock's job that asks again for what was not looked at.
type MailWaiting struct{}

// Kind names the job.
func (MailWaiting) Kind() string { return "mail_waiting" }

// mailPatience is how long the files of a message may lie before they are asked for again: their job has given up, or is gone.
const mailPatience = 24 * time.Hour

// RetryMailFiles asks again for the files of messages whose job has given up, each day until they were looked at, and says so in the
// log that administrators watch: what somebody sent is not lost because a machine was away for long.
func (o *Office) RetryMailFiles(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "dossier.RetryMailFiles")
	for after := int64(0); ; {
		var ids []int64
		err := o.Store.InTx(ctx, func(tx *store.Tx) (err error) {
			ids, err = tx.Q.MailInWaiting(ctx, sqlc.MailInWaitingParams{Before: tx.Now.Add(-mailPatience), After: after, Lim: atOnce})
			for _, id := range ids {
				err = errors.Join(err, job.Insert(ctx, tx, MailFiles{id}))
			}
			return err
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		slog.WarnContext(ctx, "files of messages not looked at for a day are asked for again", "count", len(ids))
		after = ids[len(ids)-1]
	}
}

// MailFile is one file that came with a message.
type MailFile struct {
	Name    string
	Content []byte
}

// KeepMailFiles checks the files of a message as any file is checked, and hangs those that pass on its words. Of one that does not
// pass, the journal says why. Two who try do it once.
func (o *Office) KeepMailFiles(ctx context.Context, mail int64, files []MailFile, dropped int) (err error) {
	defer fault.Wrap(&err, "dossier.KeepMailFiles %d", mail)
	row, err := o.queries().MailInByID(ctx, mail)
	if err != nil {
		return gone(err)
	}
	d, err := o.load(ctx, o.queries(), row.Dossier)
	if err != nil {
		return gone(err)
	}
	var in []mailFile
	var refused []string
	for _, f := range files {
		x, err := o.mailFile(ctx, d, f)
		switch {
		case err == nil:
			in = append(in, x)
		case fault.Of(err) == fault.Invalid || fault.Of(err) == fault.TooLarge:
			refused = append(refused, fault.Key(err))
		default:
			o.dropMailFiles(ctx, in)
			return err
		}
	}
	for range dropped {
		refused = append(refused, "document.too_many_here")
	}
	kept := false
	err = o.Store.InTx(ctx, func(tx *store.Tx) (err error) {
		kept, err = o.hangMailFiles(ctx, tx, row, in, refused)
		return err
	})
	if err != nil || !kept {
		o.dropMailFiles(ctx, in)
	}
	return gone(err)
}

// mailFile is a file that has passed, sealed already.
type mailFile struct {
	id, blob string
	label    label
	kind     document.Kind
	size     int64
	pages    int
}

func (o *Office) mailFile(ctx context.Context, d *Dossier, f MailFile) (x mailFile, err error) {
	x.id = newPublicID()
	sent, err := o.Workshop.Spool(bytes.NewReader(f.Content), MostOf(nil))
	if err != nil {
		return x, err
	}
	defer func() { _ = sent.Close() }()
	checked, k, err := o.judge(ctx, d.key, x.id, sent)
	if err != nil {
		return x, err
	}
	defer func() { _ = checked.Close() }()
	x.blob, x.kind, x.size, x.pages = k.blob, checked.Kind, checked.Size, checked.Pages
	x.label = label{Name: nameAs(checked.Kind, clip(f.Name)), SHA256: k.sum}
	return x, nil
}

// hangMailFiles writes the rows, unless somebody was quicker or the dossier has its share.
func (o *Office) hangMailFiles(ctx context.Context, tx *store.Tx, row sqlc.MailInByIDRow, in []mailFile, refused []string) (bool, error) {
	d, err := o.lock(ctx, tx, row.Dossier)
	if err != nil {
		return false, err
	}
	if _, err := tx.Q.MailInFilesTaken(ctx, sqlc.MailInFilesTakenParams{ID: row.ID, At: &tx.Now}); err != nil {
		return false, gone(err)
	}
	use, err := tx.Q.AttachmentUsage(ctx, sqlc.AttachmentUsageParams{DossierID: d.ID, ByMail: true})
	if err != nil {
		return false, err
	}
	system, files, size := access.Actor{Kind: access.System}, int(use.Files), use.Bytes
	for _, x := range in {
		if files, size = files+1, size+x.size; files > mostMailFiles || size > mostMailBytes {
			refused = append(refused, "document.quota")
			o.dropMailFiles(ctx, []mailFile{x})
			continue
		}
		if err := o.hangMailFile(ctx, tx, d, row.MessageID, x); err != nil {
			return false, err
		}
	}
	for _, why := range refused {
		if err := o.note(ctx, tx, system, d, mailFiled, journal.Detail{"refused": why}); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (o *Office) hangMailFile(ctx context.Context, tx *store.Tx, d *Dossier, message int64, x mailFile) error {
	sealed, err := d.sealLabel(x.id, x.label)
	if err != nil {
		return err
	}
	err = tx.Q.AttachmentInsert(ctx, sqlc.AttachmentInsertParams{
		PublicID: x.id, DossierID: d.ID, Path: MessagePath, Rule: mainRule, Round: int32(d.Round), Kind: string(x.kind), Size: x.size,
		Pages: int32(x.pages), Blob: x.blob, Sealed: sealed, At: tx.Now, Verdict: string(o.unseen()),
	})
	if err != nil {
		return err
	}
	if err := tx.Q.AttachmentOfMessage(ctx, sqlc.AttachmentOfMessageParams{PublicID: x.id, MessageID: &message}); err != nil {
		return err
	}
	return o.queueScan(ctx, tx, x.id)
}

func (o *Office) dropMailFiles(ctx context.Context, in []mailFile) {
	for _, x := range in {
		o.dropBlobs(ctx, []string{x.blob})
	}
}
