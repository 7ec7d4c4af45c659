package stage_test

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
	"guichet/internal/web"
)

// demands says who may what, in the words of the issue and of rows RP-157 to RP-165, and not as the code's policies do: the first
// line whose beginning is the route's decides (after "=", the whole of it). A route that none names fails the test.
const demands = `
applicants GET,POST /dossier/{dossier}/step/{step}/resume anybody
applicants GET,POST /dossier/{dossier}/mandate            mandate
applicants GET,POST /dossier/{dossier}/correction         correction
applicants GET,POST /dossier/{dossier}/identity           nobody
applicants GET,POST /dossier/{dossier}                    dossier
applicants GET      /start/{procedure}/form.pdf           anybody
applicants GET,POST /start/                               person
applicants GET,POST /account                              person
applicants GET,POST /follow                               anybody
applicants GET,POST /firm                                 person
applicants GET      /dossiers                             person
applicants GET,POST /again                                person
applicants GET,POST /data/mine                            person
applicants GET /assets/ anybody
applicants GET /papers/ anybody
applicants GET /notice anybody
applicants GET /data/ anybody
applicants GET /release/ anybody
applicants GET /demo/ anybody
applicants GET,POST /register anybody
applicants GET /proof-of-work anybody
applicants POST /password-strength anybody
applicants GET,POST /confirm/ anybody
applicants GET,POST /sign-in anybody
applicants GET,POST /sign-out anybody
applicants GET,POST /forgotten anybody
applicants GET,POST /reset/ anybody
applicants GET /left anybody
applicants GET /verify/ anybody
applicants GET,POST /mandate/ anybody
applicants GET,POST /email/keep/ anybody
applicants GET,POST /email/confirm/ person
applicants GET,POST /answer/ anybody
applicants GET =/ anybody

agents GET,POST /dossier/{dossier}/step/{step}/resume       anybody
agents GET,POST /dossier/{dossier}/step                     paper
agents GET,POST /dossier/{dossier}/documents                paper
agents GET      /dossier/{dossier}/document/{document}/page look
agents POST     /dossier/{dossier}/document/{document}/judge dossier
agents GET,POST /dossier/{dossier}/document                 paper
agents GET,POST /dossier/{dossier}/upload                   paper
agents GET      /dossier/{dossier}/check                    paper
agents GET      /dossier/{dossier}/counter                  paper
agents GET      /dossier/{dossier}/receipt                  look
agents GET      /dossier/{dossier}/timeline                 look
agents GET      /dossier/{dossier}/made                     look
agents GET      /dossier/{dossier}/why                      state
agents POST     /dossier/{dossier}/why                      state
agents GET      /dossier/{dossier}/mail                     nobody
agents GET,POST /dossier/{dossier}/inquiry                  nobody
agents GET,POST /dossier/{dossier}/                         dossier
agents GET      /dossier/{dossier}                          look
agents GET,POST /queue     read
agents GET      /figures/  read
agents GET,POST /bulk      read
agents GET,POST /orders    nobody
agents GET,POST /register  nobody
agents GET,POST /mentions  read
agents GET      /counter/{procedure}/form.pdf read
agents GET,POST /counter   process
agents GET,POST /release   export
agents GET,POST /tables    export
agents GET,POST /statistics export
agents GET,POST /setting   configure
agents GET      /glass     requests
agents POST     /glass     glass
agents GET,POST /watch     audit
agents GET      /admin/rights rights
agents GET      /processing rights
agents GET      /ending    rights
agents GET,POST /breaches  rights
agents GET,POST /operation administer
agents GET,POST /incident  agent
agents GET,POST /admin     administer
agents GET,POST /exchange  administer
agents GET      /api/v1/openapi.json anybody
agents GET      /api/v1/keys.json    anybody
agents GET      /api/v1/{procedure}/{connector}/schema.json anybody
agents GET,POST /api/      nobody
agents GET,POST /account   agent
agents GET,POST /duties    agent
agents GET      /staff     agent
agents POST     /sign-out  agent
agents GET,POST /again     agent
agents GET      /assets/   anybody
agents GET,POST /sign-in   anybody
agents GET,POST /sign-out  anybody
agents GET,POST /forgotten anybody
agents GET      /proof-of-work anybody
agents POST     /password-strength anybody
agents GET,POST /reset/    anybody
agents GET,POST /invite/   anybody
agents GET      =/         agent

files GET /assets/ anybody
files GET /document/ nobody
files GET /glass/    nobody
`

