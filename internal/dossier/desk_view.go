package dossier

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Bounds of the views an agent keeps.
const (
	MostViews    = 30
	longestView  = 60   // characters of a name
	longestQuery = 1000 // bytes of an address
)

// View is a queue as an agent keeps it: the parameters of its address under a name.
type View struct {
	ID          int64
	Name, Query string
}

// sealedView is a view as it is sealed: its name may well be somebody's.
type sealedView struct{ Name, Query string }

// called is what a view's name is known by in the database.
func (o *Office) called(account int64, name string) []byte {
	return o.Keys.Index("view "+strconv.FormatInt(account, 10), name)
}

const viewPurpose = "view"

// openViews opens the agent's own views, each behind its id, and puts them in the order of their names.
func (o *Office) openViews(account int64, rows [][]byte) (out []View, err error) {
	for _, r := range rows {
		id, sealed, _ := bytes.Cut(r, []byte(" "))
		plain, err := o.Keys.OpenFor(account, viewPurpose, sealed)
		if err != nil {
			return nil, err
		}
		var k sealedView
		if err := json.Unmarshal(plain, &k); err != nil {
			return nil, fault.New(fault.Internal, "")
		}
		out = append(out, View{id64(string(id)), k.Name, k.Query})
	}
	slices.SortStableFunc(out, func(a, b View) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// KeepView keeps a queue under a name; one of the same name is replaced. Errors: Invalid "view.name" (1 to 60 characters) and
// "view.many".
func (o *Office) KeepView(ctx context.Context, a access.Actor, v View) (err error) {
	defer fault.Wrap(&err, "dossier.KeepView %d", a.AccountID)
	if a.Kind != access.Agent {
		return errNotFound
	}
	if n := utf8.RuneCountInString(v.Name); n == 0 || n > longestView || len(v.Query) > longestQuery {
		return fault.New(fault.Invalid, "view.name")
	}
	plain, err := json.Marshal(sealedView{v.Name, v.Query})
	if err != nil {
		return err
	}
	sealed, err := o.Keys.SealFor(a.AccountID, viewPurpose, plain)
	if err != nil {
		return err
	}
	called := o.called(a.AccountID, v.Name)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		n, err := tx.Q.ViewCount(ctx, sqlc.ViewCountParams{AccountID: a.AccountID, Called: called})
		if err != nil {
			return err
		}
		if n >= MostViews {
			return fault.New(fault.Invalid, "view.many")
		}
		return tx.Q.ViewSave(ctx, sqlc.ViewSaveParams{AccountID: a.AccountID, Called: called, Sealed: sealed, At: tx.Now})
	})
}

// DropView forgets one of the agent's own views; another's stays.
func (o *Office) DropView(ctx context.Context, a access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "dossier.DropView %d", id)
	return o.Store.InTx(ctx, func(tx *store.Tx) error {
		return tx.Q.ViewDelete(ctx, sqlc.ViewDeleteParams{AccountID: a.AccountID, ID: id})
	})
}
