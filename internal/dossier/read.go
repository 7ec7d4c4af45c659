package dossier

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Open reads a dossier for its owner, in one round trip, and for agents, as far as they may. Somebody else's is NotFound; to an
// agent who has still to say why they read it, Forbidden "reading.purpose". What a written request lets read is noted each time.
func (o *Office) Open(ctx context.Context, a access.Actor, publicID string) (_ *Dossier, err error) {
	defer fault.Wrap(&err, "dossier.Open %s", publicID)
	row, ok := readAhead(ctx, publicID)
	if !ok {
		if row, err = o.queries().DossierByPublicID(ctx, publicID); err != nil {
			return nil, err
		}
	}
	d, err := o.open(ctx, o.queries(), row)
	if err != nil {
		return nil, err
	}
	if !access.Can(a, access.Read, d.Dossier, "") {
		return nil, errNotFound
	}
	if a.Kind != access.Agent {
		return d, nil
	}
	basis, err := o.basis(ctx, o.queries(), a, d)
	if err != nil || access.Glass(a, d.Dossier) == "" {
		return d, err
	}
	return d, o.Store.InTx(ctx, func(tx *store.Tx) error {
		return journal.Read(ctx, tx, d.ID, journal.Reading{ActorID: a.AccountID, Role: role(d.Def, a, d.Dossier), What: "dossier", Basis: basis})
	})
}

// File is a dossier with all that is kept beside its answers.
type File struct {
	*Dossier
	Asked      []AskedItem
	Request    []Gathered // the request in the making, for agents alone
	Documents  []Document
	Letters    []Message // the exchange with the person: letters of the service, and what either side wrote
	Mails      []Mailed  // what told the person and agents of it, for who may see what was sent
	Notes      []Message // the internal thread, for agents alone (RP-027)
	Generated  []Made
	Consents   []Consent
	History    []journal.Entry
	Reads      []journal.Reading
	Previous   map[string][]string  // answers of the filing before the last, where they differ, by path
	Rejections []workflow.Rejection // why a document may be rejected, by the definition in force; those retired are still read
	readings   *workflow.Readings
	Proposal   *Proposal // what waits for a second person, or was decided by one: the last, for agents alone
	AskedWith  form.Raw  // answers as they stood when the items were asked for that came back last
}

// Purpose is why the dossier can be opened by an agent whose it is not, by its id in the journal; nil when it is none any more.
func (f *File) Purpose(id string) *workflow.Reason {
	if f.readings == nil {
		return nil
	}
	return f.readings.Purpose(id)
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
	if a.Kind == access.Person {
		mine := roles(f.Def, a, f.Dossier.Dossier)
		f.Documents = slices.DeleteFunc(f.Documents, func(x Document) bool { return !shows(f.Def, a, mine, x.Path) })
	}
	return o.recorded(ctx, q, a, f)
}

// deskOnly reads what agents alone see, and notes that they did.
func (o *Office) deskOnly(ctx context.Context, tx *store.Tx, a access.Actor, f *File) (err error) {
	flow := newest(o.Catalogue, f.Def).Flow
	f.Rejections, f.readings = flow.Rejections, &flow.Readings
	basis, err := o.basis(ctx, tx.Q, a, f.Dossier)
	if err != nil {
		return err
	}
	now := journal.Reading{ActorID: a.AccountID, Role: role(f.Def, a, f.Dossier.Dossier), What: "dossier", Basis: basis}
	if f.Reads, err = journal.ReadNoting(ctx, tx, f.ID, now); err != nil {
		return err
	}
	if f.History, err = journal.Entries(ctx, tx.Q, f.key, f.ID, f.chain.Head); err != nil {
		return err
	}
	if f.Proposal, err = o.proposal(ctx, tx.Q, f.Dossier); err != nil {
		return err
	}
	return f.compare()
}

