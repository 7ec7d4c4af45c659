package mailbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/mailbox"
	"guichet/internal/store/sqlc"
	"guichet/internal/testkit"
	"guichet/internal/testkit/enquiry"
	"guichet/internal/testkit/stage"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func with(t *testing.T) stage.Option {
	return func(c *app.Config) { c.Catalogue = enquiry.Catalogue(t).Apart() }
}

type box struct {
	*stage.App
	t *testing.T
}

func (b *box) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) deliver(raw string) mailbox.Delivered {
	b.t.Helper()
	out, err := b.Mailbox.Deliver(b.t.Context(), enquiry.ID, strings.NewReader(raw))
	b.must(err)
	b.Drain()
	return out
}

func (b *box) number(sql string, args ...any) (n int) {
	b.t.Helper()
	rows, err := b.Store.Read(b.t.Context(), sql, args...)
	b.must(err)
	defer rows.Close()
	for rows.Next() {
		b.must(rows.Scan(&n))
	}
	return n
}

// agent is an officer with roles of the procedure.
func (b *box) agent(email string, roles ...string) access.Actor {
	b.t.Helper()
	b.Hire(email, "fr", roles...)
	id := b.number("select max(id) from account")
	a, err := b.Accounts.Actor(b.t.Context(), int64(id), b.Clock.Now())
	b.must(err)
	return a
}

func (b *box) reference(publicID string) (ref string) {
	b.t.Helper()
	rows, err := b.Store.Read(b.t.Context(), "select reference from dossier where public_id = $1", publicID)
	b.must(err)
	defer rows.Close()
	for rows.Next() {
		b.must(rows.Scan(&ref))
	}
	return ref
}

func written(id, from, subject, words string, more ...string) string {
	return message(append(append([]string{"Message-ID: <" + id + "@example.org>", "From: " + from, "Subject: " + subject}, more...), "", words)...)
}

