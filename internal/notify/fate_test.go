package notify_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/gateway"
	"guichet/internal/testkit/smpp"
)

// reached gives the account a proven number and a choice.
func (o *office) reached(number, channel string) {
	o.t.Helper()
	o.number = number
	_, err := o.store.Pool().Exec(o.t.Context(), `insert into account_reach (account_id, channel, proven_at) values ($1, nullif($2, ''), now())
		on conflict (account_id) do update set channel = excluded.channel`, o.account, channel)
	must(o.t, err)
}

// dossier makes one of the account's, filed.
func (o *office) dossier() (id int64) {
	o.t.Helper()
	must(o.t, o.store.Pool().QueryRow(o.t.Context(), `with d as (insert into definition (hash, procedure, content, first_used) values ('x', 'p', '', now()) on conflict do nothing)
		select 0`).Scan(new(int)))
	must(o.t, o.store.Pool().QueryRow(o.t.Context(), `insert into dossier (public_id, procedure, definition, owner_id, channel, lang, state, state_kind, created_at, updated_at)
		values ('x', 'p', 'x', $1, 'online', 'fr', 'submitted', 'open', now(), now()) returning id`, o.account).Scan(&id))
	return id
}

func (o *office) tell(m notify.Mail) {
	o.t.Helper()
	m.AccountID = o.account
	o.told(m)
}

// tellNobody writes to the person of a dossier who has no account.
func (o *office) tellNobody(id int64) { o.told(notify.Mail{DossierID: id}) }

func (o *office) told(m notify.Mail) {
	o.t.Helper()
	m.Template = "test.news"
	must(o.t, o.store.InTx(o.t.Context(), func(tx *store.Tx) error {
		_, err := notify.Queue(o.t.Context(), tx, m)
		return err
	}))
}

// work does what is due; a job that failed for now is left for later.
func (o *office) work() {
	o.t.Helper()
	if err := job.Drain(o.t.Context(), o.store, o.workers); err != nil && fault.Of(err) != fault.Unavailable {
		o.t.Fatal(err)
	}
}

// fates are the messages in order: "sms accepted".
func (o *office) fates() string {
	o.t.Helper()
	var out string
	must(o.t, o.store.Pool().QueryRow(o.t.Context(), "select coalesce(string_agg(channel || ' ' || state, ', ' order by id), '') from mail").Scan(&out))
	return out
}

// wants compares the fates, and begins anew.
func (o *office) wants(fates string) {
	o.t.Helper()
	if got := o.fates(); got != fates {
		o.t.Errorf("fates: %s; want %s", got, fates)
	}
	_, err := o.store.Pool().Exec(o.t.Context(), "delete from mail")
	must(o.t, err)
}

func (o *office) clock(args job.Args) {
	o.t.Helper()
	must(o.t, o.store.InTx(o.t.Context(), func(tx *store.Tx) error { return job.Insert(o.t.Context(), tx, args) }))
	o.work()
}

// The person's choice counts, then the dossier's; a number that is not proven and a carrier that is not there lead to mail.
func TestChannels(t *testing.T) {
	testkit.Covers(t, "RP-031")
	o := newOffice(t, newServer(t).url)
	g := gateway.Run(t)
	carrier, err := notify.NewCarrier(g.URL+"?from=Guichet", gateway.Token)
	must(t, err)
	o.carry(carrier)
	news := notify.Mail{Via: notify.Chosen, Wish: "sms"}
	o.tell(news)
	o.work()
	o.wants("email sent")

	o.reached("+33612345678", "")
	o.tell(news)
	o.tell(notify.Mail{Via: notify.Both, Wish: "sms"})
	o.tell(notify.Mail{Wish: "sms"})
	o.work()
	o.wants("sms sent, email sent, sms sent, email sent")
	o.reached("+33612345678", "email")
	o.tell(news)
	o.work()
	o.wants("email sent")
	o.reached("+33612345678", "both")
	o.tell(news)
	o.work()
	o.wants("email sent, sms sent")

	last := g.Taken()[len(g.Taken())-1]
	if last.To != "+33612345678" || last.From != "Guichet" || last.Text != o.letter.Body || len(last.Key) != 32 || last.Key != last.Reference {
		t.Errorf("%+v", last)
	}
	o.post.Carrier = nil
	o.reached("+33612345678", "sms")
	o.tell(news)
	o.work()
	o.wants("sms refused, email sent")
}