// rights are what each caller has by their part; what stands in nobody's line is nobody's.
var rights = map[string]string{
	"north": "agent read process configure export glass requests", "south": "agent read process configure export glass requests", "colleague": "agent read process configure export glass requests",
	"supervisor": "agent audit rights requests", "analyst": "agent export", "digital": "agent configure glass requests", "provider": "agent configure glass requests", "opened": "agent configure glass requests",
	"administrator": "agent administer rights configure", "owner": "person", "holder": "person", "principal": "person", "member": "person", "stranger": "person",
}

// matrix is a house with everybody in it.
type matrix struct {
	*stage.App
	t                         *testing.T
	callers                   map[string]*stage.Browser
	dossiers, papers          map[string]string // by whose it is
	ids                       map[string]int64
	request                   string
	proposals, uploads        map[string]string // by whose dossier they are on
	controls                  map[string]bool   // routes that answered somebody with what they are for
	pairs, unexpected, unsaid int
	sample                    uint32 // one pair in so many; 1 = all
}

func (m *matrix) exec(sql string, args ...any) {
	m.t.Helper()
	if _, err := testkit.Owner(m.t, m.Store).Exec(m.t.Context(), sql, args...); err != nil {
		m.t.Fatalf("%s: %v", sql, err)
	}
}

// verdict is what an answer means: in (the page, or a word on what was sent), or shut out.
func verdict(status int, to string) string {
	switch {
	case status >= 500 && status != http.StatusServiceUnavailable: // what is off says so
		return "broken"
	case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		return "shut"
	case status >= 300 && status < 400 && (strings.Contains(to, web.SignInPath) || strings.Contains(to, "/why")):
		return "shut"
	}
	return "in"
}

// demanded finds the line of the demands for a route.
func demanded(door, method, pattern string) string {
	for _, line := range strings.Split(demands, "\n") {
		w := strings.Fields(line)
		if len(w) == 4 && w[0] == door && strings.Contains(w[1], method) && (strings.HasPrefix(pattern, w[2]) || "="+pattern == w[2]) {
			return w[3]
		}
	}
	return ""
}

// expected is what must come of a pair: "in", "shut", or "" where neither is demanded.
func expected(need, method, pattern, caller string, r *relation) string {
	how := ""
	if r != nil {
		how = r.in[caller]
	}
	read := method == http.MethodGet
	switch {
	case need == "anybody":
		return ""
	case need == "mandate" && (how == "reads" || how == "asked"):
		return map[bool]string{true: "in", false: ""}[read] // says yes or no there
	case need == "dossier" && how == "reads" && caller != "opened":
		return map[bool]string{true: "in", false: "shut"}[read]
	case how == "why" && method == http.MethodPost && strings.HasSuffix(pattern, "/release"):
		return "" // lets go of what they hold themselves
	case need == "dossier", need == "mandate":
		return map[bool]string{true: "in", false: "shut"}[how == "all"]
	case need == "look", need == "correction": // who is known asks for what is wrong about them to be put right
		return map[bool]string{true: "in", false: "shut"}[how == "all" || how == "reads"]
	case need == "state":
		return map[bool]string{true: "in", false: "shut"}[how == "all" || how == "why"]
	case strings.Contains(" "+rights[caller]+" ", " "+need+" "):
		return "in"
	}
	return "shut"
}

// harmful acts need nothing but to be asked: from whoever may, they are not.
var harmful = []string{"/sign-out", "/account/sessions/end", "/account/leave", "/account/reach/forget", "/settle", "/mandate/verify", "/release"}