// A message begins a dossier or continues one; what it says is nobody’s word, and the sender learns of no reference (DS-011, RP-180).
func TestMessagesComeIn(t *testing.T) {
	testkit.Covers(t, "DS-011")
	b := &box{stage.Open(t, with(t)), t}
	desk := b.agent("agent@example.org", "desk")
	const zoe = `"Zoé Martin" <zoe@example.org>`

	first := b.deliver(written("1", zoe, "Mes données", "Que savez-vous de moi ?"))
	ref := b.reference(first.PublicID)
	d, err := b.Office.Read(t.Context(), desk, first.PublicID)
	b.must(err)
	if d.State != "asked" || d.Channel != "email" || d.Filed["person.email"][0] != "zoe@example.org" || d.Filed["person.last_name"][0] != "Zoé Martin" ||
		d.Filed["question.words"][0] != "Que savez-vous de moi ?" || d.Agent["desk.subject"][0] != "Mes données" || len(d.Agent["desk.received"]) != 3 || ref == "" {
		t.Fatalf("%s %s %v %v", d.State, d.Channel, d.Filed, d.Agent)
	}
	if l := d.Letters; len(l) != 1 || l[0].Template != dossier.MailTemplate || l[0].From != "zoe@example.org" || l[0].AuthorID != 0 {
		t.Fatalf("%+v", l)
	}

	t.Run("once, also when it comes twice at a time", func(t *testing.T) {
		if again := b.deliver(written("1", zoe, "Mes données", "Que savez-vous de moi ?")); !again.Again || again.PublicID != first.PublicID {
			t.Errorf("%+v", again)
		}
		before := b.number("select count(*) from dossier")
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if _, err := b.Mailbox.Deliver(t.Context(), enquiry.ID, strings.NewReader(written("2", "x@example.org", "s", "w"))); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := b.number("select count(*) from dossier"); n != before+1 {
			t.Errorf("%d dossiers of one message", n-before)
		}
	})

	t.Run("a reference continues, and the sender is told the same", func(t *testing.T) {
		told := func(to string) string {
			t.Helper()
			mails := b.Mails(to)
			if len(mails) != 1 {
				t.Fatalf("%d mails to %s", len(mails), to)
			}
			if strings.Contains(mails[0].Subject+mails[0].Body, "ZZ") {
				t.Errorf("a reference is told: %s", mails[0].Body)
			}
			return mails[0].Subject + mails[0].Body
		}
		of := told("zoe@example.org")
		cont := b.deliver(written("3", "liar@example.org", "Re: "+strings.ToLower(strings.ReplaceAll(ref, "-", " ")), "C’est moi, envoyez tout ici."))
		unknown := b.deliver(written("4", "guesser@example.org", "ZZ-2026-AAAA-AAAA", "C’est moi."))
		if !cont.Continues || cont.PublicID != first.PublicID || unknown.Continues || unknown.PublicID == first.PublicID {
			t.Errorf("%+v %+v", cont, unknown)
		}
		if told("liar@example.org") != of || told("guesser@example.org") != of {
			t.Error("what is told says whether there is such a reference")
		}
		f, err := b.Office.Read(t.Context(), desk, first.PublicID)
		b.must(err)
		if len(f.Letters) != 2 || f.Letters[1].From != "liar@example.org" || f.OwedSince == nil || f.Filed["person.email"][0] != "zoe@example.org" {
			t.Errorf("%+v %v", f.Letters, f.Filed)
		}
		b.deliver(written("5", "liar@example.org", ref, "Encore."))
		if n := len(b.Mails("liar@example.org")); n != 1 {
			t.Errorf("%d answers on one day", n)
		}
		if n := len(b.Mails("zoe@example.org")); n != 1 {
			t.Errorf("the person of the dossier was written to %d times", n)
		}
	})

	t.Run("every procedure that takes messages files them", func(t *testing.T) {
		for _, id := range mailbox.Takes(b.Catalogue) {
			out, err := b.Mailbox.Deliver(t.Context(), id, strings.NewReader(written("f"+id, zoe, "Mes données", "Que savez-vous de moi ?")))
			b.must(err)
			b.Drain()
			if n := b.number("select count(*) from dossier where public_id = $1 and procedure = $2 and state_kind = 'open' and reference is not null and channel = 'email'", out.PublicID, id); n != 1 {
				t.Errorf("%s has not filed it", id)
			}
		}
		if _, err := b.Mailbox.Deliver(t.Context(), "", strings.NewReader(written("g", zoe, "s", "w"))); fault.Key(err) != "mailbox.procedure" {
			t.Errorf("nothing says whose it is: %v", err)
		}
	})

	t.Run("the time to answer runs from when it arrived", func(t *testing.T) {
		const proxy = "Received: from mx.example.org by mail.guichet.example; "
		for i, c := range []struct{ head, received string }{
			{proxy + "Tue, 17 Nov 2026 23:30:00 +0000 (UTC)", "2026-11-18"}, // after midnight in Monaco
			{"Received: by mail.guichet.example; Thu, 19 Nov 2026 08:00:00 +0100\r\nReceived: by liar.example.org; Mon, 2 Nov 2026 08:00:00 +0100", "2026-11-19"},
			{proxy + "Mon, 30 Nov 2026 08:00:00 +0100", "2026-11-20"}, // not come yet
			{proxy + "Thu, 1 Jan 1970 00:00:00 +0000", "2026-11-20"},
			{proxy + "soon", "2026-11-20"},
			{"X-Nothing: said", "2026-11-20"},
		} {
			out, err := b.Mailbox.Deliver(t.Context(), "rights-request", strings.NewReader(written(fmt.Sprint("arrived", i), zoe, "Mes données", "Que savez-vous ?", c.head, "Date: Mon, 2 Nov 2026 08:00:00 +0100")))
			b.must(err)
			b.Drain()
			if n := b.number(`select count(*) from dossier d join register_line l on l.dossier_id = d.id where d.public_id = $1 and d.received_on = $2::date
				and d.due_on = $2::date + interval '1 month' and l.requested_on <= l.received_on`, out.PublicID, c.received); n != 1 {
				t.Errorf("%s does not count from %s", c.head, c.received)
			}
		}
	})

	t.Run("what is closed begins anew", func(t *testing.T) {
		done := b.deliver(written("6", zoe, "s", "w"))
		b.must(b.Office.Move(t.Context(), desk, done.PublicID, dossier.Act{Move: "reply_to"}))
		if after := b.deliver(written("7", zoe, b.reference(done.PublicID), "w")); after.Continues || after.PublicID == done.PublicID {
			t.Errorf("%+v", after)
		}
	})

	t.Run("machines are passed over", func(t *testing.T) {
		before := b.number("select count(*) from dossier") + b.number("select count(*) from mail")
		for _, head := range []string{"Auto-Submitted: auto-replied", "List-Id: <x>", "Return-Path: <>", "Precedence: bulk"} {
			if out := b.deliver(written("8", zoe, ref, "w", head)); out.Passed == "" {
				t.Errorf("%s is taken in", head)
			}
		}
		if out := b.deliver(written("9", "ne-pas-repondre@guichet.example", ref, "w")); out.Passed != mailbox.Own {
			t.Errorf("%+v", out)
		}
		if n := b.number("select count(*) from dossier") + b.number("select count(*) from mail"); n != before {
			t.Error("a machine began something")
		}
	})

	t.Run("files whose job gave up are asked for again", func(t *testing.T) {
		raw := written("9b", zoe, "Pièce", "--b\r\n\r\nvoici", "Content-Type: multipart/mixed; boundary=b") + "--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"a.png\"\r\n\r\n" + base64.StdEncoding.EncodeToString(testkit.Picture(9)) + "\r\n--b--\r\n"
		out, err := b.Mailbox.Deliver(t.Context(), enquiry.ID, strings.NewReader(raw))
		b.must(err)
		_, err = b.Store.Pool().Exec(t.Context(), "delete from jobs.river_job where kind = 'mail_files'") // as when it was tried in vain for long
		b.must(err)
		b.Drain()
		b.must(b.Office.RetryMailFiles(t.Context()))
		b.Drain()
		waits := "select count(*) from mail_in where id = $1 and files_at is null"
		if b.number(waits, out.Mail) != 1 {
			t.Error("asked for again while the job may still do it")
		}
		b.Clock.Advance(25 * time.Hour)
		b.must(b.Office.RetryMailFiles(t.Context()))
		b.Drain()
		if b.number(waits, out.Mail) != 0 || b.number("select count(*) from document where path = '@message' and message_id = (select message_id from mail_in where id = $1)", out.Mail) != 1 {
			t.Error("the file is lost")
		}
		_, err = b.Store.Pool().Exec(t.Context(), "delete from document where path = '@message'")
		b.must(err)
	})

	t.Run("files of strangers take nobody’s room", func(t *testing.T) {
		out := b.deliver(written("room", zoe, "s", "w"))
		_, err := b.Store.Pool().Exec(t.Context(), `insert into document (public_id, dossier_id, path, rule, round, kind, size, pages, blob, sealed, state, uploaded_at, verdict, message_id)
			select 'room' || n, d.id, '@message', 'dossier', 1, 'png', 1, 1, 'room' || n, '', 'received', now(), 'clean', m.id
			from generate_series(1, 60) n, dossier d join message m on m.dossier_id = d.id where d.public_id = $1`, out.PublicID)
		b.must(err)
		use, err := b.Store.Q().AttachmentUsage(t.Context(), sqlc.AttachmentUsageParams{DossierID: int64(b.number("select id from dossier where public_id = $1", out.PublicID))})
		b.must(err)
		if use.Files != 0 || use.Bytes != 0 {
			t.Errorf("the person and the desk have lost the room of %d files", use.Files)
		}
		more := b.deliver(written("room2", "x@example.org", b.reference(out.PublicID), "--b\r\n\r\nw\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=x.png\r\n\r\n"+
			base64.StdEncoding.EncodeToString(testkit.Picture(6))+"\r\n--b--", "Content-Type: multipart/mixed; boundary=b"))
		if n := b.number("select count(*) from document d join mail_in m on m.message_id = d.message_id where m.id = $1", more.Mail); n != 0 || !more.Continues {
			t.Errorf("%d files beyond the limit; %+v", n, more)
		}
		_, err = b.Store.Pool().Exec(t.Context(), "delete from document where path = '@message'")
		b.must(err)
	})

	t.Run("files go the way of all files", func(t *testing.T) {
		part := func(name string, content []byte) string {
			return "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"" + name + "\"\r\n\r\n" + base64.StdEncoding.EncodeToString(content) + "\r\n"
		}
		raw := written("10", zoe, "Pièces", "--b\r\n\r\nvoici", "Content-Type: multipart/mixed; boundary=b") + part("../visa.png", testkit.Picture(3)) + part("virus.exe", []byte("MZ not a picture")) + "--b--\r\n"
		out := b.deliver(raw)
		f, err := b.Office.Read(t.Context(), desk, out.PublicID)
		b.must(err)
		if x := f.Letters[0].Files; len(x) != 1 || x[0].Kind != "png" || strings.Contains(x[0].Name, "/") {
			t.Fatalf("%+v", x)
		}
		if _, err := b.Office.Download(t.Context(), desk, f.Letters[0].Files[0].ID); err != nil {
			t.Error(err)
		}
		last := f.History[len(f.History)-1]
		if last.Act != "mail_file" || last.Detail["refused"] == "" {
			t.Errorf("%+v", last)
		}
		b.must(b.Office.KeepMailFiles(t.Context(), out.Mail, []dossier.MailFile{{Name: "b.png", Content: testkit.Picture(4)}}, 0)) // a job may run twice
		if n := b.number("select count(*) from document where path = '@message'"); n != 1 {
			t.Errorf("%d files", n)
		}
	})
}

