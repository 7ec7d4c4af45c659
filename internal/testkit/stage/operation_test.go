package stage_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/fault"
	"guichet/internal/operation"
	"guichet/internal/testkit"
	"guichet/internal/testkit/stage"
)

// Who maintains the infrastructure sees how the service runs, and no request; they answer by name for what no program can check, for
// a year; anybody at work raises an incident at the service desk, once, in words that name nobody; the house raises its own.
func TestTheServiceIsRun(t *testing.T) {
	t.Parallel()
	testkit.Covers(t, "DS-082", "DS-084", "DS-093", "DS-097", "DS-098", "DS-100", "RP-164", "RP-170", "RP-171", "RP-175")
	const at = "desk@service.example"
	a := stage.Open(t, func(c *app.Config) { c.ServiceDesk = at })
	ctx := t.Context()
	enter := func(role string) *stage.Browser {
		t.Helper()
		link, _, err := a.Accounts.InviteHere(ctx, account.Invitation{
			Profile: account.Profile{Email: role + "@example.org", LastName: "Zaunkönig"}, Lang: "fr",
			Rights: []account.Right{{Procedure: "rights-request", Role: role, Until: a.Clock.Now().AddDate(3, 0, 0)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return a.TakeUp(link, role+"@example.org", "fr")
	}
	infra, hosting, cell := enter("infra"), enter("hosting"), enter("legal_cell")
	for _, b := range []*stage.Browser{infra, hosting} {
		b.Get("/operation").Shows("Base de données").Shows("Les ports non utilisés sont désactivés").Shows("À confirmer")
		for _, path := range []string{"/queue", "/admin", "/setting", "/register"} {
			b.Try(path).Want(http.StatusForbidden)
		}
	}
	cell.Try("/operation").Want(http.StatusForbidden)

	owed := func() (n int) {
		t.Helper()
		checks, err := a.Preflight(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checks {
			if c.Duty && !c.Good {
				n++
			}
			if c.Duty && c.Good && (c.By != "Zaunkönig" || c.At.IsZero()) {
				t.Errorf("%s is confirmed by %q at %v", c.Name, c.By, c.At)
			}
		}
		return n
	}
	if n := owed(); n != len(operation.Duties) {
		t.Fatalf("%d duties are owed to begin with", n)
	}
	for _, d := range operation.Duties {
		hosting.Get("/operation").Form("/operation/duty/" + d).Submit("").Want(200).Shows("C’est noté à votre nom")
	}
	if n := owed(); n != 0 {
		t.Errorf("%d duties are owed after they were confirmed", n)
	}
	a.Clock.AdvanceDays(364)
	if n := owed(); n != 0 {
		t.Errorf("%d duties are owed before a year is over", n)
	}
	a.Clock.AdvanceDays(2)
	if n := owed(); n != len(operation.Duties) {
		t.Errorf("a year later %d duties are owed", n)
	}

	cell = a.SignIn(stage.Agents, "legal_cell@example.org", "fr")
	f := cell.Get("/incident").Form("/incident").Set("place", "site").Set("what", "slow")
	f.Submit("").Want(200).Shows("L’incident est signalé")
	once := url.Values{"place": {"site"}, "what": {"slow"}, "once": {"same"}}
	cell.Post("/incident", once)
	cell.Post("/incident", once) // a second press
	if status, _ := cell.Probe("POST", stage.Agents, "/incident", url.Values{"place": {"Zaunkönig"}, "what": {"slow"}, "once": {"x"}}); status < 400 {
		t.Errorf("a word of one’s own is sent: %d", status)
	}
	mails := a.Mails(at)
	if len(mails) != 2 || !strings.Contains(mails[0].Body, "place: site\nfault: slow\n") || strings.Contains(mails[0].Body+mails[0].Subject, "Zaunkönig") || strings.Contains(mails[0].Body, "example.org") {
		t.Fatalf("%+v", mails)
	}
	if _, err := testkit.Owner(t, a.Store).Exec(ctx, "insert into jobs.river_job (kind, args, max_attempts, state, finalized_at, attempt) values ('mail', '{}', 1, 'discarded', $1, 1)", a.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // once a day
		if err := a.Operation.Look(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if mails = a.Mails(at); len(mails) != 3 || !strings.Contains(mails[0].Body, "alarm: "+operation.GivenUp+"\nraised_by: house\n") {
		t.Errorf("%+v", mails)
	}

	infra = a.SignIn(stage.Agents, "infra@example.org", "fr")
	infra.Get("/operation").Form("/operation/incident/1").Set("number", "INC-4711").Submit("").Want(200)
	infra.Get("/operation").Shows("INC-4711").Shows("Site des usagers")

	silent := *a.Operation // off by default
	silent.Desk = ""
	agent, err := a.Accounts.Actor(ctx, 1, a.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := silent.Raise(ctx, agent, "again", "site", "slow"); fault.Of(err) != fault.NotFound {
		t.Errorf("without a desk: %v", err)
	}
}
