package stage

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"guichet/internal/form"
	"guichet/internal/testkit"
)

// story is a script at work: an applicant, an agent, and what happens between them, through the real doors.
type story struct {
	*App
	t      *testing.T
	p      testkit.Persona
	mail   string // the applicant's address
	person *Browser
	filing *Filing
	agent  *Browser
	check  *Page // the person's last reading before sending
	proven map[string]*form.Field
	rows   []string // that the script itself names
}

// Tell plays a story: a line is an act, words in double quotes are one. It claims the rows of every field it has seen
// asked, filed and shown to the agent, and those that a line "covers" names.
func Tell(t *testing.T, script []byte) {
	t.Helper()
	s := &story{App: Open(t), t: t, proven: map[string]*form.Field{}}
	for n, line := range strings.Split(string(txtar.Parse(script).Comment), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if !s.act(words(line)) {
			t.Fatalf("line %d says nothing known: %s", n+1, line)
		}
		if t.Failed() {
			t.Fatalf("line %d: %s", n+1, line)
		}
	}
	s.claim()
}

// claim names the rows of what was proven.
func (s *story) claim() {
	rows := s.rows
	for _, f := range s.proven {
		rows = append(rows, f.Rows...)
	}
	slices.Sort(rows)
	testkit.Covers(s.t, slices.Compact(rows)...)
}

// words splits a line; double quotes hold words together.
func words(line string) []string {
	var out []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			out = append(out, part)
			continue
		}
		out = append(out, strings.Fields(part)...)
	}
	return out
}

// act does what a line says; false when it says nothing known.
func (s *story) act(w []string) bool {
	s.t.Helper()
	for _, v := range verbs {
		if len(w) >= len(v.words) && slices.Equal(w[:len(v.words)], v.words) {
			v.do(s, w[len(v.words):])
			return true
		}
	}
	return false
}

type verb struct {
	words []string
	do    func(*story, []string)
}

func says(sentence string, do func(*story, []string)) verb { return verb{strings.Fields(sentence), do} }

// verbs are all that a line can begin with; the first that fits counts.
var verbs = []verb{
	says("persona", (*story).cast),
	says("applicant signs up", func(s *story, _ []string) { s.person = s.SignUp(s.mail, s.p.Lang) }),
	says("applicant starts", func(s *story, _ []string) { s.filing = s.person.Start(s.Definition(), s.p) }),
	says("applicant fills the form", func(s *story, _ []string) { s.filing.Fill() }),
	says("applicant attaches everything owed", func(s *story, _ []string) { s.filing.AttachAll() }),
	says("applicant submits", (*story).submit),
	says("applicant answers", (*story).answer),
	says("applicant attaches", func(s *story, w []string) { s.filing.Attach(w[0], testkit.Picture(200)).Want(200) }),
	says("applicant makes the move", (*story).move),
	says("applicant leaves the service", (*story).leave),
	says("applicant sees", func(s *story, w []string) { s.filing.Get(s.filing.Path("")).Shows(w[0]) }),
	says("applicant does not see", func(s *story, w []string) { s.filing.Get(s.filing.Path("")).Hides(w[0]) }),
	says("applicant cannot open", func(s *story, w []string) { s.filing.Try(s.filing.Path(w[0])).Want(404) }),
	says("agent joins", func(s *story, w []string) { s.agent = s.Hire("agent@example.org", w[0], "authority") }),
	says("agent finds", func(s *story, w []string) { s.agent.Get("/queue?q=" + url.QueryEscape(w[0])).Shows(w[1]) }),
	says("agent reads everything", (*story).read),
	says("agent asks for", (*story).ask),
	says("agent gathers", (*story).gather),
	says("agent sends the request", (*story).sendRequest),
	says("agent rejects", (*story).reject),
	says("agent judges", (*story).judge),
	says("agent compares", (*story).compare),
	says("agent accepts", (*story).acceptItem),
	says("agent asks again for", (*story).askAgain),
	says("agent corrects", (*story).correct),
	says("agent does to many", (*story).many),
	says("agent verifies the mandate", func(s *story, _ []string) { s.desk().Read().Form("/mandate/verify").Submit("").Want(200) }),
	says("agent makes the move", (*story).decide),
	says("colleague approves", func(s *story, _ []string) {
		s.desk().Approve(s.Hire("colleague@example.org", "fr", "authority"))
	}),
	says("agent sees", func(s *story, w []string) { s.desk().Read().Shows(w[0]) }),
	says("mail", (*story).mailed),
	says("days pass:", (*story).wait),
	says("dossier is gone", (*story).gone),
	says("covers", func(s *story, w []string) { s.rows = append(s.rows, w...) }),
}
