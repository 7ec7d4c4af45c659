package dossier

import (
	"context"
	"encoding/json"
	"slices"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Coming is a file that somebody is about to send in pieces, as its browser tells of it. Nothing of it is believed: the file is
// looked at when it is whole.
type Coming struct {
	Path, Name string
	Type       string // media type, "" when it is not told
	Modified   string // when it was last changed: tells it from another of its name
	Size       int64
}

// Upload is a file on its way.
type Upload struct {
	ID            string // of the document it will be
	Size, Arrived int64
	Done          bool // it is a document of the dossier
}

// mostOnTheirWay is how many files one person may have on their way to a dossier: another one takes the place of the one that
// was longest without news.
const mostOnTheirWay = 10

// named is the part of an upload that says something of its person; it is sealed under the key of the file.
type named struct {
	Name     string `json:"name"`
	Modified string `json:"modified"`
}

// BeginUpload says whether the file would be taken, before its bytes travel, and where it has got to: one that was cut goes on
// where it stopped. Errors are those of Attach that need no look into the file.
func (o *Office) BeginUpload(ctx context.Context, a access.Actor, publicID string, c Coming) (u Upload, err error) {
	defer fault.Wrap(&err, "dossier.BeginUpload %s %s", publicID, c.Path)
	var left []string
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		rows, err := tx.Q.UploadsOf(ctx, sqlc.UploadsOfParams{DossierID: d.ID, AccountID: ref(a.AccountID)})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Path != c.Path || r.Size != c.Size {
				continue
			}
			if n, err := o.openNamed(ctx, tx.Q, d, r.Path, r.PublicID, r.Sealed); err == nil && n == c.named() {
				u = Upload{ID: r.PublicID, Size: r.Size, Arrived: r.Arrived}
				break
			}
		}
		if err := o.mayAdd(ctx, tx.Q, a, d, u.ID, c.Path, c.Size); err != nil {
			return err
		}
		if err := wouldDo(d.Def.Form.Field(c.Path), c); err != nil || u.ID != "" {
			return err
		}
		if len(rows) >= mostOnTheirWay {
			if left, err = tx.Q.UploadDelete(ctx, rows[0].PublicID); err != nil {
				return err
			}
		}
		u = Upload{ID: newPublicID(), Size: c.Size}
		return o.beginUpload(ctx, tx, a, d, u.ID, c)
	})
	if err == nil {
		o.dropBlobs(ctx, left)
	}
	return u, err
}

func (c Coming) named() named { return named{clip(c.Name), clip(c.Modified)} }

func (o *Office) beginUpload(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, id string, c Coming) error {
	key, err := o.fileKey(ctx, tx.Q, d, c.Path)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(c.named())
	if err != nil {
		return err
	}
	sealed, err := key.Seal(plain, "upload", id)
	if err != nil {
		return err
	}
	return tx.Q.UploadInsert(ctx, sqlc.UploadInsertParams{
		PublicID: id, DossierID: d.ID, Path: c.Path, Size: c.Size, Sealed: sealed, AccountID: ref(a.AccountID), At: tx.Now,
	})
}

// openNamed opens with the key of the file itself: its name goes with it. Those begun by a version before are under the key of
// the dossier, and gone within a day.
func (o *Office) openNamed(ctx context.Context, q *sqlc.Queries, d *Dossier, path, id string, sealed []byte) (n named, err error) {
	key, err := o.fileKey(ctx, q, d, path)
	if err != nil {
		return n, err
	}
	plain, err := key.Open(sealed, "upload", id)
	if err != nil {
		plain, err = d.key.Open(sealed, "upload", id)
	}
	if err != nil {
		return n, err
	}
	err = json.Unmarshal(plain, &n)
	return n, err
}

// wouldDo refuses what can be refused by what is told of a file.
func wouldDo(f *form.Field, c Coming) error {
	switch {
	case c.Size <= 0:
		return fault.New(fault.Invalid, "document.empty")
	case c.Size > MostOf(f):
		return fault.New(fault.TooLarge, "document.too_large")
	case !document.Likely(formats(f), c.Name, c.Type):
		return fault.New(fault.Invalid, "document.type_here")
	}
	return nil
}

// WhereUpload says how far a file on its way has got. Somebody else's, and one that was swept or refused, is NotFound.
func (o *Office) WhereUpload(ctx context.Context, a access.Actor, publicID, uploadID string) (_ Upload, err error) {
	defer fault.Wrap(&err, "dossier.WhereUpload %s %s", publicID, uploadID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return Upload{}, err
	}
	if !access.Can(a, access.Own, d.Dossier, "") {
		return Upload{}, errNotFound
	}
	row, err := o.upload(ctx, a, d, uploadID)
	if fault.Of(err) == fault.NotFound && o.arrived(ctx, d, uploadID) {
		return Upload{ID: uploadID, Done: true}, nil
	}
	return Upload{ID: uploadID, Size: row.Size, Arrived: row.Arrived}, err
}

// arrived tells whether an upload has become a document of the dossier, or a file of one of its messages.
func (o *Office) arrived(ctx context.Context, d *Dossier, documentID string) bool {
	if slices.ContainsFunc(d.Documents, func(x Attached) bool { return x.ID == documentID }) {
		return true
	}
	row, err := o.queries().DocumentByPublicID(ctx, documentID)
	return err == nil && row.Dossier.ID == d.ID && row.Path == MessagePath
}

// upload finds a file on its way from this person to this dossier.
func (o *Office) upload(ctx context.Context, a access.Actor, d *Dossier, uploadID string) (sqlc.UploadOneRow, error) {
	return o.queries().UploadOne(ctx, sqlc.UploadOneParams{PublicID: uploadID, DossierID: d.ID, AccountID: ref(a.AccountID)})
}