// The copies of messages are read by the two named persons, each time in the journal, and by nobody else (DS-087).
func TestCopiesAreForTwo(t *testing.T) {
	testkit.Covers(t, "DS-087")
	b := &box{stage.Open(t, with(t)), t}
	out := b.deliver(written("1", "zoe@example.org", "Secret", "canari"))
	admin := b.Administrator("admin@example.org")
	_ = admin
	id := b.number("select max(id) from account")
	head, err := b.Accounts.Actor(t.Context(), int64(id), b.Clock.Now())
	b.must(err)
	desk := b.agent("agent@example.org", "desk")
	var people []int64
	for i := range 4 {
		people = append(people, b.agent(fmt.Sprintf("k%d@example.org", i)).AccountID)
	}
	right := account.Right{Procedure: enquiry.ID, Role: "keeper", Reason: "Responsable des données"}
	var wg sync.WaitGroup
	given := make([]error, len(people))
	for i, who := range people { // four at a time: two get it
		wg.Go(func() { given[i] = b.Accounts.Give(t.Context(), head, who, right) })
	}
	wg.Wait()
	held := 0
	var keeper access.Actor
	for i, err := range given {
		switch {
		case err == nil:
			held++
			keeper, err = b.Accounts.Actor(t.Context(), people[i], b.Clock.Now())
			b.must(err)
		case fault.Key(err) != "right.holders":
			t.Error(err)
		}
	}
	if held != 2 {
		t.Fatalf("%d hold it", held)
	}

	d, err := b.Office.Open(t.Context(), keeper, out.PublicID)
	b.must(err)
	copies, err := b.Office.MailCopies(t.Context(), keeper, d)
	b.must(err)
	_, m, err := b.Office.MailCopy(t.Context(), keeper, copies[0].ID)
	b.must(err)
	if !bytes.Contains(m.Raw, []byte("canari")) || m.From != "zoe@example.org" {
		t.Errorf("%q", m.Raw)
	}
	if n := b.number("select count(*) from journal_read where what like 'mail %' and actor_id = $1", keeper.AccountID); n != 1 {
		t.Errorf("noted %d times", n)
	}
	reader := b.SignIn(stage.Agents, fmt.Sprintf("k%d@example.org", b.index(people, keeper.AccountID)), "fr")
	reader.Get("/dossier/" + out.PublicID).Shows("identité non vérifiée")
	reader.Get("/dossier/" + out.PublicID + "/mail").Shows("zoe@example.org").Follow("/mail/").Shows("canari").Shows("Rien ne prouve")
	b.SignIn(stage.Agents, "agent@example.org", "en").Try("/dossier/" + out.PublicID + "/mail").Want(403)
	file := ""
	rows, err := b.Store.Read(t.Context(), "select public_id from document where path = '@mail'")
	b.must(err)
	for rows.Next() {
		b.must(rows.Scan(&file))
	}
	rows.Close()
	for who, a := range map[string]access.Actor{"an officer": desk, "the administrator": head, "nobody": {}, "a person": {Kind: access.Person, AccountID: 99}} {
		if _, err := b.Office.MailCopies(t.Context(), a, d); fault.Of(err) != fault.NotFound {
			t.Errorf("%s lists copies: %v", who, err)
		}
		if _, _, err := b.Office.MailCopy(t.Context(), a, copies[0].ID); fault.Of(err) != fault.NotFound {
			t.Errorf("%s reads a copy: %v", who, err)
		}
		if _, err := b.Office.Download(t.Context(), a, file); fault.Of(err) != fault.NotFound {
			t.Errorf("%s downloads it: %v", who, err)
		}
	}
	if _, err := b.Office.Download(t.Context(), keeper, file); fault.Of(err) != fault.NotFound {
		t.Errorf("it has a second door: %v", err)
	}
	for name, all := range map[string]string{"log": b.Log.String()} {
		if strings.Contains(all, "zoe@") || strings.Contains(all, "canari") {
			t.Errorf("the %s names the sender", name)
		}
	}
	if n := b.number("select count(*) from mail_in where position('zoe'::bytea in sealed) > 0 or position('canari'::bytea in sealed) > 0"); n != 0 {
		t.Error("a row can be read")
	}
}

