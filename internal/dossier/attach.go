package dossier

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/journal"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Document is a file on a dossier, as it is shown.
type Document struct {
	ID, Path   string
	Name       string // as given by the person
	Kind       document.Kind
	Size       int64
	Pages      int
	Round      int
	Superseded bool
	At         time.Time
	Told       Told
	Judged     Judged
	Scanned    Scanned
}

// label is the part of a document that says something of its person; it is sealed.
type label struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Told
}

// Attach checks a file by its content, seals it under the dossier's key and keeps it for the field at path. It is streamed: at
// no time is it whole in memory. The file is durable before its row is: a stop in between leaves a blob without a row, never a
// row without its blob.
func (o *Office) Attach(ctx context.Context, a access.Actor, publicID, path, name string, src io.Reader) (id string, err error) {
	defer fault.Wrap(&err, "dossier.Attach %s %s", publicID, path)
	d, err := o.load(ctx, o.queries(), publicID) // before a byte is read: who may not, must not make us work
	if err != nil {
		return "", err
	}
	if err := o.mayAttach(ctx, o.queries(), a, d, path); err != nil {
		return "", err
	}
	id = newPublicID()
	return id, o.receive(ctx, a, d, arrival{id: id, path: path, name: name}, src)
}

func (o *Office) ruleAt(d *Dossier, path string) string {
	return ruleOf(d.Def, category(d.Def, path))
}

func (o *Office) attach(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, id, path, blob string, round int, l label, c *document.Checked) error {
	if k := d.Def.Flow.Keep(category(d.Def, path)); k != nil && k.AtOnce() {
		l.Name = "document" + strings.ToLower(filepath.Ext(l.Name)) // what a person calls such a file is sealed with the dossier, which stays
	}
	plain, err := json.Marshal(l)
	if err != nil {
		return err
	}
	sealed, err := d.key.Seal(plain, "label", id)
	if err != nil {
		return err
	}
	err = tx.Q.DocumentInsert(ctx, sqlc.DocumentInsertParams{
		PublicID: id, DossierID: d.ID, Path: path, Rule: o.ruleAt(d, path), Round: int32(round), Kind: string(c.Kind),
		Size: c.Size, Pages: int32(c.Pages), Blob: blob, Sealed: sealed, UploadedBy: ref(a.AccountID), At: tx.Now,
		Verdict: string(o.unseen()),
	})
	if err != nil {
		return err
	}
	if err := o.queueScan(ctx, tx, id); err != nil {
		return err
	}
	return o.touch(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: "attach", ActorID: a.AccountID, Detail: journal.Detail{"path": path, "document": id}})
}

// category is that of the data at a path: the field's own, or its step's.
func category(p *procedure.Procedure, path string) string {
	if f := p.Form.Field(path); f != nil && f.Category != "" {
		return f.Category
	}
	if s := p.Form.StepOf(path); s != nil {
		return s.Category
	}
	return ""
}

// Detach removes a document handed in for the coming round. Its row goes first; a blob left behind is swept later.
func (o *Office) Detach(ctx context.Context, a access.Actor, publicID, documentID string) (err error) {
	defer fault.Wrap(&err, "dossier.Detach %s %s", publicID, documentID)
	var blob string
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !access.Can(a, access.Own, d.Dossier, "") {
			return fault.New(fault.NotFound, "")
		}
		if d.stage() == "" {
			return fault.New(fault.Conflict, "dossier.not_open")
		}
		row, err := tx.Q.DocumentByPublicID(ctx, documentID)
		if err != nil {
			return err
		}
		blob = row.Blob
		if _, err := tx.Q.DocumentRemove(ctx, sqlc.DocumentRemoveParams{PublicID: documentID, DossierID: d.ID, Round: int32(d.Round + 1)}); err != nil {
			return err
		}
		return o.touch(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: "detach", ActorID: a.AccountID, Detail: journal.Detail{"path": row.Path, "document": documentID}})
	})
	if err != nil {
		return err
	}
	return o.Blobs.Delete(ctx, blob)
}

// Holds tells whether a document is the dossier's own, those replaced since and those of its messages included.
func (o *Office) Holds(ctx context.Context, d *Dossier, documentID string) (bool, error) {
	row, err := o.queries().DocumentByPublicID(ctx, documentID)
	if fault.Of(err) == fault.NotFound {
		return false, nil
	}
	return err == nil && row.Dossier.ID == d.ID, err
}

// documents lists a dossier's files with their names.
func (o *Office) documents(ctx context.Context, q *sqlc.Queries, d *Dossier) ([]Document, error) {
	rows, err := q.DocumentsOf(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Document, len(rows))
	for i, r := range rows {
		l, err := d.openLabel(r.PublicID, r.Sealed)
		if err != nil {
			return nil, err
		}
		out[i] = Document{
			r.PublicID, r.Path, l.Name, document.Kind(r.Kind), r.Size, int(r.Pages), int(r.Round), r.State != "received", r.UploadedAt, l.Told,
			Judged{r.Judgement, r.Reason, deref(r.JudgedBy), r.JudgedAt},
			o.verdict(r.Verdict),
		}
	}
	return out, nil
}

func (d *Dossier) openLabel(id string, sealed []byte) (l label, err error) {
	plain, err := d.key.Open(sealed, "label", id)
	if err != nil {
		return l, err
	}
	err = json.Unmarshal(plain, &l)
	return l, err
}

func (o *Office) documentKey(ctx context.Context, q *sqlc.Queries, d *Dossier, rule string) (k seal.Key, err error) {
	if rule == mainRule {
		return d.key, nil
	}
	keys, err := q.DataKeysOf(ctx, d.ID)
	if err != nil {
		return k, err
	}
	for _, row := range keys {
		if row.Rule == rule {
			return o.Keys.Unwrap(row.Wrapped, row.WrappedBy)
		}
	}
	if r := d.Def.Flow.Rule(rule); r != nil && r.AtOnce() && !d.Closed() {
		return o.ownKey(ctx, q, d, rule)
	}
	return k, fault.From(fault.NotFound, "", errors.New("no data key for rule "+strconv.Quote(rule)))
}

// fileKey seals the file at a path, on its way and when it has arrived: what goes at once has a key that goes with it.
func (o *Office) fileKey(ctx context.Context, q *sqlc.Queries, d *Dossier, path string) (seal.Key, error) {
	if d.Def.Form.Field(path) == nil { // of a message
		return d.key, nil
	}
	return o.documentKey(ctx, q, d, o.ruleAt(d, path))
}

// clip keeps a file's name printable and short.
func clip(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '/' || r == '\\' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	for len(name) > 150 {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	return name
}
