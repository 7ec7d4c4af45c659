package notify_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/internal/fault"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/store"
	"guichet/internal/testkit"
)

// server is a real mail server that answers what the test says.
type server struct {
	mu      sync.Mutex
	answers []*smtp.SMTPError // to the next recipients, one each
	got     []string          // envelopes and contents
	from    string            // return address of the last mail
	url     string
}

func newServer(t *testing.T) *server {
	s := &server{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{s: s}, nil }))
	srv.Domain = "localhost"
	done := make(chan struct{})
	go func() { defer close(done); _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close(); <-done })
	s.url = "smtp://" + l.Addr().String() + "?tls=none"
	return s
}

type session struct {
	s  *server
	to []string
}

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.from = from
	return nil
}

func (c *session) Reset()        { c.to = nil }
func (c *session) Logout() error { return nil }

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if len(c.s.answers) > 0 {
		var a *smtp.SMTPError
		if a, c.s.answers = c.s.answers[0], c.s.answers[1:]; a != nil {
			return a
		}
	}
	c.to = append(c.to, to)
	return nil
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.got = append(c.s.got, fmt.Sprint(c.to)+"\n"+string(raw))
	return err
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// office is a post with one account to write to.
type office struct {
	t       *testing.T
	at      time.Time
	post    *notify.Post
	store   *store.Store
	workers *job.Workers
	log     bytes.Buffer
	account int64
	letter  notify.Letter
	number  string
	err     error
}

func newOffice(t *testing.T, url string) *office {
	t.Helper()
	o := &office{t: t, at: start, workers: job.NewWorkers()}
	o.store = testkit.Store(t, func() time.Time { return o.at })
	o.letter = notify.Letter{To: "zoe@example.com", Subject: "Votre demande est enregistrée", Body: "Référence CS-1"}
	sender, err := notify.NewSender(url, "Guichet <no-reply@guichet.example>")
	must(t, err)
	must(t, sender.Bounces("bounces@guichet.example"))
	p := &notify.Post{Store: o.store, Sender: sender, Log: slog.New(slog.NewTextHandler(&o.log, nil)), Composers: map[string]notify.Composer{
		"test": notify.ComposerFunc(func(_ context.Context, m notify.Mail) (notify.Letter, error) {
			if m.Channel == notify.BySMS {
				return notify.Letter{To: o.number, Body: o.letter.Body}, o.err
			}
			return o.letter, o.err
		}),
		"desk": notify.ComposerFunc(func(_ context.Context, m notify.Mail) (notify.Letter, error) {
			return notify.Letter{To: o.letter.To, Subject: "desk", Body: fmt.Sprint(m.News)}, nil
		}),
	}}
	o.post = p
	p.Register(o.workers)
	must(t, o.store.Pool().QueryRow(t.Context(), `insert into account (kind, email_index, wrapped_key, wrapped_by, sealed, state, created_at)
		values ('person', 'x', '', '', '', 'active', now()) returning id`).Scan(&o.account))
	return o
}

func (o *office) queue() {
	o.t.Helper()
	must(o.t, o.store.InTx(o.t.Context(), func(tx *store.Tx) error {
		_, err := notify.Queue(o.t.Context(), tx, notify.Mail{AccountID: o.account, Template: "test.hello"})
		return err
	}))
}

func (o *office) state() (state, why string) {
	o.t.Helper()
	must(o.t, o.store.Pool().QueryRow(o.t.Context(), "select state, fault from mail").Scan(&state, &why))
	return state, why
}

func TestMailIsSent(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.url)
	o.queue()
	must(t, job.Drain(t.Context(), o.store, o.workers))
	if len(s.got) != 1 || !strings.HasPrefix(s.got[0], "[zoe@example.com]") || !strings.Contains(s.got[0], "R=C3=A9f=C3=A9rence CS-1") {
		t.Fatalf("%q", s.got)
	}
	for _, header := range []string{"Auto-Submitted: auto-generated", "From: \"Guichet\" <no-reply@guichet.example>", "@guichet.example>", "Subject: =?UTF-8?"} {
		if !strings.Contains(s.got[0], header) {
			t.Errorf("no %s in %s", header, s.got[0])
		}
	}
	if state, _ := o.state(); state != "sent" {
		t.Error(state)
	}
}

func TestMailIsQueuedWithItsAct(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.url)
	err := o.store.InTx(t.Context(), func(tx *store.Tx) error {
		if _, err := notify.Queue(t.Context(), tx, notify.Mail{AccountID: o.account, Template: "test.hello"}); err != nil {
			return err
		}
		return fault.New(fault.Conflict, "")
	})
	if fault.Of(err) != fault.Conflict {
		t.Fatal(err)
	}
	must(t, job.Drain(t.Context(), o.store, o.workers))
	if len(s.got) != 0 {
		t.Error("an act that did not happen was told")
	}
}

