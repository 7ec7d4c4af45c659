package e2e

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/form"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/gateway"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// patience bounds one journey in a browser.
const patience = 8 * time.Minute

// house is the program behind a real listener, and one browser.
type house struct {
	*stage.App
	t          *testing.T
	applicants string
	agents     string
	files      string
	watch      *watch
	phone      *gateway.Gateway // nil where no SMS are sent
}

// open starts the program on ports of its own. Without a browser or the built front end t is skipped, and fails where CI
// is set.
func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t}
	h.start()
	return h
}

// openWithPhone is open for a house that sends SMS and has a service desk, so that no page is missing.
func openWithPhone(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, phone: gateway.Run(t)}
	carrier, err := notify.NewCarrier(h.phone.URL, gateway.Token)
	must(t, err)
	h.start(func(c *app.Config) { c.Carrier, c.ServiceDesk = carrier, "desk@service.example" })
	return h
}

// start is open for a house that is not like the others.
func (h *house) start(options ...stage.Option) {
	t := h.t
	t.Helper()
	root, err := testkit.Root()
	must(t, err)
	_, noBrowser := exec.LookPath("chromium")
	_, noFront := os.Stat(filepath.Join(root, "web", "static", "dist", "app.js"))
	_, noAxe := os.Stat(filepath.Join(root, axeFile))
	for _, missing := range []error{noBrowser, noFront, noAxe} {
		if missing != nil && os.Getenv("CI") != "" {
			t.Fatal(missing)
		} else if missing != nil {
			t.Skipf("SKIPPED, THIS PROVES NOTHING: %v", missing)
		}
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	must(t, err)
	h.applicants, h.agents, h.files = "http://localhost:"+port, "http://agents.localhost:"+port, "http://files.localhost:"+port
	options = append(options, func(c *app.Config) { c.Applicants, c.Agents, c.Files = h.applicants, h.agents, h.files })
	h.App = stage.Open(t, options...)
	h.watch = &watch{t: t, origins: []string{h.applicants, h.agents, h.files}}
	t.Cleanup(h.watch.clean)
	server := &http.Server{Handler: h.Doors, ReadHeaderTimeout: patience}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
}

// path is an address of a dossier.
func (h *house) path(dossier, rest string) string { return h.applicants + "/dossier/" + dossier + rest }

// person makes an account without the pages of registration.
func (h *house) person(email string) {
	h.t.Helper()
	hash, err := h.Accounts.Hash(h.t.Context(), stage.Password)
	must(h.t, err)
	must(h.t, h.Store.InTx(h.t.Context(), func(tx *store.Tx) error {
		_, err := h.Accounts.CreateActive(h.t.Context(), tx, account.New{Kind: "person", Profile: account.Profile{Email: email}, PasswordHash: hash})
		return err
	}))
}

// draft makes a person with a dossier that has no answer yet.
func (h *house) draft(email string, p testkit.Persona) *stage.Filing {
	h.t.Helper()
	h.person(email)
	return h.SignIn(h.applicants, email, p.Lang).Start(h.Definition(), p)
}

// invite gives the address by which a new agent chooses a password.
func (h *house) invite(email string, roles ...string) string {
	h.t.Helper()
	in := account.Invitation{Profile: account.Profile{Email: email, LastName: "Agent", FirstNames: "Camille"}, Lang: text.FR}
	for _, role := range roles {
		in.Rights = append(in.Rights, account.Right{Procedure: h.Definition().ID, Role: role, Until: h.Clock.Now().AddDate(0, 1, 0)})
	}
	address, problem, err := h.Accounts.InviteHere(h.t.Context(), in)
	must(h.t, err)
	if problem != nil {
		h.t.Fatalf("not invited: %+v", *problem)
	}
	return address
}

// mailed is the address in the newest mail to somebody whose path begins with prefix.
func (h *house) mailed(to, prefix string) string {
	h.t.Helper()
	for _, m := range h.Mails(to) {
		for word := range strings.FieldsSeq(m.Body) {
			if strings.HasPrefix(word, prefix) {
				return strings.TrimRight(word, ".,)")
			}
		}
	}
	h.t.Fatalf("no mail to %s leads to %s", to, prefix)
	return ""
}

// steps are the steps of the form that are pages of questions.
func (h *house) steps() (out []*form.Step) {
	for _, s := range h.Definition().Form.Steps {
		if !s.Files {
			out = append(out, s)
		}
	}
	return out
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// flags of the browser: what it would fetch for itself is no traffic of the page, and a process for each page opened costs a sixth
// of the time.
var flags = append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.Flag("disable-component-update", true),
	chromedp.Flag("process-per-site", true), chromedp.Flag("renderer-process-limit", "1"), chromedp.Flag("disable-site-isolation-trials", true),
	chromedp.Flag("disable-back-forward-cache", true), chromedp.Flag("disable-features", strings.Join([]string{
		"BlinkGenPropertyTrees", "PaintHolding", "Translate", "site-per-process", "IsolateOrigins", "BackForwardCache",
		"SpareRendererForSitePerProcess", "ProactivelySwapBrowsingInstance",
	}, ",")))