// lacking are pages of which there may be nothing to show, even to who may: a 404 to them is an answer.
var lacking = []string{"/compare", "/correct", "/ask", "/second", "/receipt", "/move/", "/mandate", "/account/reach", "/firm/clients", "/setting/item", "/incident"}

// forms are what a page would send: from whoever must be shut out, a form that says all it should.
var forms = map[string]url.Values{
	"/dossier/{dossier}/step/{step}":            {"_version": {"0"}},
	"/dossier/{dossier}/document":               {"@path": {"documents.electricity"}, "@remove": {"aaaaaaaaaaaaaaaaaaaaaaaaaa"}},
	"/dossier/{dossier}/upload":                 {"path": {"documents.electricity"}, "name": {"a.png"}, "size": {"100"}},
	"/dossier/{dossier}/messages":               {"@words": {"Bonjour"}},
	"/dossier/{dossier}/write":                  {"words": {"Bonjour"}, "do": {"send"}, "begun": {""}},
	"/dossier/{dossier}/note":                   {"words": {"Bonjour"}},
	"/dossier/{dossier}/upload/{upload}":        {"#": {"abc"}},
	"/dossier/{dossier}/move/{move}":            {"state": {"submitted"}},
	"/glass":                                    {"@reference": {"DSN 2"}, "@purpose": {"Voir"}, "@dossiers": {"CS-2026-2222-2222"}, "@as": {"residence-permit/supervisor"}},
	"/glass/{request}/refuse":                   {"word": {"Non."}},
	"/dossier/{dossier}/second/{proposal}/back": {"word": {"Non."}},
}

func filled(pattern string) url.Values {
	if f := forms[pattern]; f != nil {
		return f
	}
	return url.Values{}
}

// address fills in a route: with what there is where nobody may get in, with ids of nothing where an act would follow.
func (m *matrix) address(pattern string, r *relation, in bool) string {
	whose := "own"
	id := "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	if r != nil && r.dossier != "" {
		whose, id = r.dossier, m.dossiers[r.dossier]
	}
	with := map[string]string{"{dossier}": id, "{procedure}": m.Definition().ID, "{step}": "applicant", "{move}": "admit", "{page}": "1", "{line}": "1", "{template}": "internal_summary", "{connector}": "core_system", "{notice}": "terms"}
	if strings.Contains(pattern, "/account") || r != nil && r.door == stage.Applicants {
		with["{move}"] = "complete"
	}
	if !in {
		with["{document}"], with["{request}"], with["{agent}"] = m.papers[whose], m.request, "1"
		with["{proposal}"], with["{upload}"] = m.proposals[whose], m.uploads[whose]
	}
	for name, value := range with {
		pattern = strings.ReplaceAll(pattern, name, value)
	}
	for strings.Contains(pattern, "{") {
		from, to := strings.Index(pattern, "{"), strings.Index(pattern, "}")
		pattern = pattern[:from] + "1" + pattern[to+1:]
	}
	return strings.TrimSuffix(pattern, "*")
}

