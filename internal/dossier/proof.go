package dossier

import (
	"context"
	"slices"
	"strconv"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/store"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Proof is an act of which a receipt is given: a filing, its completion, its cancellation, or the decision.
type Proof struct {
	Kind     string // of the receipt, in the words of the workflow: submission | completion | cancellation | decision
	Act      string // the move
	From, To string // states
	At       time.Time
	Round    int // of the answers as they then stood
	Line     int // of the journal; 0 for a filing that came without one
}

// Proofs lists the acts on a dossier of which the workflow in force gives a receipt, in order. Its reader has opened the dossier.
func (o *Office) Proofs(ctx context.Context, d *Dossier) (_ []Proof, err error) {
	defer fault.Wrap(&err, "dossier.Proofs %d", d.ID)
	history, err := journal.Entries(ctx, o.queries(), d.key, d.ID, d.chain.Head)
	if err != nil {
		return nil, err
	}
	return o.ProofsIn(d, history), nil
}

// ProofsIn is Proofs where the journal has been read already.
func (o *Office) ProofsIn(d *Dossier, history []journal.Entry) []Proof {
	flow := newest(o.Catalogue, d.Def).Flow
	var out []Proof
	round := 0
	if len(history) > 0 && history[0].Seq > 1 { // older lines were let go: rounds are counted from the last
		round = d.Round - o.filings(d, history)
	}
	for _, e := range history {
		m := flow.Move(e.Act)
		if files(flow, m, e) {
			round++
		}
		if m == nil {
			continue
		}
		if m.Receipt != "" {
			out = append(out, Proof{m.Receipt, e.Act, e.Detail["from"], e.Detail["to"], e.At, round, e.Seq})
		}
	}
	if d.SubmittedAt != nil && !slices.ContainsFunc(out, func(p Proof) bool { return p.Kind == "submission" }) {
		out = slices.Insert(out, 0, Proof{Kind: "submission", At: *d.SubmittedAt, Round: 1})
	}
	return out
}

// files tells whether an act made a round of answers.
func files(flow *workflow.Compiled, m *workflow.Move, e journal.Entry) bool {
	if m == nil {
		return e.Act == "correct" && e.Detail["stage"] == stageFiled
	}
	return e.Detail["from"] == flow.Start.ID || slices.Contains(m.Needs, "answered")
}

// filings counts the rounds that a history tells of.
func (o *Office) filings(d *Dossier, history []journal.Entry) (n int) {
	flow := newest(o.Catalogue, d.Def).Flow
	for _, e := range history {
		if files(flow, flow.Move(e.Act), e) {
			n++
		}
	}
	return n
}

// Receipt is a proof with what its receipt restates: the answers that the workflow names, as they then stood, and how many files
// had come for each document. What its reader may not see is left out.
type Receipt struct {
	*Dossier
	Proof
	Title   text.Words // of the procedure, in the words of now
	Answers []*form.FieldState
	Papers  []*form.FieldState
	Journey *form.Journey
}

// Receipt opens the proof at a line of the journal, for who may read the dossier; an agent's reading is noted. Line 0 is the
// first filing, whatever its line. What is no proof is NotFound.
func (o *Office) Receipt(ctx context.Context, a access.Actor, publicID string, line int) (r *Receipt, err error) {
	defer fault.Wrap(&err, "dossier.Receipt %s %d", publicID, line)
	err = o.Store.InTx(ctx, func(tx *store.Tx) error {
		d, err := o.load(ctx, tx.Q, publicID)
		if err != nil {
			return err
		}
		if !access.Can(a, access.Read, d.Dossier, "") {
			return errNotFound
		}
		history, err := journal.Entries(ctx, tx.Q, d.key, d.ID, d.chain.Head)
		if err != nil {
			return err
		}
		proofs := o.ProofsIn(d, history)
		i := slices.IndexFunc(proofs, func(p Proof) bool { return p.Line == line || line == 0 && p.Kind == "submission" })
		if i < 0 {
			return errNotFound
		}
		papers, err := o.documents(ctx, tx.Q, d)
		if err != nil {
			return err
		}
		if r, err = o.receipt(a, d, proofs[i], papers); err != nil || a.Kind != access.Agent {
			return err
		}
		return o.noteRead(ctx, tx, a, d, "receipt "+strconv.Itoa(proofs[i].Line))
	})
	return r, err
}

func (o *Office) receipt(a access.Actor, d *Dossier, p Proof, papers []Document) (*Receipt, error) {
	raw, err := d.asFiled(p.Round)
	if err != nil {
		return nil, err
	}
	for _, x := range papers {
		if stoodIn(p.Round, x, papers) {
			raw[x.Path] = append(raw[x.Path], x.ID)
		}
	}
	now := newest(o.Catalogue, d.Def)
	r := &Receipt{Dossier: d, Proof: p, Title: now.Title, Journey: d.Def.Form.Walk(raw, nil, workflow.Day(p.At))}
	told := func(f *form.FieldState) bool {
		return f != nil && f.Answered() && access.Can(a, access.Read, d.Dossier, category(d.Def, f.Path)) && access.Sees(f.Field.See, roles(d.Def, a, d.Dossier))
	}
	for _, id := range now.Flow.Receipt {
		if f := r.Journey.Field(id); told(f) {
			r.Answers = append(r.Answers, f)
		}
	}
	for _, f := range r.Journey.Documents() {
		if told(f) {
			r.Papers = append(r.Papers, f)
		}
	}
	return r, nil
}

// stoodIn tells whether a document stood on the dossier in a round: handed in by then, and replaced by none of the same kind.
func stoodIn(round int, x Document, papers []Document) bool {
	if x.Round > round {
		return false
	}
	return !x.Superseded || !slices.ContainsFunc(papers, func(y Document) bool { return y.Path == x.Path && y.Round > x.Round && y.Round <= round })
}
