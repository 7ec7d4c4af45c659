package stage_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/internal/app"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/gateway"
	"guichet/internal/testkit/stage"
	"guichet/internal/text"
)

var codeForm = regexp.MustCompile(`\b\d{6}\b`)

// withGateway opens a house whose SMS go through a gateway, and whose survey is held elsewhere.
func withGateway(t *testing.T) (*stage.App, *gateway.Gateway) {
	t.Helper()
	g := gateway.Run(t)
	carrier, err := notify.NewCarrier(g.URL, gateway.Token)
	if err != nil {
		t.Fatal(err)
	}
	return stage.Open(t, func(c *app.Config) {
		c.Carrier, c.Links = carrier, map[string]string{"satisfaction_url": "https://survey.example/avis"}
	}), g
}

// prove gives a number and the code that came to it.
func prove(t *testing.T, a *stage.App, g *gateway.Gateway, b *stage.Browser, number string) {
	t.Helper()
	b.Get("/account/reach").Form("number-form").Set("number", number).Submit("").Want(200)
	a.Drain()
	sms := g.Taken()
	if len(sms) == 0 {
		t.Fatal("no code was sent")
	}
	b.Get("/account/reach").Form("code-form").Set("code", codeForm.FindString(sms[len(sms)-1].Text)).Submit("").Want(200).Shows("+33 6 12 34 56 78")
}

// What is said in the dossier counts until something is chosen on the account page; the language is the dossier's too. An SMS
// says that something is new, and nothing of the dossier; the team hears of new dossiers as counts; the survey's address is
// the same for everybody.
func TestPeopleAreToldAsTheyChose(t *testing.T) {
	testkit.Covers(t, "RP-023", "RP-031", "RP-032", "RP-108", "RP-109", "RP-169")
	a, g := withGateway(t)
	short(t, a)
	b := a.Person(applicant, "fr")
	prove(t, a, g, b, "+33 6 12 34 56 78")
	p := testkit.PersonaNamed(t, "tenant")
	p.Answers["contact.channel"], p.Answers["contact.language"] = "sms", "en"
	f := b.Start(a.Definition(), p)
	f.Fill()
	f.AttachAll()
	a.Hire("agent@example.org", "fr", "authority")
	f.Send()
	if at := f.Get(f.Path("")).Link("survey.example"); at != "https://survey.example/avis" {
		t.Errorf("the survey’s address says more than itself: %s", at)
	}
	d := f.Opened()

	mails, sms := a.Mails(applicant), g.Taken()
	if len(sms) != 2 || sms[1].Text != "Guichet: something new awaits you. Sign in on guichet.example to read it." || sms[1].To != "+33612345678" {
		t.Fatalf("%d SMS, the last %+v", len(sms), sms[len(sms)-1])
	}
	if !strings.HasSuffix(strings.TrimSpace(mails[0].Body), "\nhttps://survey.example/avis") || !strings.Contains(mails[0].Body, d.Reference) {
		t.Errorf("the registration, always by e-mail too, ends in %q", mails[0].Body)
	}
	if len(a.Mails("agent@example.org")) != 0 {
		t.Error("a mail for one dossier")
	}
	a.Clock.Advance(2*time.Hour + time.Minute)
	gather(t, a)
	if news := a.Mails("agent@example.org"); len(news) != 1 || !strings.Contains(news[0].Body, "Nouvelles demandes : 1") || strings.Contains(news[0].Body, d.Reference) {
		t.Errorf("the agent’s mailbox has %+v", news)
	}

	a.Hire("second@example.org", "fr", "authority").Take(f.ID).Ask(map[string]string{"stay.id_number": "Quinquet"})
	if got := a.Mails(applicant); len(got) != len(mails) || len(g.Taken()) != 3 {
		t.Errorf("by SMS alone was asked for: %d mails and %d SMS", len(got)-len(mails), len(g.Taken())-2)
	}
	for _, m := range a.Box.All() {
		if strings.ContainsAny(m.Subject+m.Body, "{}") {
			t.Errorf("a mail with a value that nobody has put in: %q %q", m.Subject, m.Body)
		}
	}
	for _, s := range g.Taken()[1:] {
		for _, word := range []string{d.Reference, "Quinquet", f.ID, p.Answers["applicant.last_name"].(string)} {
			if strings.Contains(s.Text, word) {
				t.Errorf("an SMS says %q: %s", word, s.Text)
			}
		}
	}
}

// gather is the clock's round of the agents' mailboxes.
func gather(t *testing.T, a *stage.App) {
	t.Helper()
	if err := a.Store.InTx(t.Context(), func(tx *store.Tx) error { return job.Insert(t.Context(), tx, notify.Gather{}) }); err != nil {
		t.Fatal(err)
	}
}

// short holds what SMS say to a single one each, in both languages.
func short(t *testing.T, a *stage.App) {
	t.Helper()
	for _, key := range []string{"mail.sms.news.body", "mail.account.number_code.body"} {
		for _, lang := range text.Langs {
			said := a.Texts.Printer(lang).T(key, "service", "Guichet", "site", "guichet.example", "code", "123456")
			if notify.Parts(said) != 1 || strings.ContainsAny(said, "{}") {
				t.Errorf("%s in %s takes %d SMS: %s", key, lang, notify.Parts(said), said)
			}
		}
	}
}
