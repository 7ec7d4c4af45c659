package stage_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"guichet/internal/app"
	"guichet/internal/syslog"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// What happens on requests, and who signed in, goes to the collector that the definition names, by numbers alone; of a procedure
// that names none nothing leaves; while the collector is away nobody waits, and nothing is lost.
func TestEventsGoToTheCollector(t *testing.T) {
	testkit.Covers(t, "DS-089")
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	_ = l.Close() // away, to begin with
	sender, err := syslog.NewSender("tcp://"+at, "guichet.example", nil)
	if err != nil {
		t.Fatal(err)
	}
	a := stage.Open(t, func(c *app.Config) { c.Events = sender })
	if err := a.Events.Run(t.Context()); err != nil { // from now on
		t.Fatal(err)
	}
	a.Clock.Advance(time.Minute)
	agent := a.Hire("agent@example.org", "fr", "legal_cell")
	asked(t, a, "fr", "access")
	a.Person(applicant, "fr").Start(a.Definition(), testkit.Persona{Name: "bianchi", Lang: "fr"})
	var id string
	if err := a.Store.Pool().QueryRow(t.Context(), "select public_id from dossier where procedure = 'rights-request'").Scan(&id); err != nil {
		t.Fatal(err)
	}
	agent.Take(id).Move("take", nil)
	a.Clock.Advance(5 * time.Minute)
	if err := a.Events.Run(t.Context()); err == nil {
		t.Error("a collector that is away took events")
	}
	if l, err = net.Listen("tcp", at); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	got := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		b, _ := io.ReadAll(c)
		got <- string(b)
	}()
	if err := a.Events.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := <-got
	for _, want := range []string{`dossier="` + id + `"`, `act="submit"`, `act="take"`, `role="legal_cell"`, " connection [", `act="sign_in"`} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in %s", want, all)
		}
	}
	for _, never := range []string{"residence-permit", "Martin", "Zoé", "example.org", "@example", "192.0.2.", "DD-"} {
		if strings.Contains(all, never) {
			t.Errorf("%q left: %s", never, all)
		}
	}
	_ = l.Close()
	a.Clock.Advance(5 * time.Minute)
	if err := a.Events.Run(t.Context()); err != nil {
		t.Errorf("what was sent is sent again: %v", err)
	}
}