func TestGateway(t *testing.T) {
	s, g := newServer(t), gateway.Run(t)
	o := newOffice(t, s.url)
	carrier, err := notify.NewCarrier(g.URL, gateway.Token)
	must(t, err)
	o.carry(carrier)
	o.reached("+33612345678", "sms")
	must(t, carrier.Reach(t.Context()))
	wrong, err := notify.NewCarrier(g.URL, "other")
	must(t, err)
	if err := wrong.Reach(t.Context()); fault.Of(err) != fault.Unavailable {
		t.Errorf("a wrong token: %v", err)
	}

	g.Answer(503, 429) // put off, put off again, taken
	o.tell(notify.Mail{Via: notify.Chosen})
	for range 3 {
		o.work()
	}
	g.Tell("g1", "delivered")
	o.clock(notify.Fates{})
	o.wants("sms accepted")

	o.tell(notify.Mail{Via: notify.Chosen})
	o.work()
	g.Tell("g2", "failed")
	o.clock(notify.Fates{})
	o.wants("sms bounced, email sent")

	g.Answer(422)
	o.tell(notify.Mail{Via: notify.Chosen})
	o.work()
	o.wants("sms refused, email sent")
	if strings.Contains(o.log.String(), "612345678") {
		t.Error("the log tells a number")
	}
}

// SMPP against a simulator that is not ours.
func TestMessageCentre(t *testing.T) {
	s, c := newServer(t), smpp.Run(t)
	o := newOffice(t, s.url)
	carrier, err := notify.NewCarrier(c.URL+"?from=Guichet", smpp.Secret)
	must(t, err)
	t.Cleanup(func() { must(t, carrier.Close()) })
	o.carry(carrier)
	o.reached("+33612345678", "sms")
	o.letter.Body = "Guichet : du nouveau vous attend. Connectez-vous à l’adresse {site} [€]"
	o.tell(notify.Mail{Via: notify.Chosen})
	o.work()
	if e := c.Next(); e.Bound == nil || !*e.Bound {
		t.Fatalf("no bind: %+v", e)
	}
	sms := c.Next()
	if sms.To != "33612345678" || sms.TON != 1 || sms.From != "Guichet" || sms.FromTON != 5 || sms.Coding != 0 || sms.Registered != 1 ||
		sms.Words != "Guichet : du nouveau vous attend. Connectez-vous à l'adresse {site} [€]" {
		t.Errorf("%+v", sms)
	}
	for _, told := range []struct {
		id     string
		status uint32
	}{{"not yet ours", 0x64}, {sms.ID, 0}, {sms.ID, 0}} { // the centre is to come again; the second time, its end is known
		c.Tell(strings.ReplaceAll(told.id, " ", "-"), "DELIVRD")
		if e := c.Next(); e.Status != told.status {
			t.Errorf("%s: %+v", told.id, e)
		}
	}
	o.wants("sms accepted")

	o.letter.Body = strings.Repeat("Ό漢🙂", 40) // 160 units: three parts, no pair of them cut
	o.tell(notify.Mail{Via: notify.Chosen})
	o.work()
	var whole string
	for n := range 3 {
		e := c.Next()
		if sms = e; e.Coding != 8 || e.Class != 0x40 || !strings.HasSuffix(e.Header, fmt.Sprintf("03%02d", n+1)) {
			t.Errorf("part %d: %+v", n, e)
		}
		whole += e.Words
	}
	if whole != o.letter.Body {
		t.Errorf("%q", whole)
	}
	c.Tell(sms.ID, "UNDELIV")
	c.Next()
	o.work()
	o.wants("sms bounced, email sent")

	o.letter.Body = "x"
	c.Drop()
	c.Next()
	o.number = "+33612345601" // put off first
	o.tell(notify.Mail{Via: notify.Chosen})
	o.work()
	o.work()
	if e := c.Next(); e.Bound == nil {
		t.Errorf("no new bind: %+v", e)
	}
	for o.fates() == "sms queued" {
		o.work()
	}
	c.Next()
	o.number = "+33612345600" // refused for good
	o.tell(notify.Mail{Via: notify.Chosen})
	o.work()
	o.wants("sms sent, sms refused, email sent")

	stranger, err := notify.NewCarrier(c.URL, "wrong")
	must(t, err)
	if err := stranger.Reach(t.Context()); fault.Of(err) != fault.Unavailable {
		t.Errorf("a wrong password: %v", err)
	}
}

