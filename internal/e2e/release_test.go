package e2e

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/demo"
	"guichet/internal/dossier"
	"guichet/internal/release"
	"guichet/internal/store"
)

// The analyst of the demonstration asks for the workbook in each language, the head of service agrees, and the analyst takes it
// home and opens it: the data, what every word of them means, and the proof that nobody stands alone.
func TestAnalystDownloadsTheWorkbook(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.populate(demo.Size{Work: 10, Closed: 400})
	tab := h.browse(mouse{script: true})
	for _, lang := range []string{"fr", "en"} {
		tab.as("analyste@demo.example")
		tab.visit(h.agents + "/release")
		tab.type_(h.Definition().ID+"-reason", "Rapport annuel")
		must(t, chromedp.Do(tab.ctx, chromedp.SetValue(`select[name=lang]`, lang)))
		tab.send(`main form[action^="/release/"] button`)
		file := tab.at()
		tab.as("chef@demo.example")
		tab.visit(h.agents + file)
		tab.send(`main form[action$="/approve"] button`)
		h.Drain()
		tab.as("analyste@demo.example")
		tab.visit(h.agents + file)
		book := tab.download(`main form[action$="/workbook"] button`, h.Definition().ID+"-2026-10-"+lang+".xlsx")
		if len(book) != 3 {
			t.Fatalf("%d sheets, not the data, their dictionary and the proof", len(book))
		}
		h.guarded(book[0][1:])
		h.explained(book[0], book[1])
		h.proven(book[0][1:], book[2])
		if row := book[1][1]; len(row) != 7 || row[4] == row[6] {
			t.Errorf("%q is not in both languages", row)
		}
	}
}

// as signs somebody of the demonstration in, and nobody else.
func (t *tab) as(email string) {
	t.t.Helper()
	const out = `form[action="/sign-out"] button`
	t.visit(t.agents + "/")
	if look[bool](t, "!!document.querySelector('"+out+"')") {
		t.send(out)
	}
	t.signIn(t.agents, email, demo.Password)
	t.acknowledge()
}

// frozen keeps the months of a small made-up state as those of the house, judged by the version in force.
func (h *house) frozen() {
	h.t.Helper()
	rules, err := h.Releases.InForce(h.t.Context(), h.Definition().ID)
	must(h.t, err)
	p := *h.Definition()
	p.Release = rules
	past, err := demo.MakePast(&p, demo.Wish{Seed: 3, People: 6000, Months: 4, PerYear: 2500, Until: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)})
	must(h.t, err)
	replay, err := release.MakeReplay(&p, past.Made(), past.Months)
	must(h.t, err)
	must(h.t, replay.Adopt(h.t.Context(), h.Store, len(past.Months)))
}

// asked asks for a file in the name of the agent with this address.
func (h *house) asked(email string) string {
	h.t.Helper()
	id, err := h.Releases.Ask(h.t.Context(), h.actor(email), h.Definition().ID, release.Asking{Lang: "fr", Reason: "Rapport annuel"})
	must(h.t, err)
	return id
}

// proposed lets somebody propose the schema in force with a later judgement, and gives the version's page.
func (h *house) proposed(email string) string {
	h.t.Helper()
	yaml := strings.NewReplacer("version: 1", "version: 2", "m: 55", "m: 66").Replace(string(h.Definition().Release.Source))
	v, refused, err := h.Releases.RegisterVersion(h.t.Context(), h.actor(email), h.Definition().ID, []byte(yaml))
	must(h.t, err)
	if len(refused) > 0 {
		h.t.Fatal(refused)
	}
	return "/release/version/" + v.ID
}

// actor is an agent with the rights of now.
func (h *house) actor(email string) access.Actor {
	h.t.Helper()
	agents, err := h.Accounts.Agents(h.t.Context())
	must(h.t, err)
	i := slices.IndexFunc(agents, func(a account.Listed) bool { return a.Profile.Email == email })
	who, err := h.Accounts.Actor(h.t.Context(), agents[i].ID, h.Clock.Now())
	must(h.t, err)
	return who
}

// populate fills the house with invented people, and freezes the months that are over.
func (h *house) populate(size demo.Size) {
	h.t.Helper()
	l := &demo.Loader{
		Office: h.Office, Accounts: h.Accounts, Blobs: h.Blobs, Size: size,
		Freeze: func(ctx context.Context, s *store.Store, o *dossier.Office) error {
			return (&release.House{Store: s, Office: o, Catalogue: h.Catalogue, Texts: h.Releases.Texts}).FreezeAll(ctx)
		},
	}
	must(h.t, l.Load(h.t.Context()))
}

// saved presses a button that saves a file of this name, and gives its bytes.
func (t *tab) saved(selector, name string) []byte {
	t.t.Helper()
	folder := t.t.TempDir()
	_, err := chromedp.Call(t.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder, BrowserContextID: chromedp.FromContext(t.ctx).BrowserContextID,
	})
	must(t.t, err)
	t.hand.press(t, selector)
	path := filepath.Join(folder, name)
	whole := func() bool { // the browser holds the name with an empty file first
		file, err := os.Stat(path)
		return err == nil && file.Size() > 0
	}
	if !t.eventually(30*time.Second, whole) {
		there, _ := filepath.Glob(filepath.Join(folder, "*"))
		t.t.Fatalf("%s is not saved: %q\n%s", name, there, t.words())
	}
	content, err := os.ReadFile(path)
	must(t.t, err)
	return content
}

// download saves a workbook and reads its sheets.
func (t *tab) download(selector, name string) [][][]string {
	t.t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(t.saved(selector, name)))
	must(t.t, err)
	defer func() { must(t.t, book.Close()) }()
	var out [][][]string
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		must(t.t, err)
		out = append(out, rows)
	}
	return out
}

// guarded expects sorted rows of which none stands fewer than k times.
func (h *house) guarded(rows [][]string) {
	h.t.Helper()
	if n := rarest(rows); n < h.Definition().Release.K {
		h.t.Errorf("a row stands %d times", n)
	}
	if !slices.IsSortedFunc(rows, slices.Compare) {
		h.t.Error("the order of the rows tells something")
	}
}

// rarest counts the rows that are alike where they are fewest.
func rarest(rows [][]string) int {
	cells := map[string]int{}
	for _, row := range rows {
		cells[strings.Join(row, "|")]++
	}
	return slices.Min(slices.Collect(maps.Values(cells)))
}

// explained expects every value of the data in the dictionary, with its meaning.
func (h *house) explained(data, dictionary [][]string) {
	h.t.Helper()
	means := map[string]string{}
	for _, row := range dictionary[1:] {
		means[row[0]+"="+row[3]] = row[len(row)-1]
	}
	for i, c := range h.Definition().Release.Written() {
		if data[0][i] != c.ID {
			h.t.Errorf("column %d is %q, not %q", i+1, data[0][i], c.ID)
		}
		for _, row := range data[1:] {
			if means[c.ID+"="+row[i]] == "" {
				h.t.Fatalf("the dictionary does not say what %s = %q means", c.ID, row[i])
			}
		}
	}
}

// proven expects the proof to give the figures that the data have.
func (h *house) proven(rows, proof [][]string) {
	h.t.Helper()
	k, smallest := strconv.Itoa(h.Definition().Release.K), strconv.Itoa(rarest(rows))
	for i, want := range map[int]string{1: strconv.Itoa(len(rows)), 3: k, 4: smallest} {
		if proof[i][1] != want {
			h.t.Errorf("the proof says %q, not %s", proof[i], want)
		}
	}
}
