package dossier

import (
	"context"
	"slices"
	"strings"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// follow has the request in the making agree with what is now thought of one document.
//
// Several files may stand for one item of the request: each says why it is rejected in a line of its own, and takes no other
// line away, neither another file's nor what an agent has written.
func (o *Office) follow(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, documentID, name string, as Judgement) error {
	papers, err := o.documents(ctx, tx.Q, d)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(papers, func(x Document) bool { return x.ID == documentID })
	if i < 0 {
		return errNotFound
	}
	flow, path := newest(o.Catalogue, d.Def).Flow, papers[i].Path
	beside := slices.DeleteFunc(slices.Clone(papers), func(x Document) bool { return x.Path != path || x.Superseded || x.ID == documentID })
	item, err := o.inTheMaking(ctx, tx.Q, d, path)
	if err != nil {
		return err
	}
	rest := item.Word
	if former := flow.Rejection(papers[i].Judged.Reason); former != nil {
		rest = withoutLines(rest, rejectedAs(d, former, ""), rejectedAs(d, former, name))
	}
	switch reason := flow.Rejection(as.Reason); {
	case as.As == Accepted && as.Reason == "":
		return o.relieve(ctx, tx, a, d, item, rest)
	case as.As == Rejected && reason != nil && (!reason.Retired || as.Reason == papers[i].Judged.Reason): // a retired one stays where it stands
		if len(beside) == 0 {
			name = ""
		}
		if rest == "" {
			item.Why = reason.Why
		}
		return o.prepare(ctx, tx, a, d, Pick{path, item.Why, withLine(rest, rejectedAs(d, reason, name))})
	}
	return fault.New(fault.Invalid, "document.judgement")
}

// relieve takes what a document's rejection said off the request once the document is accepted; what else is written there stays.
func (o *Office) relieve(ctx context.Context, tx *store.Tx, a access.Actor, d *Dossier, item Gathered, rest string) error {
	switch rest {
	case item.Word:
		return nil
	case "":
		return tx.Q.PreparedDelete(ctx, sqlc.PreparedDeleteParams{DossierID: d.ID, Paths: []string{item.Path}})
	}
	item.Word = rest
	return o.prepare(ctx, tx, a, d, item.Pick)
}

// inTheMaking is the item of the request that bears a path; its Path is empty when there is none.
func (o *Office) inTheMaking(ctx context.Context, q *sqlc.Queries, d *Dossier, path string) (Gathered, error) {
	_, request, err := o.askedAndPrepared(ctx, q, d, true)
	if i := slices.IndexFunc(request, func(g Gathered) bool { return g.Path == path }); i >= 0 {
		return request[i], err
	}
	return Gathered{}, err
}

// rejectedAs is the line by which a rejection is told, with the file's name where it stands beside others.
func rejectedAs(d *Dossier, r *workflow.Rejection, name string) string {
	if name == "" {
		return r.Label.In(d.Lang)
	}
	return r.Label.In(d.Lang) + " (" + name + ")"
}

func withoutLines(words string, lines ...string) string {
	kept := slices.DeleteFunc(strings.Split(words, "\n"), func(l string) bool { return slices.Contains(lines, l) })
	return strings.Join(kept, "\n")
}

func withLine(words, line string) string {
	switch {
	case words == "":
		return line
	case slices.Contains(strings.Split(words, "\n"), line):
		return words
	}
	return words + "\n" + line
}
