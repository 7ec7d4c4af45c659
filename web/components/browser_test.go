package components

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"guichet/internal/testkit/absent"
	"guichet/internal/text"
)

// server has of one live form and one upload, under the policy of the product.
type server struct {
	t       *testing.T
	p       text.Printer
	site    *Site
	assets  *Assets
	version int
	saves   int
	shown   templ.Component // what /page shows
	lock    sync.Mutex

	coming  string   // name of the file on its way
	arrived int64    // of it
	cut     bool     // the line was lost
	given   []string // names of the files that arrived whole
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.lock.Lock()
	defer s.lock.Unlock()
	w.Header().Set("Content-Security-Policy", policy)
	page := Page{Site: s.site, P: s.p, Title: "Essai"}
	switch {
	case strings.HasPrefix(r.URL.Path, Prefix):
		s.assets.ServeHTTP(w, r)
	case r.URL.Path == "/page":
		write(s.t, w, s.shown)
	case r.URL.Path == "/desk":
		write(s.t, w, within(Desk(page), SearchBox(s.p, Field{ID: "q", Name: "q", Label: "Chercher"}), displays(s.p)["table"]))
	case strings.HasPrefix(r.URL.Path, "/upload"):
		s.take(w, r)
	case r.Header.Get("X-Guichet-Fragment") != "":
		s.save(w, r)
	case r.Method == http.MethodPost:
		write(s.t, w, within(Layout(page), templ.Raw(`<p id="sent">`+r.FormValue(VersionName)+"/"+strconv.Itoa(s.version)+"</p>")))
	default:
		page.LangForm = "step"
		write(s.t, w, within(Layout(page), s.form(r), s.upload()))
	}
}

// upload is a form of files that stands alone.
func (s *server) upload() templ.Component {
	u := Upload{
		ID: "doc", Name: "file", Action: "/", Label: "Pièce", MaxBytes: 400_000, Accept: "application/pdf,.pdf", Begin: "/upload", Script: s.assets.URL("upload.js"),
		Hidden: []Hidden{{Name: "path", Value: "doc"}},
	}
	for _, name := range s.given {
		u.Done = append(u.Done, Uploaded{Name: name})
	}
	return UploadForm(s.p, u)
}

// take is the server's side of a file in pieces. It loses the line once, in the middle.
func (s *server) take(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/upload":
		s.coming = r.FormValue("name")
		w.Header().Set("Location", "/upload/1")
	case strings.HasSuffix(r.URL.Path, "/finish"):
		s.given = append(s.given, s.coming)
	case r.Method == http.MethodPost:
		if at := r.Header.Get("Upload-Offset"); at != strconv.FormatInt(s.arrived, 10) {
			s.t.Errorf("a piece for %s where %d have arrived", at, s.arrived)
		}
		if !s.cut && s.arrived > 0 {
			s.cut = true
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		n, _ := io.Copy(io.Discard, r.Body)
		s.arrived += n
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(s.arrived, 10))
	w.WriteHeader(http.StatusNoContent)
}

func (s *server) save(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("name") == "heurt" {
		w.WriteHeader(http.StatusConflict)
		_, _ = io.WriteString(w, `<p id="conflict">Modifié ailleurs</p>`)
		return
	}
	if r.FormValue(VersionName) != strconv.Itoa(s.version) {
		s.t.Errorf("saved version %s over %d", r.FormValue(VersionName), s.version)
	}
	s.version++
	s.saves++
	write(s.t, w, s.fragment(r))
}

func (s *server) form(r *http.Request) templ.Component {
	return within(StepForm(s.p, Form{ID: "step", Action: "/", Live: true}), s.fragment(r), Button(Submit{Label: "Continuer"}))
}

func (s *server) fragment(r *http.Request) templ.Component {
	parts := []templ.Component{
		TextInput(s.p, Field{ID: "name", Name: "name", Label: "Nom", Value: r.FormValue("name")}),
		Select(s.p, Field{ID: "country", Name: "country", Label: "Pays", Choices: Countries(s.p.Lang), Search: true, Value: r.FormValue("country")}),
	}
	if r.FormValue("country") == "CI" {
		parts = append(parts, TextInput(s.p, Field{ID: "visa", Name: "visa", Label: "Visa"}))
	}
	return within(Fragment(strconv.Itoa(s.version)), parts...)
}

