package dossier

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Open reads a dossier for its owner, in one round trip. Somebody else's is NotFound.
func (o *Office) Open(ctx context.Context, a access.Actor, publicID string) (_ *Dossier, err error) {
	defer fault.Wrap(&err, "dossier.Open %s", publicID)
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return nil, err
	}
	if !access.Can(a, access.Read, d.Dossier, "") {
		return nil, errNotFound
	}
	return d, nil
}

// File is a dossier with all that is kept beside its answers.
type File struct {
	*Dossier
	Asked     []AskedItem
	Request   []Gathered // the request in the making, for agents alone
	Documents []Document
	Letters   []Message // what was written to the person
	Notes     []Message // the internal thread, for agents alone (RP-027)
	Generated []Made
	Consents  []Consent
	History   []journal.Entry
	Reads     []journal.Reading
	Previous  map[string][]string // answers of the filing before the last, where they differ, by path
	AskedWith form.Raw            // answers as they stood when the items were asked for that came back last
}

// Message is a word on a dossier.
type Message struct {
	Letter
	Template string
	AuthorID int64
	At       time.Time
}

// Made is a generated document.
type Made struct {
	Template string
	Round    int
	At       time.Time
}

// Consent is what a person agreed to.
type Consent struct {
	Notice, Scope, Text string
	At                  time.Time
}

// Read opens a dossier with all that stands on it, as far as the actor may see, and notes an agent's reading in the journal.
func (o *Office) Read(ctx context.Context, a access.Actor, publicID string) (f *File, err error) {
	defer fault.Wrap(&err, "dossier.Read %s", publicID)
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.load(ctx, tx.Q, publicID)
		if err != nil {
			return err
		}
		if !access.Can(a, access.Read, d.Dossier, "") {
			return errNotFound
		}
		f = &File{Dossier: d}
		if err := o.fileIn(ctx, tx.Q, a, f); err != nil || a.Kind != access.Agent {
			return err
		}
		return o.deskOnly(ctx, tx, a, f)
	})
	return f, err
}

// fileIn reads what its person and agents both see, as far as they may.
func (o *Office) fileIn(ctx context.Context, q *sqlc.Queries, a access.Actor, f *File) (err error) {
	if f.Asked, f.Request, err = o.askedAndPrepared(ctx, q, f.Dossier, a.Kind == access.Agent); err != nil {
		return err
	}
	if f.Documents, err = o.documents(ctx, q, f.Dossier); err != nil {
		return err
	}
	if err := o.messages(ctx, q, a, f); err != nil {
		return err
	}
	return o.consentsAndMade(ctx, q, a, f)
}

// deskOnly reads what agents alone see, and notes that they did.
func (o *Office) deskOnly(ctx context.Context, tx *store.Tx, a access.Actor, f *File) (err error) {
	if f.Reads, err = journal.ReadNoting(ctx, tx, f.ID, a.AccountID, role(f.Def, a, f.Dossier.Dossier), "dossier"); err != nil {
		return err
	}
	if f.History, err = journal.Entries(ctx, tx.Q, f.key, f.ID, f.chain.Head); err != nil {
		return err
	}
	return f.compare()
}

// messages reads the letters to the person, and for who may see it the internal thread.
func (o *Office) messages(ctx context.Context, q *sqlc.Queries, a access.Actor, f *File) error {
	threads := []string{"person"}
	if a.Kind == access.Agent && access.Can(a, access.Read, f.Dossier.Dossier, "internal") {
		threads = append(threads, "internal")
	}
	rows, err := q.Messages(ctx, sqlc.MessagesParams{DossierID: f.ID, Threads: threads})
	if err != nil {
		return err
	}
	for _, r := range rows {
		plain, err := f.key.Open(r.Sealed, "message", strconv.FormatInt(f.ID, 10), r.Thread, strconv.FormatInt(r.At.UnixMicro(), 10))
		if err != nil {
			return err
		}
		m := Message{Template: r.Template, AuthorID: deref(r.AuthorID), At: r.At}
		if err := json.Unmarshal(plain, &m.Letter); err != nil {
			return err
		}
		if r.Thread == "internal" {
			f.Notes = append(f.Notes, m)
		} else {
			f.Letters = append(f.Letters, m)
		}
	}
	return nil
}

