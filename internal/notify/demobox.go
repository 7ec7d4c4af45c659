package notify

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"guichet/internal/fault"
)

// DemoBox is a mail server on this machine that keeps what it gets, for demonstrations: mails are really sent,
// and never leave. It keeps the last 500, in memory and as .eml files.
type DemoBox struct {
	dir    string
	now    func() time.Time
	server *smtp.Server
	addr   string
	mu     sync.Mutex
	last   int
	box    []Received
}

// Received is one mail in the box.
type Received struct {
	ID      int
	At      time.Time
	To      string
	Subject string
	Body    string
}

const (
	boxSize  = 500
	largest  = 1 << 20
	boxGrace = 5 * time.Second
)

// OpenDemoBox starts the server on a free port of the loopback address and reads what dir kept from last time.
func OpenDemoBox(dir string, now func() time.Time) (_ *DemoBox, err error) {
	defer fault.Wrap(&err, "notify.OpenDemoBox")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	b := &DemoBox{dir: dir, now: now}
	b.reread()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b.addr = l.Addr().String()
	b.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{box: b}, nil }))
	b.server.Domain, b.server.MaxMessageBytes, b.server.MaxRecipients = "localhost", largest, 1
	b.server.ReadTimeout, b.server.WriteTimeout = time.Minute, time.Minute
	go func() { _ = b.server.Serve(l) }() // ends with Close
	return b, nil
}

// URL is the box's address for NewSender.
func (b *DemoBox) URL() string { return "smtp://" + b.addr + "?tls=none" }

// Close stops the server.
func (b *DemoBox) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), boxGrace)
	defer cancel()
	return b.server.Shutdown(ctx)
}

// All lists the mails, newest first.
func (b *DemoBox) All() []Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := slices.Clone(b.box)
	slices.Reverse(out)
	return out
}

// Get finds one mail.
func (b *DemoBox) Get(id int) (Received, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.box, func(r Received) bool { return r.ID == id })
	if i < 0 {
		return Received{}, false
	}
	return b.box[i], true
}

func (b *DemoBox) keep(raw []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := read(raw)
	if err != nil {
		return err
	}
	b.last++
	r.ID, r.At = b.last, b.now()
	if err := os.WriteFile(b.file(r.ID), raw, 0o600); err != nil {
		return err
	}
	b.box = append(b.box, r)
	for len(b.box) > boxSize {
		_ = os.Remove(b.file(b.box[0].ID)) // a file too many does no harm
		b.box = b.box[1:]
	}
	return nil
}

func (b *DemoBox) file(id int) string { return filepath.Join(b.dir, fmt.Sprintf("%06d.eml", id)) }

// reread takes up what an earlier run kept; a file it cannot read is passed over.
func (b *DemoBox) reread() {
	names, _ := filepath.Glob(filepath.Join(b.dir, "*.eml")) // the pattern is a valid one
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		r, err := read(raw)
		if _, serr := fmt.Sscanf(filepath.Base(name), "%06d.eml", &r.ID); err != nil || serr != nil {
			continue
		}
		b.last = max(b.last, r.ID)
		b.box = append(b.box, r)
	}
}

func read(raw []byte) (Received, error) {
	m, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		return Received{}, err
	}
	body := m.Body
	if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return Received{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return Received{}, err
	}
	at, _ := m.Header.Date() // the zero time is shown as none
	return Received{At: at, To: strings.Trim(m.Header.Get("To"), "<>"), Subject: subject, Body: strings.ReplaceAll(string(text), "\r\n", "\n")}, nil
}

// delivery is one SMTP conversation.
type delivery struct {
	box *DemoBox
	to  string
}

var errNoRecipient = &smtp.SMTPError{Code: 503, Message: "no recipient"}

func (d *delivery) Mail(string, *smtp.MailOptions) error      { return nil }
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error { d.to = to; return nil }
func (d *delivery) Reset()                                    { d.to = "" }
func (d *delivery) Logout() error                             { return nil }

func (d *delivery) Data(r io.Reader) error {
	if d.to == "" {
		return errNoRecipient
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := d.box.keep(raw); err != nil {
		return &smtp.SMTPError{Code: 451, Message: "not kept"}
	}
	return nil
}