// Who is reached by nothing is marked on the dossier, until something gets through.
func TestUnreachable(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.url)
	id := o.dossier()
	lost := func() (yes bool) {
		t.Helper()
		must(t, o.store.Pool().QueryRow(t.Context(), "select unreachable_at is not null from dossier").Scan(&yes))
		return yes
	}
	s.answers = []*smtp.SMTPError{{Code: 550, Message: "no"}}
	o.tell(notify.Mail{DossierID: id})
	o.work()
	if o.fates() != "email refused" || !lost() {
		t.Error(o.fates(), lost())
	}
	o.at = o.at.Add(time.Hour)
	o.tell(notify.Mail{DossierID: id})
	o.work()
	if !lost() {
		t.Error("that our relay has taken a mail says nothing: it may come back")
	}
	o.at = o.at.Add(5*24*time.Hour + time.Minute)
	o.clock(notify.Fates{})
	if lost() {
		t.Error("a mail that has not come back changes nothing")
	}
	token := s.token(t)
	must(t, o.back(token, "failed", "5.1.1"))
	if o.fates() != "email refused, email bounced" || !lost() {
		t.Error(o.fates(), lost())
	}
	if err := o.back(token, "delivered", "2.0.0"); fault.Of(err) != fault.NotFound {
		t.Errorf("a word after the end: %v", err)
	}

	_, err := o.store.Pool().Exec(t.Context(), `insert into mandate (public_id, dossier_id, procedure, holder_id, principal_index, kind, scope, starts_at, ends_at, state, sealed, proposed_at)
		values ('m', $1, 'p', $2, 'x', 'k', '{fill}', now(), now(), 'confirmed', '', now())`, id, o.account)
	must(t, err)
	_, err = o.store.Pool().Exec(t.Context(), "update dossier set unreachable_at = null")
	must(t, err)
	o.at = o.at.Add(time.Hour)
	s.answers = []*smtp.SMTPError{{Code: 550, Message: "no"}}
	o.tell(notify.Mail{DossierID: id})
	o.work()
	if lost() {
		t.Error("who acts is not the applicant")
	}
	s.answers = []*smtp.SMTPError{{Code: 550, Message: "no"}}
	o.tellNobody(id)
	o.work()
	if !lost() {
		t.Error("the applicant somebody acts for is not reached, and nobody hears of it")
	}

	busy := make([]*smtp.SMTPError, 2)
	for i := range busy {
		busy[i] = &smtp.SMTPError{Code: 451, Message: "later"}
	}
	s.answers = busy
	o.tell(notify.Mail{DossierID: id})
	o.work()
	o.at = o.at.Add(5 * 24 * time.Hour)
	o.work()
	o.wants("email refused, email bounced, email refused, email refused, email refused")
}

func (o *office) back(token, action, status string) error {
	r, err := notify.ReadReturn(strings.NewReader(report("bounces+"+token+"@guichet.example", action, status)), "")
	must(o.t, err)
	return notify.Return(o.t.Context(), o.store, r)
}

// report is a delivery report as Postfix writes one.
func report(to, action, status string) string {
	return strings.ReplaceAll(`From: MAILER-DAEMON@mx.example
To: `+to+`
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Je suis Zoé.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; zoe@example.com
Action: `+action+`
Status: `+status+`
Diagnostic-Code: smtp; 550 no zoe@example.com here

--b--
`, "\n", "\r\n")
}