// recorded reads consents, what the service has made, the threads the actor may read, and the mails.
func (o *Office) recorded(ctx context.Context, q *sqlc.Queries, a access.Actor, f *File) error {
	agent := a.Kind == access.Agent
	rows, err := q.Recorded(ctx, sqlc.RecordedParams{
		DossierID: f.ID, Threads: threadsOf(a, f.Dossier), Mails: agent && access.Can(a, access.Read, f.Dossier.Dossier, "message_log"),
	})
	if err != nil {
		return err
	}
	for _, r := range rows {
		switch r.What {
		case "made":
			if agent {
				f.Generated = append(f.Generated, Made{r.Name, int(r.Round), r.At})
			}
		case "consent":
			f.Consents = append(f.Consents, Consent{r.Name, r.More, r.Words, r.At})
		case "mail":
			f.Mails = append(f.Mails, Mailed{r.Name, r.More, r.Words, r.ByID, r.At})
		case "message":
			if r.Name == MailTemplate && !agent {
				continue // nobody has proven to have written it: the desk alone reads it
			}
			m := Message{ID: r.ID, Template: r.Name, AuthorID: r.ByID, At: r.At}
			if err := f.openMessage(&m, r.More, r.Sealed, r.Files); err != nil {
				return err
			}
			if r.More == internalThread {
				f.Notes = append(f.Notes, m)
			} else {
				f.Letters = append(f.Letters, m)
			}
		}
	}
	return nil
}

// Opened is a document's content, in the clear as it is read.
type Opened struct {
	Document
	Protected bool // a copy of an identity document: agents read it with their name across, see [Office.Page] (RP-181)
	Viewed    bool // such a copy that is looked at here and taken nowhere (DS-105)
	Content   io.ReadCloser
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
		if !mayOpen(a, main, row) {
			return errNotFound
		}
		if order, ok := strings.CutPrefix(row.Path, orderPath("")); ok { // what a holder has not sent is theirs still
			if asked, err := tx.Q.OrderByPublicID(ctx, order); err != nil || asked.State != "answered" {
				return orMissing(err)
			}
		}
		if !o.legible(Scanned(row.Verdict)) {
			return fault.New(fault.Conflict, "document.waiting")
		}
		if a.Kind != access.Agent && a.Kind != access.Token {
			return nil
		}
		return o.noteRead(ctx, tx, a, main, "document "+documentID)
	})
	if err != nil {
		return nil, err
	}
	return o.openBlob(ctx, main, row)
}

// mayOpen tells whether the actor may read a document: one of a message as its message, and before it was sent its person alone,
// or the agent who enters it for them. What the workflow shows to some roles is shown to no others.
func mayOpen(a access.Actor, d *Dossier, row sqlc.DocumentByPublicIDRow) bool {
	if row.Path == MessagePath {
		return access.Can(a, access.Read, d.Dossier, "messages") && (row.MessageID != nil || a.Stands(d.Dossier))
	}
	if strings.HasPrefix(row.Path, orderPath("")) {
		return a.Kind == access.Agent && access.Can(a, access.Read, d.Dossier, "") && access.Can(a, access.Inquire, d.Dossier, "")
	}
	if strings.HasPrefix(row.Path, "@") {
		return false // a copy, or a file of the service's own: each has a door of its own
	}
	kind := category(d.Def, row.Path)
	if !shows(d.Def, a, roles(d.Def, a, d.Dossier), row.Path) {
		return false
	}
	if outside := a.Kind == access.Agent || a.Kind == access.Token; outside && int(row.Round) > d.Round && !(d.AtCounter() && access.Can(a, access.Own, d.Dossier, kind)) {
		return false
	}
	return access.Can(a, access.Read, d.Dossier, kind)
}

// shows tells whether the form lets these roles of the actor see a field. It binds agents everywhere, and persons in what the
// administration fills in: what they gave themselves is theirs.
func shows(p *procedure.Procedure, a access.Actor, mine []string, path string) bool {
	f := p.Form.Field(path)
	if f == nil || a.Kind != access.Agent && a.Kind != access.Person {
		return true
	}
	if s := p.Form.StepOf(path); a.Kind == access.Person && (s == nil || s.ID != form.AgentStep) {
		return true
	}
	return access.Sees(f.See, mine)
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
	field := d.Def.Form.Field(row.Path)
	return &Opened{
		Document{
			ID: row.PublicID, Path: row.Path, Name: l.Name, Kind: document.Kind(row.Kind), Size: row.Size, Pages: int(row.Pages),
			Round: int(row.Round), Superseded: row.State == "superseded", At: row.UploadedAt, Told: l.Told,
			Scanned: Scanned(row.Verdict),
		},
		field != nil && field.Protect != "",
		field != nil && field.Protect == "viewed",
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
