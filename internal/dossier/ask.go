package dossier

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// Pick is an item an agent asks for, with what is wrong with it and a word on it (RP-014).
type Pick struct {
	Path string
	Why  string // one of workflow.Whys; other when empty
	Word string
}

// kind is what is wrong with the item, in the workflow's words.
func (p Pick) kind() string { return cmp.Or(p.Why, "other") }

// AskedItem is an item as it was asked.
type AskedItem struct {
	Path       string
	Kind       string // field | document
	Why        string // one of workflow.Whys
	Round      int
	Word       string
	AskedAt    time.Time
	AnsweredAt *time.Time
	Judgement  string // "", accepted, or again: it was asked for anew
	JudgedBy   int64
	JudgedAt   *time.Time
}

func (d *Dossier) askedAD(round int, path string) []string {
	return []string{"asked", strconv.FormatInt(d.ID, 10), strconv.Itoa(round), path}
}

func (o *Office) ask(ctx context.Context, tx *store.Tx, d *Dossier, by int64, picks []Pick) error {
	seen := map[string]bool{}
	for _, p := range picks {
		f, err := d.askable(p)
		if err != nil || seen[p.Path] {
			return fault.New(fault.Invalid, "ask.unknown_item")
		}
		seen[p.Path] = true
		sealed, err := d.key.Seal([]byte(p.Word), d.askedAD(d.Round, p.Path)...)
		if err != nil {
			return err
		}
		kind := "field"
		if f.Kind == form.File {
			kind = "document"
		}
		err = tx.Q.AskedItemInsert(ctx, sqlc.AskedItemInsertParams{
			DossierID: d.ID, Round: int32(d.Round), Path: p.Path, Kind: kind, Why: p.kind(), Sealed: sealed, AskedBy: ref(by), AskedAt: tx.Now,
		})
		if err != nil {
			return err
		}
	}
	return tx.Q.PreparedClear(ctx, d.ID)
}

// askable finds the question or document of an item.
func (d *Dossier) askable(p Pick) (*form.Field, error) {
	f := d.Def.Form.Field(p.Path)
	if f == nil || d.Def.Form.StepOf(p.Path) == nil || !slices.Contains(workflow.Whys, p.kind()) {
		return nil, fault.New(fault.Invalid, "ask.unknown_item")
	}
	return f, nil
}

// Asked lists all that was ever asked on the dossier, oldest first.
func (o *Office) asked(ctx context.Context, q *sqlc.Queries, d *Dossier) ([]AskedItem, error) {
	rows, err := q.AskedItems(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	out := make([]AskedItem, len(rows))
	for i, r := range rows {
		word, err := d.key.Open(r.Sealed, d.askedAD(int(r.Round), r.Path)...)
		if err != nil {
			return nil, err
		}
		out[i] = AskedItem{
			Path: r.Path, Kind: r.Kind, Why: r.Why, Round: int(r.Round), Word: string(word), AskedAt: r.AskedAt, AnsweredAt: r.AnsweredAt,
			Judgement: r.Judgement, JudgedBy: deref(r.JudgedBy), JudgedAt: r.JudgedAt,
		}
	}
	return out, nil
}

// askedNow lists what is asked in this round and not yet sent.
func (o *Office) askedNow(ctx context.Context, q *sqlc.Queries, d *Dossier) ([]AskedItem, error) {
	all, err := o.asked(ctx, q, d)
	if err != nil {
		return nil, err
	}
	var out []AskedItem
	for _, i := range all {
		if i.Round == d.Round && i.AnsweredAt == nil {
			out = append(out, i)
		}
	}
	return out, nil
}

// Answered tells whether the person has given something new for an asked item: a document, or an answer that stands. Who
// took away the row it was asked in owes it no more.
func (d *Dossier) Answered(i AskedItem) bool {
	if d.rowGone(i.Path) {
		return true
	}
	if i.Kind == "document" {
		for _, a := range d.Documents {
			if covers(i.Path, a.Path) && a.Round == d.Round+1 {
				return true
			}
		}
		return false
	}
	for path := range d.Correction {
		if covers(i.Path, path) {
			return true
		}
	}
	return false
}

// rowGone tells whether a path lies in a row of a group, or is a set of documents for one, that the person has taken away.
func (d *Dossier) rowGone(path string) bool {
	f := d.Def.Form.Field(path)
	if f == nil {
		return false
	}
	if row, ok := strings.CutPrefix(path, f.ID+"."); ok && f.PerRow != "" {
		return !slices.Contains(d.Answers()[f.PerRow], row)
	}
	head, cut := strings.CutSuffix(path, "."+f.ID) // a cell's id is the path's last word
	i := strings.LastIndexByte(head, '.')
	if !cut || i < 0 {
		return false
	}
	g := d.Def.Form.Field(head[:i])
	return g != nil && g.Kind == form.Group && !slices.Contains(d.Answers()[g.ID], head[i+1:])
}
