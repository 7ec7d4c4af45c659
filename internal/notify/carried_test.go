package notify_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/riverqueue/river/rivertype"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/testkit"
	"guichet/internal/testkit/gateway"
)

// sms writes rows of SMS that left, one for each of the carrier's numbers.
func (o *office) sms(sent time.Time, carriers ...string) {
	o.t.Helper()
	_, err := o.store.Pool().Exec(o.t.Context(), `insert into mail (account_id, template, channel, state, queued_at, sent_at, carrier)
		select $1, 'test.news', 'sms', 'sent', $2, $2, unnest($3::text[])`, o.account, sent, carriers)
	must(o.t, err)
}

// However many SMS wait for their fate, each is asked for in turn; a number that the carrier uses again is the newest SMS's.
func TestEachFateIsAskedFor(t *testing.T) {
	o, g := newOffice(t, newServer(t).url), gateway.Run(t)
	carrier, err := notify.NewCarrier(g.URL, gateway.Token)
	must(t, err)
	o.carry(carrier)
	var many []string
	for n := range 200 {
		many = append(many, fmt.Sprintf("old%d", n))
	}
	o.sms(o.at.Add(-time.Hour), many...)
	o.sms(o.at.Add(-time.Minute), "new")
	g.Tell("new", "delivered")
	o.clock(notify.Fates{})
	o.clock(notify.Fates{})
	state := func(carrier string) (out []string) {
		t.Helper()
		must(t, o.store.Pool().QueryRow(t.Context(), "select array_agg(state order by id) from mail where carrier = $1", carrier).Scan(&out))
		return out
	}
	if got := state("new"); got[0] != "accepted" {
		t.Errorf("behind 200 others, the 201st is never asked for: %v", got)
	}
	_, err = o.store.Pool().Exec(t.Context(), "delete from mail")
	must(t, err)
	o.sms(o.at.Add(-30*24*time.Hour), "again")
	o.sms(o.at.Add(-2*time.Hour), "again")
	o.sms(o.at.Add(-time.Hour), "again")
	g.Tell("again", "failed")
	o.clock(notify.Fates{})
	if got := state("again"); !slices.Equal(got, []string{"sent", "sent", "bounced"}) {
		t.Errorf("a number that was used again: %v", got)
	}
}

// Somebody without an account is told of as others are: tried again, and marked when nothing arrives.
func TestWithoutAccount(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.url)
	id := o.dossier()
	_, err := o.store.Pool().Exec(t.Context(), "update dossier set owner_id = null")
	must(t, err)
	o.account = 0
	s.answers = []*smtp.SMTPError{{Code: 451, Message: "later"}, nil}
	o.tell(notify.Mail{DossierID: id, Via: notify.Chosen, Wish: "sms"})
	o.work()
	if o.fates() != "email queued" {
		t.Error(o.fates())
	}
	o.work()
	must(t, o.back(s.token(t), "failed", "5.1.1"))
	var lost bool
	must(t, o.store.Pool().QueryRow(t.Context(), "select unreachable_at is not null from dossier").Scan(&lost))
	if o.fates() != "email bounced" || !lost {
		t.Error(o.fates(), lost)
	}
}

// A report that is faster than our commit is to come again.
func TestReportBeforeItsMail(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.url)
	o.tell(notify.Mail{})
	var token string
	must(t, o.store.Pool().QueryRow(t.Context(), "select token from mail").Scan(&token))
	if err := o.back(token, "failed", "5.1.1"); fault.Of(err) != fault.Unavailable {
		t.Errorf("before the mail is noted as sent: %v", err)
	}
	o.work()
	must(t, o.back(token, "failed", "5.1.1"))
	o.wants("email bounced")
}

// Without a mail server messages wait, and their jobs are not used up.
func TestWithoutServer(t *testing.T) {
	o := newOffice(t, newServer(t).url)
	sender := o.post.Sender
	o.post.Sender = nil
	o.tell(notify.Mail{})
	if _, snoozed := errors.AsType[*rivertype.JobSnoozeError](job.Drain(t.Context(), o.store, o.workers)); !snoozed {
		t.Error("the job counts as failed")
	}
	o.post.Sender = sender
	o.work()
	o.wants("email sent")
}

// A team's own mailbox hears of its news before the team has a member.
func TestNewsOfATeamWithoutMembers(t *testing.T) {
	testkit.Covers(t, "RP-169")
	s := newServer(t)
	o := newOffice(t, s.url)
	o.agents()
	o.post.TeamMailbox = func(string, string) string { return "nord@example.mc" }
	must(t, o.store.InTx(t.Context(), func(tx *store.Tx) error {
		return notify.Tell(t.Context(), tx, notify.News{Procedure: "p", Team: "nord", What: "wrote"})
	}))
	o.work()
	o.wants("email sent")
}