// try sends one pair and counts it.
func (m *matrix) try(door *web.Door, rt *web.Route, caller string, r *relation) {
	need := demanded(door.Name, rt.Method, rt.Pattern)
	if need == "" {
		m.unsaid++
		m.t.Errorf("%s %s %s: nothing says who may", door.Name, rt.Method, rt.Pattern)
		return
	}
	want := expected(need, rt.Method, rt.Pattern, caller, r)
	name := fmt.Sprintf("%s %s %s as %s", door.Name, rt.Method, rt.Pattern, caller)
	if r != nil {
		name += " (" + r.name + ")"
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	has := func(list []string) bool {
		for _, x := range list {
			if strings.Contains(rt.Pattern, x) {
				return true
			}
		}
		return false
	}
	if h.Sum32()%m.sample != 0 || want != "shut" && rt.Method == http.MethodPost && has(harmful) {
		return
	}
	m.pairs++
	body := url.Values{"surprise": {"x"}} // no form has it: nothing is done
	if want == "shut" {
		body = filled(rt.Pattern)
	}
	reads := want == "in" && rt.Method == http.MethodGet // does nothing: with what there is, to be seen
	status, at := m.callers[caller].Probe(rt.Method, door.Origin, m.address(rt.Pattern, r, want != "shut" && !reads), body)
	got := verdict(status, at)
	if got == "in" && status != http.StatusNotFound {
		m.controls[rt.Method+" "+rt.Pattern] = true
	}
	absent := status == http.StatusNotFound && want == "in" && (has(lacking) || strings.Contains(strings.ReplaceAll(rt.Pattern, "{dossier}", ""), "{"))
	if got == "broken" || want != "" && got != want && !absent {
		m.unexpected++
		m.t.Errorf("%s: %d %s, want %s", name, status, at, want)
	}
}

func (m *matrix) sweep(door *web.Door, r *relation) {
	for _, rt := range door.Routes() {
		if strings.Contains(rt.Pattern, "{dossier}") != (r != nil) {
			continue
		}
		for caller := range m.callers {
			m.try(door, rt, caller, r)
		}
	}
}

// Every route, every caller, every relation to a dossier: nobody gets in who should not, and who should does. Every pair is sent;
// with -short, as under the race detector, a sample.
func TestMatrixOfRights(t *testing.T) {
	testkit.Asvs(t, "8.2.1", "8.2.2")
	testkit.Covers(t, "RP-157", "RP-158", "RP-161", "RP-163", "RP-165")
	m := people(t)
	m.sample = 1
	if testing.Short() {
		m.sample = 12
	}
	doors := []*web.Door{m.Site.Applicants, m.Site.Agents, m.Site.Files}
	for _, door := range doors {
		walked(t, door)
		m.sweep(door, nil)
	}
	for _, r := range relations() {
		m.exec("update proposal set state = 'withdrawn', decided_by = proposed_by, decided_at = now() where state = 'waiting'")
		if r.waits {
			m.exec("update proposal set state = 'waiting', decided_by = null, decided_at = null")
		}
		m.exec("delete from journal_read") // who had it a moment ago may go on reading: here nobody had
		switch {
		case r.sql == "":
		case r.door == stage.Applicants && r.dossier == "mandated":
			m.exec("with principal as (select id from account where id = " + fmt.Sprint(m.ids["principal"]) + ") " + r.sql + " where dossier_id = (select id from dossier where public_id = '" + m.dossiers[r.dossier] + "')")
		default:
			m.exec("with north as (select id from account where id = "+fmt.Sprint(m.ids["north"])+") "+r.sql+" where public_id = '"+m.dossiers[r.dossier]+"'", m.Definition().ID)
		}
		for _, door := range doors {
			if door.Origin == r.door {
				m.sweep(door, &r)
			}
		}
	}
	if m.sample == 1 {
		m.controlled(doors)
		fmt.Printf("figure matrix_pairs %d pairs target 5000 %s\n", m.pairs, verdictOf(m.pairs >= 5000))
		fmt.Printf("figure matrix_unexpected %d pairs target 0 %s\n", m.unexpected, verdictOf(m.unexpected == 0))
	}
}

func verdictOf(ok bool) string {
	if ok {
		return "ok"
	}
	return "short"
}

// walked compares the router with the door's table: what is routed has a policy, and stands in the matrix.
func walked(t *testing.T, door *web.Door) {
	t.Helper()
	table := map[string]bool{}
	for _, r := range door.Routes() {
		table[r.Method+" "+r.Pattern] = r.Policy.String() != ""
	}
	err := chi.Walk(door.Mux(), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method = strings.Replace(method, http.MethodHead, http.MethodGet, 1); !table[method+" "+route] {
			t.Errorf("%s: %s %s is not in the table with a policy", door.Name, method, route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
