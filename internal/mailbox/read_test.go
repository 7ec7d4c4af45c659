package mailbox_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"guichet/internal/fault"
	"guichet/internal/mailbox"
)

func message(head ...string) string { return strings.Join(head, "\r\n") + "\r\n" }

func read(t testing.TB, raw string) *mailbox.Message {
	t.Helper()
	m, err := mailbox.Read(strings.NewReader(raw), "no-reply@guichet.example")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMessageIsRead(t *testing.T) {
	const from = "From: =?iso-8859-1?Q?Zo=E9_Martin?= <Zoe@Example.ORG>"
	for name, c := range map[string]struct{ raw, words, name, subject string }{
		"plain":                      {message(from, "Subject: Mes =?utf-8?B?ZG9ubsOpZXM=?=", "", "Bonjour,", "merci."), "Bonjour,\nmerci.", "Zoé Martin", "Mes données"},
		"latin":                      {message(from, "Subject: x", "Content-Type: text/plain; charset=iso-8859-15", "Content-Transfer-Encoding: quoted-printable", "", "Pay=E9 10 =A4"), "Payé 10 €", "Zoé Martin", "x"},
		"a charset that is none":     {message(from, "Subject: x", "Content-Type: text/plain; charset=klingon", "", "caf\xe9"), "café", "Zoé Martin", "x"},
		"utf-8 that is none":         {message(from, "Subject: x", "Content-Type: text/plain; charset=utf-8", "", "caf\xe9"), "café", "Zoé Martin", "x"},
		"html alone":                 {message(from, "Subject: x", "Content-Type: text/html", "", `<head><title>no</title></head><style>p{}</style><p>Bonjour <b>vous</b></p><script>alert(1)</script><p>fin&nbsp;&amp; tout<img src="https://tracker.example/x.gif">`), "Bonjour vous\n\nfin & tout", "Zoé Martin", "x"},
		"both ways":                  {message(from, "Subject: x", "Content-Type: multipart/alternative; boundary=b", "", "--b", "Content-Type: text/plain", "", "clair", "--b", "Content-Type: text/html", "", "<p>riche", "--b--"), "clair", "Zoé Martin", "x"},
		"right to left":              {message(from, "Subject: a\u202egpj.exe", "", "b\u202ec\x07"), "bc", "Zoé Martin", "agpj.exe"},
		"japanese":                   {message(from, "Subject: x", "Content-Type: text/plain; charset=iso-2022-jp", "", "\x1b$B$3$s\x1b(B"), "こん", "Zoé Martin", "x"},
		"an envelope line":           {"From zoe Mon Nov 23 09:00:00 2026\n" + message(from, "Subject: x", "", "oui"), "oui", "Zoé Martin", "x"},
		"a boundary that never ends": {message(from, "Subject: x", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "coupé"), "coupé", "Zoé Martin", "x"},
	} {
		m := read(t, c.raw)
		if m.Words != c.words || m.Name != c.name || m.Subject != c.subject || m.From != "zoe@example.org" || m.Automatic != "" {
			t.Errorf("%s: %q %q %q %q %q", name, m.Words, m.Name, m.Subject, m.From, m.Automatic)
		}
	}
}

func TestFilesOfAMessage(t *testing.T) {
	part := func(name string) string {
		return "--b\r\nContent-Type: application/pdf; name=\"" + mime.QEncoding.Encode("utf-8", name) + "\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n" +
			base64.StdEncoding.EncodeToString([]byte("%PDF "+name)) + "\r\n"
	}
	raw := message("From: a@example.org", "Content-Type: multipart/mixed; boundary=b", "") + "--b\r\n\r\nbonjour\r\n"
	for i := range 25 {
		raw += part(fmt.Sprintf("é%d.pdf", i))
	}
	m := read(t, raw+"--b--\r\n")
	if len(m.Files) != 20 || m.Dropped != 5 || m.Files[1].Name != "é1.pdf" || string(m.Files[1].Content) != "%PDF é1.pdf" || m.Words != "bonjour" {
		t.Errorf("%d files, %d dropped, %q, %q", len(m.Files), m.Dropped, m.Files[1], m.Words)
	}
}

// What no person wrote to us is known by its head, and begins and answers nothing (RFC 3834).
func TestMachinesAreKnown(t *testing.T) {
	for _, c := range []struct {
		head string
		want mailbox.Reason
	}{
		{"From: a@example.org\r\nAuto-Submitted: no", ""},
		{"From: a@example.org\r\nAuto-Submitted: auto-replied", mailbox.AutoReply},
		{"From: a@example.org\r\nAuto-Submitted: AUTO-GENERATED; type=x", mailbox.AutoReply},
		{"From: a@example.org\r\nX-Auto-Response-Suppress: All", ""}, // a letter like any other, which asks for no answer of a machine
		{"From: a@example.org\r\nX-Autoreply: yes", mailbox.AutoReply},
		{"From: a@example.org\r\nPrecedence: bulk", mailbox.List},
		{"From: a@example.org\r\nList-Id: <x.example.org>", mailbox.List},
		{"From: a@example.org\r\nReturn-Path: <>", mailbox.Bounce},
		{"From: MAILER-DAEMON@mx.example.org", mailbox.Bounce},
		{"From: a@example.org\r\nContent-Type: multipart/report; boundary=b", mailbox.Bounce},
		{"From: No-Reply@guichet.example", mailbox.Own},
		{"Subject: nobody", mailbox.Bounce},
		{"From: \"a@b\" <\"x y\"@example.org>", mailbox.Bounce}, // cannot be written to
	} {
		if m := read(t, c.head+"\r\n\r\nx\r\n"); m.Automatic != c.want {
			t.Errorf("%q: %q", c.head, m.Automatic)
		}
	}
}

// A message has one digest however often it comes, and nobody makes another’s message known beforehand by its Message-ID alone.
func TestDigest(t *testing.T) {
	const one = "From: a@example.org\r\nMessage-ID: <1@x>\r\nSubject: s\r\n\r\nwords\r\n"
	again := "Received: from mx2\r\n" + one
	forged := strings.Replace(one, "words", "other", 1)
	is := func(a, b string) bool { return bytes.Equal(read(t, a).Digest(), read(t, b).Digest()) }
	if !is(one, again) || is(one, forged) || is(one, strings.Replace(one, "a@", "b@", 1)) {
		t.Error("the same message is two, or two are one")
	}
}

// A message that is made to make work is read in a moment, and never further than its bounds.
func TestBombs(t *testing.T) {
	const from = "From: a@example.org\r\n"
	nested, inner := "", "\r\nfin"
	for i := range 500 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	bombs := map[string]string{
		"deep":    from + nested + inner,
		"wide":    from + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", 100_000),
		"html":    from + "Content-Type: text/html\r\n\r\n" + strings.Repeat("<div>", 200_000),
		"heads":   from + strings.Repeat("X-A: b\r\n", 100_000) + "\r\nx",
		"words":   from + "Subject: " + strings.Repeat("=?utf-8?Q?a?= ", 50_000) + "\r\n\r\nx",
		"text":    from + "\r\n" + strings.Repeat("é", 2_000_000),
		"charset": from + "Content-Type: text/plain; charset=" + strings.Repeat("x", 100_000) + "\r\n\r\nx",
		"base64":  from + "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("!", 1<<20),
	}
	for name, raw := range bombs {
		began := time.Now()
		m, err := mailbox.Read(strings.NewReader(raw))
		if err != nil && !mailbox.Unusable(err) {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		if m != nil && (utf8.RuneCountInString(m.Words) > 20_000 || utf8.RuneCountInString(m.Subject) > 300) {
			t.Errorf("%s: more is kept than may be", name)
		}
	}
	for raw, want := range map[string]fault.Kind{strings.Repeat("a", mailbox.MostBytes+1): fault.TooLarge, "": fault.Invalid, "no head at all": fault.Invalid} {
		if _, err := mailbox.Read(strings.NewReader(raw)); fault.Of(err) != want || !mailbox.Unusable(err) {
			t.Errorf("%.20q: %v", raw, err)
		}
	}
}

// Whatever comes in: it is read or refused, what is kept is text, and the same bytes give the same.
func FuzzRead(f *testing.F) {
	f.Add("From: a@example.org\r\nSubject: x\r\n\r\nx\r\n")
	f.Add("From: =?utf-8?B?w6k=?= <a@b.c>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=E9\r\n--b--\r\n")
	f.Add("From: a@b\r\nContent-Disposition: attachment; filename*=utf-8''%e9\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n")
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := mailbox.Read(strings.NewReader(raw))
		if err != nil {
			return
		}
		for _, s := range []string{m.Words, m.Subject, m.Name, m.From, m.ID} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Fatalf("not text: %q", s)
			}
		}
		if strings.ContainsAny(m.Subject+m.Name+m.From, "\r\n") || m.From == "" && m.Automatic == "" {
			t.Fatalf("%q %q %q %q", m.Subject, m.Name, m.From, m.Automatic)
		}
		again, err := mailbox.Read(strings.NewReader(raw))
		if err != nil || !bytes.Equal(again.Digest(), m.Digest()) {
			t.Fatal("read twice, it is two messages")
		}
	})
}