// A refusal that can pass is tried again; nothing that names the person is noted.
func TestMailIsTriedAgain(t *testing.T) {
	s := newServer(t)
	s.answers = []*smtp.SMTPError{{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted zoe@example.com"}}
	o := newOffice(t, s.url)
	o.queue()
	err := job.Drain(t.Context(), o.store, o.workers)
	if err == nil || strings.Contains(err.Error(), "zoe") {
		t.Fatalf("first try: %v", err)
	}
	if state, why := o.state(); state != "queued" || !strings.Contains(why, "451") || strings.Contains(why, "zoe") {
		t.Errorf("%s: %s", state, why)
	}
	must(t, job.Drain(t.Context(), o.store, o.workers))
	if state, why := o.state(); state != "sent" || why != "" || len(s.got) != 1 {
		t.Errorf("%s %q, %d mails", state, why, len(s.got))
	}
	if strings.Contains(o.log.String(), "zoe") {
		t.Error("the log names the person")
	}
}

func TestMailRefusedForGoodIsGivenUp(t *testing.T) {
	s := newServer(t)
	s.answers = []*smtp.SMTPError{{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no zoe@example.com here"}}
	o := newOffice(t, s.url)
	o.queue()
	must(t, job.Drain(t.Context(), o.store, o.workers))
	if state, why := o.state(); state != "refused" || why != "server 550 5.1.1" {
		t.Errorf("%s: %s", state, why)
	}
}

func TestMailServerAbsent(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	o := newOffice(t, "smtp://"+l.Addr().String())
	o.queue()
	if err := job.Drain(t.Context(), o.store, o.workers); fault.Of(err) != fault.Unavailable {
		t.Error(err)
	}
	if state, why := o.state(); state != "queued" || why != "server_away" {
		t.Errorf("%s: %s", state, why)
	}
}

func TestMailInjection_ASVS_1_3_11(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.url)
	hello := o.letter
	for _, l := range []notify.Letter{
		{To: "zoe@example.com\r\nBcc: all@example.com", Subject: hello.Subject},
		{To: "zoe@example.com, all@example.com", Subject: hello.Subject},
		{To: "Zoé <zoe@example.com>", Subject: hello.Subject},
		{To: hello.To, Subject: "x\r\nBcc: all@example.com"},
		{To: hello.To, Subject: "x\nBcc: all@example.com"},
	} {
		o.letter = l
		o.queue()
	}
	must(t, job.Drain(t.Context(), o.store, o.workers))
	if len(s.got) != 0 {
		t.Errorf("sent: %q", s.got)
	}
	o.letter = notify.Letter{To: hello.To, Subject: "x", Body: "a\r\n.\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<all@example.com>\r\nDATA\r\n"}
	o.queue()
	must(t, job.Drain(t.Context(), o.store, o.workers))
	if len(s.got) != 1 || !strings.HasPrefix(s.got[0], "[zoe@example.com]") {
		t.Errorf("a body became commands: %q", s.got)
	}
}

func TestMailToNobody(t *testing.T) {
	s := newServer(t)
	o := newOffice(t, s.url)
	o.err = fault.New(fault.NotFound, "")
	o.queue()
	must(t, o.store.InTx(t.Context(), func(tx *store.Tx) error { return notify.QueueUnseen(t.Context(), tx, 0, "test.hello") }))
	must(t, job.Drain(t.Context(), o.store, o.workers))
	if state, _ := o.state(); state != "refused" || len(s.got) != 0 {
		t.Errorf("%s, %d mails", state, len(s.got))
	}
}

func TestNewSenderRefuses(t *testing.T) {
	for _, x := range [][2]string{{"http://a:25", "a@b.c"}, {"smtp://", "a@b.c"}, {"mail.example:25", "a@b.c"}, {"smtp://a:25", "nobody"}, {"smtp://a:99999", "a@b.c"}} {
		if _, err := notify.NewSender(x[0], x[1]); err == nil {
			t.Errorf("%v was accepted", x)
		} else if strings.Contains(err.Error(), "secret") {
			t.Error(err)
		}
	}
	if _, err := notify.NewSender("smtps://u:secret@mail.example:465", "a@b.c"); err != nil {
		t.Error(err)
	}
}

func TestDemoBox(t *testing.T) {
	dir := t.TempDir()
	b, err := notify.OpenDemoBox(dir, func() time.Time { return start })
	must(t, err)
	o := newOffice(t, b.URL())
	o.letter.Body = "Bonjour,\n\nété 1\n"
	o.queue()
	o.queue()
	must(t, job.Drain(t.Context(), o.store, o.workers))
	all := b.All()
	if len(all) != 2 || all[0].ID != 2 {
		t.Fatalf("%+v", all)
	}
	want := notify.Received{ID: 1, At: start, To: "zoe@example.com", Subject: "Votre demande est enregistrée", Body: "Bonjour,\n\nété 1\n"}
	if got, ok := b.Get(1); !ok || got != want {
		t.Errorf("%+v", got)
	}
	must(t, b.Close())
	again, err := notify.OpenDemoBox(dir, func() time.Time { return start })
	must(t, err)
	defer func() { must(t, again.Close()) }()
	if got, ok := again.Get(2); !ok || got.Subject != want.Subject {
		t.Errorf("after a restart: %+v", got)
	}
}

// carry gives the post a carrier of SMS.
func (o *office) carry(c notify.Carrier) {
	o.post.Carrier, o.workers = c, job.NewWorkers()
	o.post.Register(o.workers)
}

// agents are whom the news of a team concern.
func (o *office) agents(ids ...int64) {
	o.post.Mailboxes = func(context.Context, *store.Tx, string, string) ([]int64, error) { return ids, nil }
}

// token is the one in the return address of the last mail.
func (s *server) token(t *testing.T) string {
	t.Helper()
	local, _, _ := strings.Cut(s.from, "@")
	_, token, ok := strings.Cut(local, "+")
	if !ok {
		t.Fatalf("the mail came from %q", s.from)
	}
	return token
}