func (b *box) index(people []int64, id int64) int { return slices.Index(people, id) }

// arrived is when messages came into the mailbox, days before it is looked into.
var arrived = time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)

// imapBox is a real server on this machine, with TLS.
type imapBox struct {
	user  *imapmemserver.User
	url   string
	roots *x509.CertPool
}

func newServer(t *testing.T, starttls bool) *imapBox {
	t.Helper()
	web := httptest.NewUnstartedServer(nil) // for its certificate
	web.StartTLS()
	t.Cleanup(web.Close)
	mem := imapmemserver.New()
	user := imapmemserver.NewUser("box", "secret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	mem.AddUser(user)
	s := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}}, TLSConfig: web.TLS, Logger: log.New(&bytes.Buffer{}, "", 0),
	})
	l, scheme := listen(t, web.TLS, starttls), "imaps"
	if starttls {
		scheme = "imap"
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	return &imapBox{user, (&url.URL{Scheme: scheme, User: url.User("box"), Host: l.Addr().String(), Path: "/INBOX", RawQuery: "procedure=" + enquiry.ID}).String(), roots}
}

func (s *imapBox) put(t *testing.T, raw string) {
	t.Helper()
	if _, err := s.user.Append("INBOX", literal{bytes.NewReader([]byte(raw)), int64(len(raw))}, &imap.AppendOptions{Time: arrived}); err != nil {
		t.Fatal(err)
	}
}

