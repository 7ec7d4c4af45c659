package dossier

import (
	"cmp"
	"context"
	"maps"
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

// ask sends the picks. What a colleague has put into the request in the making meanwhile stays there.
func (o *Office) ask(ctx context.Context, tx *store.Tx, d *Dossier, by int64, act Act) error {
	seen := map[string]bool{}
	for _, p := range act.Picks {
		f, err := d.askable(p)
		if err != nil || seen[p.Path] || f.OnRequest && !slices.Contains(d.Def.Flow.Move(act.Move).Form.Asks, p.Path) {
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
	return tx.Q.PreparedDelete(ctx, sqlc.PreparedDeleteParams{DossierID: d.ID, Paths: slices.AppendSeq(act.Left, maps.Keys(seen))})
}

// askable finds the question or document of an item.
func (d *Dossier) askable(p Pick) (*form.Field, error) {
	if !d.Askable(p.Path) || !slices.Contains(workflow.Whys, p.kind()) {
		return nil, fault.New(fault.Invalid, "ask.unknown_item")
	}
	return d.Def.Form.Field(p.Path), nil
}

// Askable tells whether the person can be asked for what stands at a path: agents' own answers are not theirs to give.
func (d *Dossier) Askable(path string) bool {
	step := d.Def.Form.StepOf(path)
	return d.Def.Form.Field(path) != nil && step != nil && step.ID != form.AgentStep
}

// asked lists all that was ever asked on the dossier, oldest first.
func (o *Office) asked(ctx context.Context, q *sqlc.Queries, d *Dossier) ([]AskedItem, error) {
	asked, _, err := o.askedAndPrepared(ctx, q, d, false)
	return asked, err
}

// askedAndPrepared lists all that was ever asked, oldest first, and for agents what is gathered for the next request.
func (o *Office) askedAndPrepared(ctx context.Context, q *sqlc.Queries, d *Dossier, prepared bool) (asked []AskedItem, request []Gathered, err error) {
	rows, err := q.AskedItems(ctx, sqlc.AskedItemsParams{DossierID: d.ID, WithPrepared: prepared})
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		ad := d.askedAD(int(r.Round), r.Path)
		if r.Prepared {
			ad = d.preparedAD(r.Path)
		}
		word, err := d.key.Open(r.Sealed, ad...)
		if err != nil {
			return nil, nil, err
		}
		if r.Prepared {
			request = append(request, Gathered{Pick{r.Path, r.Why, string(word)}, deref(r.AskedBy), r.AskedAt})
			continue
		}
		asked = append(asked, AskedItem{
			Path: r.Path, Kind: r.Kind, Why: r.Why, Round: int(r.Round), Word: string(word), AskedAt: r.AskedAt, AnsweredAt: r.AnsweredAt,
			Judgement: r.Judgement, JudgedBy: deref(r.JudgedBy), JudgedAt: r.JudgedAt,
		})
	}
	return asked, request, nil
}

// askedNow lists what is asked in this round and not yet sent.
func (o *Office) askedNow(ctx context.Context, q *sqlc.Queries, d *Dossier) ([]AskedItem, error) {
	all, err := o.asked(ctx, q, d)
	if err != nil {
		return nil, err
	}
	return AskedNow(all, d.Round), nil
}

// AskedNow are the items of a round's last request that were not sent yet; one before it was taken back. After one that was taken
// back nobody is asked any more: the state says so.
func AskedNow(asked []AskedItem, round int) (out []AskedItem) {
	for _, i := range asked {
		switch {
		case i.Round != round || i.AnsweredAt != nil || len(out) > 0 && i.AskedAt.Before(out[0].AskedAt):
		case len(out) > 0 && i.AskedAt.After(out[0].AskedAt):
			out = []AskedItem{i}
		default:
			out = append(out, i)
		}
	}
	return out
}

// Awaits tells whether an item that was asked is still awaited from the person: its request was neither sent nor taken back.
func (f *File) Awaits(i AskedItem) bool {
	return f.StateKind == workflow.Waiting && slices.ContainsFunc(AskedNow(f.Asked, f.Round), func(n AskedItem) bool {
		return n.Path == i.Path && n.AskedAt.Equal(i.AskedAt)
	})
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