func write(t *testing.T, w io.Writer, c templ.Component) {
	if err := c.Render(context.Background(), w); err != nil {
		t.Error(err)
	}
}

// browser opens a tab; what the page complains of (a script's error, the policy broken) fails the test.
func browser(t *testing.T) context.Context {
	path, err := exec.LookPath("chromium")
	if err != nil {
		absent.Skip(t, "chromium")
	}
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)...)
	t.Cleanup(cancel)
	tab, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	err = chromedp.Listen(tab, func(ev any) {
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			t.Errorf("script: %s", e.ExceptionDetails.Exception.Description)
		case *log.EventEntryAdded:
			if !strings.Contains(e.Entry.Text, "409") && !strings.Contains(e.Entry.Text, "502") {
				t.Errorf("browser: %s", e.Entry.Text)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	limited, cancel := context.WithTimeout(tab, 60*time.Second)
	t.Cleanup(cancel)
	return limited
}

// until waits for a condition of the page.
func until(t *testing.T, tab context.Context, condition string) {
	t.Helper()
	js := `new Promise((yes, no) => { const end = performance.now() + 8000
		const look = () => { let ok; try { ok = ` + condition + ` } catch {} ; ok ? yes(true) : performance.now() > end ? no(Error("never")) : setTimeout(look, 20) }
		look() })`
	_, err := chromedp.Run(tab, chromedp.Evaluate[bool](js, chromedp.EvalAwaitPromise))
	if err != nil && strings.Contains(err.Error(), "navigated") { // the page looked at has just given way to the next
		_, err = chromedp.Run(tab, chromedp.Evaluate[bool](js, chromedp.EvalAwaitPromise))
	}
	if err != nil {
		state, _ := chromedp.Run(tab, chromedp.Evaluate[string](`document.activeElement.id + " | " + document.querySelector("main").innerText`))
		t.Fatalf("%s: %v\n%s", condition, err, state)
	}
}

func press(t *testing.T, tab context.Context, id, keys string) {
	t.Helper()
	if err := chromedp.Do(tab, chromedp.Focus(chromedp.CSS("#"+id)), chromedp.KeyEvent(keys)); err != nil {
		t.Fatal(err)
	}
}

// enter presses Enter as a keyboard does: no character follows when the page has taken the key.
func enter(t *testing.T, tab context.Context) {
	t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, err := chromedp.Call(tab, input.DispatchKeyEvent, input.DispatchKeyEventParams{
			Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// built gives a server of the real assets, and false before npm has built them.
func built(t *testing.T) (*server, string, bool) {
	if _, err := os.Stat("../static/dist/app.js"); err != nil {
		return nil, "", false
	}
	assets, err := NewAssets(os.DirFS("../static"), "")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, p: catalogue(t).Printer(text.FR), site: site(t), assets: assets}
	s.site.Assets = assets
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	return s, web.URL, true
}

func open(t *testing.T) (*server, context.Context, string) {
	s, url, ok := built(t)
	if !ok {
		absent.Skip(t, "the built front end")
	}
	return s, browser(t), url
}

func TestLiveForm(t *testing.T) {
	s, tab, url := open(t)
	visit(t, tab, url+"/")

	// A country is found by its letters without accents, chosen by keyboard, and asks one more question.
	press(t, tab, "country", "cote d")
	until(t, tab, `document.querySelector("[role=option]").innerText === "Côte d’Ivoire" && document.activeElement.ariaExpanded === "true"`)
	press(t, tab, "country", kb.ArrowDown)
	enter(t, tab)
	until(t, tab, `document.querySelector("[name=country]").value === "CI" && document.getElementById("visa")`)
	until(t, tab, `document.activeElement.id === "country" && document.activeElement.value === "Côte d’Ivoire"`)

	// Typing is saved at its pause, and neither focus nor letters are lost.
	press(t, tab, "name", "Zoé")
	until(t, tab, `document.querySelector("[name=_version]").value === "2"`)
	until(t, tab, `document.querySelector("[data-status]").innerText.startsWith("Enregistré à") && document.activeElement.id === "name" && document.activeElement.value === "Zoé"`)

	// Words that name no country choose none; an answer that hides a question takes it away.
	press(t, tab, "country", "zzz")
	press(t, tab, "name", "!")
	until(t, tab, `document.querySelector("[name=country]").value === "" && !document.getElementById("visa") && document.getElementById("name").value === "Zoé!"`)

	// Sending at once bears the version of the last save, even one under way.
	press(t, tab, "name", "?"+kb.Enter)
	until(t, tab, `document.getElementById("sent").innerText.split("/")[0] === document.getElementById("sent").innerText.split("/")[1]`)
	if s.saves < 3 {
		t.Errorf("%d saves", s.saves)
	}
}

func visit(t *testing.T, tab context.Context, url string) {
	t.Helper()
	if err := chromedp.Do(tab, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
}

func TestConflictIsShown(t *testing.T) {
	_, tab, url := open(t)
	visit(t, tab, url+"/")
	press(t, tab, "name", "heurt")
	until(t, tab, `document.querySelector("[role=alert] #conflict")`)
}

func TestUpload(t *testing.T) {
	_, tab, url := open(t)
	visit(t, tab, url+"/")
	for _, x := range []struct {
		size int
		want string
	}{
		{500_000, `document.querySelector("form[data-upload] [data-status]").innerText.includes("trop lourd")`},
		{300_000, `document.querySelector(".guichet-files").innerText.includes("pièce.pdf") && document.activeElement.id === "doc"`},
	} {
		file := filepath.Join(t.TempDir(), "pièce.pdf")
		if err := os.WriteFile(file, make([]byte, x.size), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(tab, chromedp.SetUploadFiles(chromedp.CSS("#doc"), []string{file}), chromedp.Click(chromedp.CSS("form[data-upload] .govuk-button"))); err != nil {
			t.Fatal(err)
		}
		until(t, tab, x.want)
	}
}

func TestDeskKeys(t *testing.T) {
	_, tab, url := open(t)
	visit(t, tab, url+"/desk")
	keys := func(k string) {
		if err := chromedp.Do(tab, chromedp.KeyEvent(k)); err != nil {
			t.Fatal(err)
		}
	}
	keys("jj")
	until(t, tab, `document.activeElement.innerText === "CS-0043"`)
	keys("k")
	until(t, tab, `document.activeElement.innerText === "CS-0042"`)
	keys("?")
	until(t, tab, `document.getElementById("keys").matches(":popover-open")`)
	keys("?/j")
	until(t, tab, `document.activeElement.id === "q" && document.activeElement.value.endsWith("j")`)
}

// TestAxe looks for what a machine can find wrong for people with disabilities, at two widths.
func TestAxe(t *testing.T) {
	axe, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	if err != nil {
		absent.Skip(t, "axe-core")
	}
	s, tab, url := open(t)
	for _, width := range []int64{320, 1280} {
		for name, c := range pages(s.site, s.p) {
			s.shown = c
			if err := chromedp.Do(tab, chromedp.EmulateViewport(width, 900), chromedp.Navigate(url+"/page"), chromedp.Evaluate[chromedp.Void](string(axe))); err != nil {
				t.Fatal(err)
			}
			found, err := chromedp.Run(tab, chromedp.Evaluate[[]string](audit, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				t.Errorf("%s at %d px: %s", name, width, f)
			}
		}
	}
}

// audit runs the rules of WCAG 2.2 AA and measures that nothing is wider than the window.
const audit = `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => r.violations
	.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 160) + " " + n.failureSummary).join(" | "))
	.concat(document.documentElement.scrollWidth > innerWidth ? ["the page is wider than the window"] : []))`