func (s *imapBox) left(t *testing.T) int {
	t.Helper()
	data, err := s.user.Status("INBOX", &imap.StatusOptions{NumMessages: true})
	if err != nil {
		t.Fatal(err)
	}
	return int(*data.NumMessages)
}

type literal struct {
	*bytes.Reader
	size int64
}

func (l literal) Size() int64 { return l.size }

// What is stored leaves the mailbox after the commit, what is not stays: against a real server, by TLS and by STARTTLS.
func TestTheMailboxIsEmptied(t *testing.T) {
	b := &box{stage.Open(t, with(t)), t}
	for _, starttls := range []bool{false, true} {
		s := newServer(t, starttls)
		server, err := mailbox.NewServer(s.url, "secret", s.roots)
		b.must(err)
		b.Mailbox.Server = server
		before := b.number("select count(*) from dossier")
		s.put(t, written(fmt.Sprint("a", starttls), "zoe@example.org", "un", "w"))
		s.put(t, written(fmt.Sprint("b", starttls), "max@example.org", "deux", "w", "Auto-Submitted: auto-replied"))
		s.put(t, "this is no message")
		s.put(t, written(fmt.Sprint("a", starttls), "zoe@example.org", "un", "w")) // delivered twice
		for range 2 {
			b.must(b.Mailbox.Poll(t.Context()))
			if n := s.left(t); n != 2 {
				t.Fatalf("%d messages are left", n)
			}
		}
		if n := b.number("select count(*) from dossier"); n != before+1 {
			t.Fatalf("%d dossiers", n-before)
		}
		if n := b.number("select count(*) from dossier where received_on = '2026-11-17'"); n != before+1 {
			t.Errorf("%d of %d count from when they were in the mailbox", n, before+1)
		}

		t.Run("nothing leaves before the commit", func(t *testing.T) {
			s.put(t, written(fmt.Sprint("c", starttls), "zoe@example.org", "trois", "w"))
			blobs := b.Office.Blobs
			b.Office.Blobs = failing{blobs}
			err := b.Mailbox.Poll(t.Context())
			b.Office.Blobs = blobs
			if err == nil || s.left(t) != 3 || b.number("select count(*) from dossier") != before+1 {
				t.Errorf("%v, %d left", err, s.left(t))
			}
			b.must(b.Mailbox.Poll(t.Context()))
			if s.left(t) != 2 || b.number("select count(*) from dossier") != before+2 {
				t.Errorf("%d left", s.left(t))
			}
		})

		t.Run("nobody else is believed", func(t *testing.T) {
			for name, open := range map[string]func() (*mailbox.Server, error){
				"another password":        func() (*mailbox.Server, error) { return mailbox.NewServer(s.url, "wrong", s.roots) },
				"a certificate of nobody": func() (*mailbox.Server, error) { return mailbox.NewServer(s.url, "secret", x509.NewCertPool()) },
			} {
				other, err := open()
				b.must(err)
				b.Mailbox.Server = other
				if err := b.Mailbox.Poll(t.Context()); fault.Of(err) != fault.Unavailable || strings.Contains(err.Error(), "secret") {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// failing is a store that is full.
type failing struct{ document.Store }

func (failing) Put(context.Context, string, io.Reader) (int64, error) {
	return 0, errors.New("no room")
}

func listen(t *testing.T, c *tls.Config, starttls bool) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if starttls {
		return l
	}
	return tls.NewListener(l, c)
}

func TestTheAddressOfAMailbox(t *testing.T) {
	for _, bad := range []string{"http://u@h", "imaps://h", "imaps://u:p@h", "imaps://u@", "x"} {
		if _, err := mailbox.NewServer(bad, "p", nil); fault.Key(err) != "config.mailbox" {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := mailbox.NewServer("imaps://u@h", "", nil); err == nil {
		t.Error("without a password")
	}
	if err := (&mailbox.House{}).Poll(context.Background()); err != nil {
		t.Error(err)
	}
}
