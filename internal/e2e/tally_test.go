package e2e

import (
	"net/http"
	"regexp"
	"sync"
	"testing"

	"github.com/go-chi/chi/v5"

	"guichet/internal/web"
)

// noPage are the addresses that answer something else than a page, or send on to one.
var noPage = regexp.MustCompile(`\.(pdf|yaml|json|xlsx)$|/inquiry/answer/|/document/|^/page/|\.(css|js|svg|ico|txt)$|\*$|^/api/|/upload/\{upload\}$|^/health|^/ready|^/proof-of-work$|^/version`)

// tally are the pages of a door that nobody has looked at yet; the parts of a test strike off the same one.
type tally struct {
	mu     sync.Mutex
	door   string
	missed map[string]bool // by pattern
	done   int             // parts that came to their end
}

// part looks at some of a door's pages.
type part func(c *checker)

// inParts runs each part in a house and a window of its own, at the same time as others, and fails when the door has a page
// that none of them has looked at.
func inParts(t *testing.T, door func(*house) *web.Door, parts map[string]part) {
	t.Helper()
	left := new(tally)
	t.Cleanup(func() {
		if left.done == len(parts) { // else one has failed, or was not meant to run
			left.complete(t)
		}
	})
	for name, look := range parts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := openWithPhone(t)
			look(h.checker(door(h), left))
			left.end()
		})
	}
}

// list begins with every page of the door, the first time.
func (l *tally) list(t *testing.T, door *web.Door) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.missed != nil {
		return
	}
	l.door, l.missed = door.Name, map[string]bool{}
	must(t, chi.Walk(door.Mux(), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if method == http.MethodGet && !noPage.MatchString(pattern) {
			l.missed[pattern] = true
		}
		return nil
	}))
}

// strike takes a page off.
func (l *tally) strike(pattern string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.missed, pattern)
}

func (l *tally) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done++
}

// complete fails when the door has a page that was not looked at.
func (l *tally) complete(t *testing.T) {
	t.Helper()
	for pattern := range l.missed {
		t.Errorf("%s: nobody has looked at %s", l.door, pattern)
	}
}