func TestReadReturn(t *testing.T) {
	token := strings.Repeat("0f", 16)
	to := "bounces+" + token + "@guichet.example"
	r, err := notify.ReadReturn(strings.NewReader(report(to, "failed", "5.1.1 (nobody)")), "")
	if err != nil || r != (notify.Returned{Token: token, State: notify.Bounced, Why: "returned 5.1.1"}) {
		t.Errorf("%+v %v", r, err)
	}
	if r, err := notify.ReadReturn(strings.NewReader(report("x@example.com", "delivered", "2.0.0")), to); err != nil || r.State != notify.Accepted {
		t.Errorf("%+v %v", r, err)
	}
	for name, mail := range map[string]string{
		"delayed": report(to, "delayed", "4.4.1"), "no token": report("bounces@guichet.example", "failed", "5.1.1"), "nothing": "", "cut": report(to, "failed", "5.1.1")[:420],
		"holiday": "To: " + to + "\r\nSubject: away\r\n\r\nBack on Monday\r\n", "odd": "To: " + to + "\r\nContent-Type: multipart/report; boundary=\r\n\r\n--\r\n",
	} {
		if _, err := notify.ReadReturn(strings.NewReader(mail), ""); !errors.Is(err, notify.ErrNoReturn) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// News wait for one another; each agent gets one mail, with counts alone.
func TestNews(t *testing.T) {
	testkit.Covers(t, "RP-169")
	s := newServer(t)
	o := newOffice(t, s.url)
	o.agents(o.account)
	tell := func(n notify.News) {
		t.Helper()
		n.Procedure = "p"
		must(t, o.store.InTx(t.Context(), func(tx *store.Tx) error { return notify.Tell(t.Context(), tx, n) }))
	}
	for range 3 {
		tell(notify.News{What: "filed", Wait: 2 * time.Hour})
	}
	o.clock(notify.Gather{})
	if len(s.got) != 0 {
		t.Errorf("told too early: %q", s.got)
	}
	o.at = o.at.Add(time.Hour)
	tell(notify.News{What: "filed", Wait: 2 * time.Hour})
	o.at = o.at.Add(61 * time.Minute)
	o.clock(notify.Gather{})
	if len(s.got) != 1 || !strings.Contains(s.got[0], "map[p.filed:4]") {
		t.Errorf("%q", s.got)
	}
	tell(notify.News{What: "wrote"})
	tell(notify.News{What: "wrote", AccountID: o.account})
	o.work()
	if len(s.got) != 2 || !strings.Contains(s.got[1], "map[p.wrote:2]") {
		t.Errorf("%q", s.got)
	}
	o.post.TeamMailbox = func(_, team string) string { return map[string]string{"nord": "nord@example.mc"}[team] }
	o.agents(o.account, o.account+1000) // one mail, or there would be one to an account there is not
	tell(notify.News{What: "wrote", Team: "nord"})
	o.work()
	var template string
	must(t, o.store.Pool().QueryRow(t.Context(), "select template from mail order by id desc limit 1").Scan(&template))
	if procedure, team, ok := (notify.Mail{Template: template}).ToTeam(); len(s.got) != 3 || !ok || procedure != "p" || team != "nord" {
		t.Errorf("%d mails, the last %s", len(s.got), template)
	}
}

func TestNewCarrierRefuses(t *testing.T) {
	for address, secret := range map[string]string{
		"https://": "s", "ftp://a/": "s", "http://gateway.example/x": "s", "https://u:s3cr3t@gateway.example/x": "s", "https://gateway.example/x": "",
		"https://gateway.example/?from=Guichet+de+Monaco": "s", "https://gateway.example/?key=s3cr3t": "s", "smpp://a:2775": "s", "smpp://u@a": "s",
		"smpp://u@a:2775": "longer than eight", "smpp://" + strings.Repeat("u", 16) + "@a:2775": "s", "gateway.example": "s",
	} {
		_, err := notify.NewCarrier(address, secret)
		if fault.Of(err) != fault.Invalid || strings.Contains(fmt.Sprint(err, notify.CarrierFault(err)), "s3cr3t") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"https://gateway.example/messages?from=Guichet", "http://127.0.0.1:1/x", "smpps://u@a:3550?from=%2B37799000000"} {
		if _, err := notify.NewCarrier(address, "s"); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}
