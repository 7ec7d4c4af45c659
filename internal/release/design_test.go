package release_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guichet/internal/design"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/testkit"
	"guichet/internal/text"
)

// designed waits for the trade-off of the house's schema on the small made-up state.
func (w *town) designed(bench *release.Bench) *release.Design {
	w.t.Helper()
	d, err := bench.Design(w.t.Context(), w.agent, w.Definition().ID, time.Minute)
	w.must(err)
	if !d.Ready {
		w.t.Fatal("the trade-off is not there after a minute")
	}
	return d
}

// What the designer counts is what the house would release of the same stream, month by month, at any levels.
func TestDesignCountsAsTheHouseReleases(t *testing.T) {
	testkit.Whole(t)
	catalogue, err := smallCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	p := catalogue.All()[0]
	list, err := stream(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	s, months, err := release.DesignStream(p, list)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	released := 0
	for range 12 {
		var vector []int
		for _, top := range s.Tops() {
			vector = append(vector, min(top, r.IntN(top+3))) // blocks of many columns never fill
		}
		if !s.Admits(vector) {
			continue
		}
		f, _, err := s.Try(vector)
		if err != nil {
			t.Fatal(err)
		}
		replay, err := release.MakeReplay(release.At(p, vector), list, months)
		if err != nil {
			t.Fatal(err)
		}
		for m, c := range replay.Cohorts {
			if f.Months[m].Released != c.Len() {
				t.Errorf("%v: %d rows in month %d, the house releases %d", vector, f.Months[m].Released, m, c.Len())
			}
		}
		released += f.Released
	}
	if released == 0 {
		t.Error("no vector released anything: nothing was compared")
	}
}

// The frontier is the same at each run, no point beats another, and levels alone decide on the loss.
func TestFrontier(t *testing.T) {
	testkit.Whole(t)
	catalogue, err := smallCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	p := catalogue.All()[0]
	list, err := stream(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	var told atomic.Bool
	points, own, err := release.TradeOff(t.Context(), p, list, func(done, total int) {
		if done == total {
			told.Store(true)
		}
	})
	if err != nil || len(points) < 5 || !told.Load() {
		t.Fatal(err, len(points), told.Load())
	}
	again, _, err := release.TradeOff(t.Context(), p, list, nil)
	if err != nil || !slices.EqualFunc(points, again, func(a, b design.Figures) bool { return slices.Equal(a.Vector, b.Vector) }) {
		t.Error("another run gives another frontier")
	}
	for i, a := range points {
		for j, b := range append(points[i+1:len(points):len(points)], own) {
			if b.Loss <= a.Loss && b.Released >= a.Released && b.Median <= a.Median && !slices.Equal(a.Vector, b.Vector) && (b.Loss < a.Loss || b.Released > a.Released || b.Median < a.Median) {
				t.Errorf("%v is beaten by %v (%d)", a.Vector, b.Vector, j)
			}
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := release.TradeOff(ctx, p, list, nil); err == nil {
		t.Error("a trial that was cancelled went on")
	}
}

// A schema designed at the desk is registered by one analyst, comes into force by another, and is read as it was meant.
func TestDesignIsRegistered(t *testing.T) {
	testkit.Whole(t)
	testkit.Covers(t, "RP-176")
	w := newHouse(t)
	ctx, id := t.Context(), w.Definition().ID
	bench := &release.Bench{House: w.Releases}
	if _, err := bench.Design(ctx, w.agent, id, time.Minute); fault.Key(err) != "release.no_stream" {
		t.Errorf("designed without a stream: %v", err)
	}
	w.Releases.Stream = stream
	if _, err := bench.Design(ctx, w.person(), id, 0); fault.Of(err) != fault.NotFound {
		t.Errorf("designed by a stranger: %v", err)
	}
	d := w.designed(bench)
	if d.Next != 2 || d.Current.Released == 0 || len(d.Points) == 0 {
		t.Fatalf("%+v", d.Current)
	}
	best := d.Points[slices.IndexFunc(d.Points, func(f design.Figures) bool { return d.Passes(f) && !slices.Equal(f.Vector, d.Current.Vector) })]
	trial, err := d.Try(best.Vector)
	w.must(err)
	if rows := rowsOf(trial); rows != best.Released || trial.Smallest < w.Definition().Release.K {
		t.Errorf("%d rows previewed, %d released, smallest %d", rows, best.Released, trial.Smallest)
	}
	yaml, err := d.YAML(w.Releases.Texts.Printer(text.FR), best, "")
	w.must(err)
	if !strings.Contains(string(yaml), "dossiers inventés, clos de") {
		t.Errorf("the author reads French, and the version says where its figures come from in other words:\n%s", yaml)
	}
	v, refused, err := w.Releases.RegisterVersion(ctx, w.agent, id, yaml)
	w.must(err)
	if len(refused) > 0 {
		t.Fatalf("%v\n%s", refused, yaml)
	}
	if share := best.Share(); v.Floor < share-1e-6 || v.Floor > share+1e-6 || v.Number != 2 {
		t.Errorf("registered as %+v, designed at %f", v, share)
	}
	w.must(w.Releases.DecideVersion(ctx, w.other, v.ID, true, ""))
	now := w.designed(bench)
	if !slices.Equal(now.Current.Vector, best.Vector) || now.Next != 3 {
		t.Errorf("in force is %v, designed was %v", now.Current.Vector, best.Vector)
	}
	w.Clock.Set(time.Date(2026, 12, 2, 8, 0, 0, 0, time.UTC))
	w.must(w.Releases.FreezeAll(ctx))
	if n := w.number("select count(distinct schema) from release_cohort"); n != 2 {
		t.Errorf("%d schemas have frozen months", n)
	}
}

func rowsOf(t release.Trial) (n int) {
	for _, l := range t.Lines {
		n += l.Rows
	}
	return n
}

// P11: levels so fine that no block fills are refused, and what would pass is named.
func TestDesignUnderTheFloor(t *testing.T) {
	testkit.Whole(t)
	w := newHouse(t)
	w.Releases.Stream = stream
	d := w.designed(&release.Bench{House: w.Releases})
	finest := make([]int, len(d.Current.Vector))
	trial, err := d.Try(finest)
	w.must(err)
	if d.Passes(trial.Figures) {
		t.Fatal("the finest levels pass")
	}
	yaml, err := d.YAML(w.Releases.Texts.Printer(text.EN), trial.Figures, "")
	w.must(err)
	if _, _, err := w.Releases.RegisterVersion(t.Context(), w.agent, w.Definition().ID, yaml); fault.Key(err) != "release.floor" {
		t.Errorf("a schema that releases %.3f was registered: %v", trial.Share(), err)
	}
	remedies := d.Remedies(finest)
	if len(remedies) == 0 || len(remedies) > 5 || slices.ContainsFunc(remedies, func(f design.Figures) bool { return !d.Passes(f) }) {
		t.Errorf("remedies: %+v", remedies)
	}
}

// A schema that is written is read as the same, whatever its values look like.
func TestWrittenSchemaIsReadTheSame(t *testing.T) {
	catalogue, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	p := catalogue.All()[0]
	content, err := release.WriteSchema(p.Release)
	if err != nil {
		t.Fatal(err)
	}
	s, refused := procedure.ParseRelease(p, content)
	if len(refused) > 0 {
		t.Fatalf("%v\n%s", refused, content)
	}
	if s.Hash != p.Release.Hash || s.Reference != p.Release.Reference || s.Columns[0].Label != p.Release.Columns[0].Label {
		t.Errorf("another schema was read:\n%s", content)
	}
}

// Nothing but the made-up population makes what the designer takes: no live dossier can come to it.
func TestOnlyMadeUpDossiersAreTried(t *testing.T) {
	root, err := testkit.Root()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, folder := range []string{"internal", "cmd"} {
		err = filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, content, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				made, ok := n.(*ast.CompositeLit)
				if !ok || !isPast(made.Type, file.Name.Name) {
					return true
				}
				found++
				if file.Name.Name != "demo" {
					t.Errorf("%s makes a dossier for the designer", path)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Error("nobody makes any: the test looks for the wrong thing")
	}
}

// isPast reports the type release.Past, as a package writes it.
func isPast(x ast.Expr, in string) bool {
	switch x := x.(type) {
	case *ast.SelectorExpr:
		from, ok := x.X.(*ast.Ident)
		return ok && from.Name == "release" && x.Sel.Name == "Past"
	case *ast.Ident:
		return in == "release" && x.Name == "Past"
	}
	return false
}

// What is frozen can be looked at in coarser levels alone, and no row is lost.
func TestDesignLooksAtWhatIsFrozen(t *testing.T) {
	testkit.Whole(t)
	w := newHouse(t)
	w.Releases.Stream = stream
	bench := &release.Bench{House: w.Releases}
	d := w.designed(bench)
	s, err := w.Releases.Standing(t.Context(), w.agent, w.Definition().ID)
	w.must(err)
	coarser := slices.Clone(d.Current.Vector)
	for i, c := range d.Procedure.Release.Columns {
		if c.ID == "region" || c.ID == "household" {
			coarser[i] = len(c.Levels)
		}
	}
	f, ok, err := bench.Frozen(t.Context(), w.agent, d, coarser)
	w.must(err)
	same, _, err := bench.Frozen(t.Context(), w.agent, d, d.Current.Vector)
	w.must(err)
	if !ok || f.Rows != s.Rows || same.Rows != s.Rows || f.Cells >= same.Cells || f.Smallest < same.Smallest || same.Smallest < w.Definition().Release.K {
		t.Errorf("%+v of %d rows, %+v as they are", f, s.Rows, same)
	}
	trial, err := d.Try(coarser)
	w.must(err)
	yaml, err := d.YAML(w.Releases.Texts.Printer(text.EN), trial.Figures, "short")
	w.must(err)
	v, refused, err := w.Releases.RegisterVersion(t.Context(), w.agent, w.Definition().ID, yaml)
	if err != nil || len(refused) > 0 || v.Name != "short" || v.Number != 1 {
		t.Errorf("a second schema: %+v %v %v", v, refused, err)
	}
	finer := make([]int, len(coarser))
	if _, ok, err := bench.Frozen(t.Context(), w.agent, d, finer); ok || err != nil {
		t.Errorf("what is frozen was told in finer levels: %v", err)
	}
	if _, _, err := bench.Frozen(t.Context(), w.person(), d, coarser); fault.Of(err) != fault.NotFound {
		t.Errorf("a stranger looks at what is frozen: %v", err)
	}
}
