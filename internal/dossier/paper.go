package dossier

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Told is what somebody has read on a document: the days it was made and ends, and its language, a name of the definition's list.
// What is zero was not told. It is sealed with the document's name.
type Told struct {
	Issued   time.Time `json:"issued,omitzero"`
	Expires  time.Time `json:"expires,omitzero"`
	Language string    `json:"language,omitempty"`
}

// Judged is what an agent thinks of a document.
type Judged struct {
	As     string // "", accepted or rejected
	Reason string // of a rejection: a name of the definition's list
	By     int64
	At     *time.Time
}

// Describe keeps what the person tells of a document that was not sent yet; of what no rule of its field looks at, nothing is
// kept. Somebody else's document is NotFound, one that was sent Conflict "dossier.not_open", an unknown language Invalid "document.language".
func (o *Office) Describe(ctx context.Context, a access.Actor, publicID, documentID string, told Told) (err error) {
	defer fault.Wrap(&err, "dossier.Describe %s %s", publicID, documentID)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.lock(ctx, tx, publicID)
		if err != nil {
			return err
		}
		if !access.Can(a, access.Own, d.Dossier, "") {
			return errNotFound
		}
		if d.stage() == "" {
			return fault.New(fault.Conflict, "dossier.not_open")
		}
		x, l, err := o.labelled(ctx, tx, d, documentID)
		if err != nil {
			return err
		}
		if l.Told, err = d.fits(x.Path, told); err != nil {
			return err
		}
		sealed, err := d.sealLabel(documentID, l)
		if err != nil {
			return err
		}
		_, err = tx.Q.DocumentDescribe(ctx, sqlc.DocumentDescribeParams{PublicID: documentID, DossierID: d.ID, Round: int32(d.Round + 1), Sealed: sealed})
		if err != nil {
			return err
		}
		return o.touch(ctx, tx, d, journal.Line{Role: role(d.Def, a, d.Dossier), Act: "describe", ActorID: a.AccountID, Detail: journal.Detail{"path": x.Path, "document": documentID}})
	})
}

// labelled finds a standing document of the dossier, with its label opened; another's is NotFound.
func (o *Office) labelled(ctx context.Context, tx *store.Tx, d *Dossier, documentID string) (Attached, label, error) {
	i := slices.IndexFunc(d.Documents, func(x Attached) bool { return x.ID == documentID })
	if i < 0 {
		return Attached{}, label{}, errNotFound
	}
	row, err := tx.Q.DocumentByPublicID(ctx, documentID)
	if err != nil {
		return Attached{}, label{}, err
	}
	l, err := d.openLabel(documentID, row.Sealed)
	return d.Documents[i], l, err
}

func (d *Dossier) sealLabel(id string, l label) ([]byte, error) {
	plain, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	return d.key.Seal(plain, "label", id)
}

// fits keeps of what was told what the rules of the field look at.
func (d *Dossier) fits(path string, told Told) (out Told, err error) {
	for _, what := range d.Def.Form.Tells(path) {
		switch what {
		case form.Issued:
			out.Issued = told.Issued
		case form.Expires:
			out.Expires = told.Expires
		case form.Language:
			out.Language = told.Language
		}
	}
	if out.Language != "" && !slices.ContainsFunc(d.Def.Form.PaperLanguages, func(l form.Option) bool { return l.ID == out.Language }) {
		return out, fault.New(fault.Invalid, "document.language")
	}
	return out, nil
}

// Spoilt is a validity rule that a document does not meet.
type Spoilt struct {
	Document
	form.Invalid
}

// Spoilt lists the documents among those given that do not meet their rules on the day of the journey.
//
// While its person may write, those are judged that go with the next sending; later, all that stand. What an agent has
// accepted although it did not meet a rule on that day, stays accepted; what has become invalid since, does not.
func (d *Dossier) Spoilt(j *form.Journey, papers []Document, today time.Time) (out []Spoilt) {
	for _, x := range papers {
		if x.Superseded || d.stage() != "" && x.Round != d.Round+1 {
			continue
		}
		p := d.paper(x, papers, today)
		for _, v := range j.Invalid(x.Path, p) {
			if !d.knowingly(x, papers, v) {
				out = append(out, Spoilt{x, v})
			}
		}
	}
	return out
}

// knowingly tells whether the document did not meet the rule when an agent accepted it.
func (d *Dossier) knowingly(x Document, papers []Document, v form.Invalid) bool {
	if x.Judged.As != Accepted || x.Judged.At == nil {
		return false
	}
	day := workflow.Day(*x.Judged.At)
	then := d.Def.Form.Walk(d.answers(), nil, day)
	return slices.ContainsFunc(then.Invalid(x.Path, d.paper(x, papers, day)), func(w form.Invalid) bool { return w.Message == v.Message })
}

// paper is a document as its rules see it.
func (d *Dossier) paper(x Document, papers []Document, today time.Time) form.Paper {
	p := form.Paper{Issued: x.Told.Issued, Expires: x.Told.Expires, Language: x.Told.Language, Received: d.receivedOn(x, today)}
	for _, y := range papers {
		if y.Path == x.Path && !y.Superseded && y.Told.Language != "" {
			p.Languages = append(p.Languages, y.Told.Language)
		}
	}
	return p
}

// receivedOn is the day a document was sent; today while it was not.
func (d *Dossier) receivedOn(x Document, today time.Time) time.Time {
	switch {
	case x.Round > d.Round:
		return today
	case x.Round == 1 && d.SubmittedAt != nil:
		return workflow.Day(*d.SubmittedAt)
	}
	return workflow.Day(x.At)
}

// sound tells whether every document meets its rules and none stands rejected; at a sending, a rule that only warns lets it pass.
func (d *Dossier) sound(j *form.Journey, papers []Document, today time.Time) bool {
	sending := d.stage() != ""
	if !sending && slices.ContainsFunc(papers, func(x Document) bool { return !x.Superseded && x.Judged.As == Rejected }) {
		return false
	}
	return !slices.ContainsFunc(d.Spoilt(j, papers, today), func(s Spoilt) bool { return !sending || !s.Warn })
}

// Papers lists the documents of a dossier that its reader has opened, those replaced since included.
func (o *Office) Papers(ctx context.Context, d *Dossier) (_ []Document, err error) {
	defer fault.Wrap(&err, "dossier.Papers %d", d.ID)
	return o.documents(ctx, o.queries(), d)
}

// valid reads the documents and tells whether they are sound for a move that needs it.
func (o *Office) valid(ctx context.Context, tx *store.Tx, d *Dossier, j *form.Journey) (bool, error) {
	papers, err := o.documents(ctx, tx.Q, d)
	return err == nil && d.sound(j, papers, workflow.Day(tx.Now)), err
}
