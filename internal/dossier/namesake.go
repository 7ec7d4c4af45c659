package dossier

import (
	"context"
	"slices"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/store/sqlc"
)

// Namesakes gives those of the dossiers in which one of the fields holds a surname: the index finds which may, the answers which
// do. It reads for the watch alone, and notes no reading.
func (o *Office) Namesakes(ctx context.Context, surname string, ids []int64, fields []string) (_ []int64, err error) {
	defer fault.Wrap(&err, "dossier.Namesakes")
	words := wordsOf(surname)
	if len(words) == 0 {
		return nil, nil
	}
	in := sqlc.ReadingAlikeParams{Ids: ids}
	for _, t := range o.Keys.Search("search", words[0]) {
		in.Tokens = append(in.Tokens, t.Hash)
	}
	found, err := o.queries().ReadingAlike(ctx, in)
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, id := range found {
		same, err := o.bears(ctx, id, surname, fields)
		if err != nil && fault.Of(err) != fault.NotFound { // erased meanwhile
			return nil, err
		}
		if same {
			out = append(out, id)
		}
	}
	return out, nil
}

func (o *Office) bears(ctx context.Context, id int64, surname string, fields []string) (bool, error) {
	publicID, err := o.queries().DossierPublicIDByID(ctx, id)
	if err != nil {
		return false, err
	}
	d, err := o.load(ctx, o.queries(), publicID)
	if err != nil {
		return false, err
	}
	want := strings.Join(fold(surname), " ")
	for path, values := range d.Filed {
		if slices.Contains(fields, fieldOf(d, path)) && slices.ContainsFunc(values, func(v string) bool { return strings.Join(fold(v), " ") == want }) {
			return true, nil
		}
	}
	return false, nil
}