func (o *Office) consentsAndMade(ctx context.Context, q *sqlc.Queries, a access.Actor, f *File) error {
	rows, err := q.ConsentsAndMade(ctx, f.ID)
	for _, r := range rows {
		switch {
		case r.What == "made" && a.Kind == access.Agent:
			f.Generated = append(f.Generated, Made{r.Name, int(r.Round), r.At})
		case r.What == "consent":
			f.Consents = append(f.Consents, Consent{r.Name, r.Scope, r.Text, r.At})
		}
	}
	return err
}

// Note adds a word to the internal thread, which the person never sees (RP-027): 1 to 10 000 characters, else Invalid "note.length".
func (o *Office) Note(ctx context.Context, a access.Actor, publicID, words string) (err error) {
	defer fault.Wrap(&err, "dossier.Note %s", publicID)
	if words == "" || utf8.RuneCountInString(words) > 10_000 {
		return fault.New(fault.Invalid, "note.length")
	}
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if a.Kind != access.Agent || !access.Can(a, access.Message, d.Dossier, "internal") {
			return errNotFound
		}
		if err := o.say(ctx, tx, d, "internal", "", a.AccountID, Letter{Body: words}); err != nil {
			return err
		}
		return o.touch(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: "note", ActorID: a.AccountID})
	})
}

// Opened is a document's content, in the clear as it is read.
type Opened struct {
	Document
	Content io.ReadCloser
}

// Download opens a document's content for who may read its dossier; an agent's reading is noted (RP-181). It is the only way
// to a content, for pages, images and PDFs too: before the scanner's verdict it answers Conflict "document.waiting", to anybody.
func (o *Office) Download(ctx context.Context, a access.Actor, documentID string) (_ *Opened, err error) {
	defer fault.Wrap(&err, "dossier.Download %s", documentID)
	var row sqlc.DocumentByPublicIDRow
	var main *Dossier
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		row, err = tx.Q.DocumentByPublicID(ctx, documentID)
		if err != nil {
			return err
		}
		main, err = o.load(ctx, tx.Q, row.Dossier.PublicID)
		if err != nil {
			return err
		}
		if !access.Can(a, access.Read, main.Dossier, category(main.Def, row.Path)) {
			return errNotFound
		}
		if !o.legible(Scanned(row.Verdict)) {
			return fault.New(fault.Conflict, "document.waiting")
		}
		if a.Kind != access.Agent && a.Kind != access.Token {
			return nil
		}
		return journal.Read(ctx, tx, main.ID, a.AccountID, role(main.Def, a, main.Dossier), "document "+documentID)
	})
	if err != nil {
		return nil, err
	}
	return o.openBlob(ctx, main, row)
}

func (o *Office) openBlob(ctx context.Context, d *Dossier, row sqlc.DocumentByPublicIDRow) (*Opened, error) {
	l, err := d.openLabel(row.PublicID, row.Sealed)
	if err != nil {
		return nil, err
	}
	clear, err := o.unsealed(ctx, row)
	if err != nil {
		return nil, err
	}
	return &Opened{
		Document{
			ID: row.PublicID, Path: row.Path, Name: l.Name, Kind: document.Kind(row.Kind), Size: row.Size, Pages: int(row.Pages),
			Round: int(row.Round), Superseded: row.State == "superseded", At: row.UploadedAt, Told: l.Told,
			Scanned: Scanned(row.Verdict),
		},
		clear,
	}, nil
}

// unsealed reads a kept file in the clear.
func (o *Office) unsealed(ctx context.Context, row sqlc.DocumentByPublicIDRow) (io.ReadCloser, error) {
	key, err := o.Keys.Unwrap(row.Wrapped, row.WrappedBy)
	if err != nil {
		return nil, err
	}
	blob, err := o.Blobs.Get(ctx, row.Blob)
	if err != nil {
		return nil, err
	}
	clear, err := key.Reader(blob, "document", row.PublicID)
	if err != nil {
		_ = blob.Close()
		return nil, err
	}
	return unsealed{clear, blob}, nil
}

type unsealed struct {
	io.Reader
	io.Closer
}
