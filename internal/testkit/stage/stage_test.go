package stage_test

import (
	"testing"

	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// A person signs up, fills in every page, attaches what is owed and sends; an agent finds it.
func TestStageIsTheRealHouse(t *testing.T) {
	a := stage.Open(t)
	p := testkit.PersonaNamed(t, "tenant")
	f := a.SignUp("chiara.bianchi@example.org", p.Lang).Start(a.Definition(), p)
	f.Fill()
	if asked := f.AttachAll(); len(asked) == 0 {
		t.Fatal("no document was asked")
	}
	f.Send()
	if mails := a.Mails("chiara.bianchi@example.org"); len(mails) != 2 {
		t.Fatalf("mails: %v", mails)
	}
	agent := a.Hire("agent@example.org", "fr", "authority")
	agent.Get("/queue").Shows("Bianchi")
}
