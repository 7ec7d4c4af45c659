package dossier

import (
	"context"

	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Ahead lets the row of a dossier travel with the next question asked under the context it gives, which is the session's: a page
// whose address names a dossier reads both in one round trip. [Office.Open] takes it, once, and asks for the right as ever.
func Ahead(ctx context.Context, publicID string) context.Context {
	a := &ahead{publicID: publicID}
	ctx = context.WithValue(ctx, aheadKey{}, a)
	return store.Along(ctx, func(q *sqlc.Queries) (err error) {
		a.row, err = q.DossierByPublicID(ctx, publicID)
		a.read = err == nil
		return err
	})
}

type aheadKey struct{}

// ahead is a row that was read before anybody asked for it.
type ahead struct {
	publicID string
	row      sqlc.DossierByPublicIDRow
	read     bool
}

// readAhead gives what came with the session, to the first who asks: who asks again wants it as it is by then.
func readAhead(ctx context.Context, publicID string) (row sqlc.DossierByPublicIDRow, ok bool) {
	a, _ := ctx.Value(aheadKey{}).(*ahead)
	if a == nil || !a.read || a.publicID != publicID {
		return row, false
	}
	a.read = false
	return a.row, true
}
