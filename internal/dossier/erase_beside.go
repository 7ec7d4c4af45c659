package dossier

import (
	"context"
	"errors"
	"slices"
	"strings"

	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/workflow"
)

// endBeside takes, with what a rule names, the files and rows that stand at no question: copies of messages that came in, what holders
// of other processings were asked and have answered, what was put together for the person. What a message began a dossier with is
// in its copy and on the thread too: these go with the question that has the words, or with the messages, whichever goes first. It
// returns files of its own, and the documents to take.
func (o *Office) endBeside(ctx context.Context, tx *store.Tx, d *Dossier, k *workflow.KeepRule, counts map[string]int) (blobs, taken []string, err error) {
	blobs, taken, err = o.endMails(ctx, tx, d, k, counts)
	if err != nil {
		return nil, nil, err
	}
	rows, err := tx.Q.DocumentsAll(ctx, d.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		if c := besideOf(r.Path); c != "" && slices.Contains(k.What, c) {
			taken = append(taken, r.PublicID)
			if r.State != "removed" {
				counts[c]++
			}
		}
	}
	if slices.Contains(k.What, besideOf(answerPlace)) {
		err = tx.Q.AnswerErase(ctx, d.ID)
	}
	if slices.Contains(k.What, besideOf(orderPath(""))) {
		orders, oerr := tx.Q.OrdersErase(ctx, d.ID)
		counts[besideOf(orderPath(""))] += len(orders)
		err = errors.Join(err, oerr)
	}
	return blobs, taken, err
}

// besideOf is the category of the system that a path belongs to which is no question; "" for none.
func besideOf(path string) string {
	switch {
	case path == answerPlace:
		return "generated"
	case strings.HasPrefix(path, orderPath("")):
		return "messages"
	}
	return ""
}

// endMails takes what came in by e-mail, where the rule names the messages, or the words that began the dossier.
func (o *Office) endMails(ctx context.Context, tx *store.Tx, d *Dossier, k *workflow.KeepRule, counts map[string]int) (blobs, copies []string, err error) {
	words := ""
	if rules := newest(o.Catalogue, d.Def).Flow.MailIn(); rules != nil {
		words = category(d.Def, rules.Words)
	}
	rows, err := tx.Q.MailInOf(ctx, d.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		of := "messages"
		if !slices.Contains(k.What, of) {
			if of = words; r.Continues || of == "" || !slices.Contains(k.What, of) {
				continue
			}
			files, err := tx.Q.MessageErase(ctx, sqlc.MessageEraseParams{DossierID: d.ID, ID: r.MessageID})
			if err != nil {
				return nil, nil, err
			}
			blobs = append(blobs, files...)
			counts[of] += 1 + len(files)
		}
		copies = append(copies, r.Copy)
		counts[of]++
		if err := tx.Q.MailInErase(ctx, r.ID); err != nil {
			return nil, nil, err
		}
	}
	return blobs, copies, nil
}
