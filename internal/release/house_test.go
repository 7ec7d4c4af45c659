package release_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"guichet/internal/app"
	"guichet/internal/demo"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// pastOf is some months of a small made-up state, once for all tests: a thousand dossiers a year, released by the rules of a
// small schema.
var pastOf = sync.OnceValues(func() (*demo.Past, error) {
	catalogue, err := smallCatalogue()
	if err != nil {
		return nil, err
	}
	return demo.MakePast(catalogue.All()[0], demo.Wish{Seed: 3, People: 6000, Months: 6, PerYear: 1200, Until: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)})
})

var smallCatalogue = sync.OnceValues(func() (*procedure.Catalogue, error) { return loaded("k: 11", "k: 5", "m: 55", "m: 25") })

// newHouse is a house with the frozen months of the made-up state, and two analysts. It is the end of November.
func newHouse(t *testing.T, options ...stage.Option) *town {
	t.Helper()
	catalogue, err := smallCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	w := &town{App: stage.Open(t, append([]stage.Option{func(c *app.Config) { c.Catalogue = catalogue }}, options...)...), t: t}
	w.agent, w.other = w.analyst(), w.analyst()
	w.adopt(6)
	return w
}

// replayed is what the made-up state would have released.
var replayed = sync.OnceValues(func() (*release.Replay, error) {
	list, err := stream(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	past, _ := pastOf()
	catalogue, _ := smallCatalogue()
	return release.MakeReplay(catalogue.All()[0], list, past.Months)
})

// adopt freezes the first n months of the made-up state.
func (w *town) adopt(n int) {
	w.t.Helper()
	replay, err := replayed()
	w.must(err)
	w.must(replay.Adopt(w.t.Context(), w.Store, n))
}

func (w *town) exec(sql string, args ...any) error {
	w.t.Helper()
	_, err := testkit.Owner(w.t, w.Store).Exec(w.t.Context(), sql, args...)
	return err
}

func stream(context.Context, *procedure.Procedure) ([]release.Past, error) {
	past, err := pastOf()
	if err != nil {
		return nil, err
	}
	return past.Made(), nil
}
