package dossier

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/journal"
	"guichet/internal/procedure"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Start opens a draft for a person who has ticked every notice that must be accepted at entry (RP-034, RP-036, RP-039).
// It answers Invalid "consent.missing" when one is not in accepted, and returns the draft's public id.
func (o *Office) Start(ctx context.Context, a access.Actor, procedureID string, accepted []string, lang text.Lang) (publicID string, err error) {
	defer fault.Wrap(&err, "dossier.Start %s", procedureID)
	p := o.Catalogue.Get(procedureID)
	if p == nil {
		return "", fault.New(fault.NotFound, "")
	}
	if a.Kind != access.Person {
		return "", fault.New(fault.Forbidden, "")
	}
	if !allAccepted(p, accepted) {
		return "", fault.New(fault.Invalid, "consent.missing")
	}
	publicID = newPublicID()
	return publicID, o.Store.InTx(ctx, func(tx *store.Tx) error {
		return o.start(ctx, tx, a, p, publicID, lang)
	})
}

// allAccepted tells whether every notice of the entry that must be accepted was.
func allAccepted(p *procedure.Procedure, accepted []string) bool {
	return !slices.ContainsFunc(EntryNotices(p), func(n *workflow.Notice) bool { return n.Ack == "required" && !slices.Contains(accepted, n.ID) })
}

// EntryNotices are those a person reads and accepts before the first step.
func EntryNotices(p *procedure.Procedure) []*workflow.Notice { return p.Flow.NoticesAt("entry") }

func (o *Office) start(ctx context.Context, tx *store.Tx, a access.Actor, p *procedure.Procedure, publicID string, lang text.Lang) error {
	d, err := o.begin(ctx, tx, p, publicID, a.AccountID, "online", lang)
	if err != nil {
		return err
	}
	for _, n := range EntryNotices(p) {
		if n.Ack == "none" {
			continue
		}
		if err := o.consent(ctx, tx, d, a, n, "", lang); err != nil {
			return err
		}
	}
	return o.touch(ctx, tx, d, journal.Line{Role: role(p, a, d.Dossier), Act: "start", ActorID: a.AccountID})
}

// begin makes the rows of a new dossier; owner 0 is nobody's account.
func (o *Office) begin(ctx context.Context, tx *store.Tx, p *procedure.Procedure, publicID string, owner int64, channel string, lang text.Lang) (*Dossier, error) {
	state := p.Flow.Start
	if err := tx.Q.DefinitionInsert(ctx, sqlc.DefinitionInsertParams{
		Hash: p.Hash[:], Procedure: p.ID, Content: p.Source(), At: tx.Now,
	}); err != nil {
		return nil, err
	}
	id, err := tx.Q.DossierInsert(ctx, sqlc.DossierInsertParams{
		PublicID: publicID, Procedure: p.ID, Definition: p.Hash[:], OwnerID: ref(owner),
		Channel: channel, Lang: string(lang), State: state.ID, StateKind: state.Kind, At: tx.Now,
	})
	if err != nil {
		return nil, err
	}
	d := fresh(id, publicID, owner, channel, p, state, lang, tx.Now)
	return d, o.newKeys(ctx, tx, d)
}

func fresh(id int64, publicID string, owner int64, channel string, p *procedure.Procedure, s *workflow.State, lang text.Lang, at time.Time) *Dossier {
	d := &Dossier{
		Dossier:  access.Dossier{ID: id, Procedure: p.ID, StateKind: s.Kind, OwnerID: owner, Paper: channel != online, Mailed: channel == byMail, Open: p.Flow.TakesGuests()},
		PublicID: publicID, State: s.ID, Channel: channel, Lang: lang, CreatedAt: at, UpdatedAt: at, Def: p,
		Filed: form.Raw{}, Correction: form.Raw{}, Agent: form.Raw{}, filed: map[string]filedStep{}, versions: map[string]int{},
	}
	d.chain = journal.Chain{DossierID: id, Head: []byte{}}
	return d
}

// newKeys makes a data key for each retention rule that keeps something of a dossier.
func (o *Office) newKeys(ctx context.Context, tx *store.Tx, d *Dossier) error {
	for _, rule := range keyRules(d.Def) {
		key, wrapped, by, err := o.Keys.NewKey()
		if err != nil {
			return err
		}
		if rule == mainRule {
			d.key, d.wrapped, d.by = key, wrapped, by
		}
		if err := tx.Q.DataKeyInsert(ctx, sqlc.DataKeyInsertParams{DossierID: d.ID, Rule: rule, Wrapped: wrapped, WrappedBy: by}); err != nil {
			return err
		}
	}
	return nil
}

// keyRules are the retention rules under which something of a dossier is sealed: those of the form's categories.
func keyRules(p *procedure.Procedure) []string {
	out := []string{mainRule}
	for _, c := range p.Form.Categories {
		if k := p.Flow.Keep(c.ID); k != nil && !k.AtOnce() && !slices.Contains(out, k.ID) { // what goes at once gets a key when there is something to seal
			out = append(out, k.ID)
		}
	}
	return out
}

func ruleOf(p *procedure.Procedure, category string) string {
	if k := p.Flow.Keep(category); k != nil {
		return k.ID
	}
	return mainRule
}

// consent records what was agreed to, to the letter, with its hash (RP-034).
func (o *Office) consent(ctx context.Context, tx *store.Tx, d *Dossier, a access.Actor, n *workflow.Notice, scope string, lang text.Lang) error {
	words := n.Label.FR // the French text is authoritative
	if words == "" {
		words = n.Text.FR
	}
	sum := sha256.Sum256([]byte(words))
	if err := tx.Q.NoticeTextInsert(ctx, sqlc.NoticeTextInsertParams{Hash: sum[:], Text: words}); err != nil {
		return err
	}
	by := d.OwnerID
	if a.Kind == access.Person {
		by = a.AccountID // also under a mandate: it is they who agree
	}
	return tx.Q.ConsentInsert(ctx, sqlc.ConsentInsertParams{
		AccountID: ref(by), DossierID: &d.ID, Notice: n.ID, Scope: scope, TextHash: sum[:], Lang: string(lang), At: tx.Now,
	})
}

// touch writes a journal line and where the chain now stands.
func (o *Office) touch(ctx context.Context, tx *store.Tx, d *Dossier, l journal.Line) error {
	if err := journal.Append(ctx, tx, d.key, &d.chain, l); err != nil {
		return err
	}
	if err := o.unsettled(ctx, tx, d); err != nil {
		return err
	}
	return o.settle(ctx, tx, d)
}

// inscribe writes a journal line of what is no edit of the dossier: no clock of its states is wound up by it.
func (o *Office) inscribe(ctx context.Context, tx *store.Tx, d *Dossier, l journal.Line) error {
	if err := journal.Append(ctx, tx, d.key, &d.chain, l); err != nil {
		return err
	}
	return tx.Q.DossierChain(ctx, sqlc.DossierChainParams{ID: d.ID, JournalSeq: int32(d.chain.Seq), JournalHead: d.chain.Head})
}

func (o *Office) settle(ctx context.Context, tx *store.Tx, d *Dossier) error {
	return tx.Q.DossierTouch(ctx, sqlc.DossierTouchParams{
		ID: d.ID, At: tx.Now, JournalSeq: int32(d.chain.Seq), JournalHead: d.chain.Head, Lang: string(d.Lang),
	})
}
