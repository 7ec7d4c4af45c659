package mailbox

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"guichet/internal/fault"
)

// Server is a mailbox that is looked into (IMAP).
type Server struct {
	address   string
	host      string
	direct    bool // TLS from the first byte; else STARTTLS
	user      string
	password  string
	folder    string
	procedure string
	roots     *x509.CertPool
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
}

// Poll is the clock's job that looks into the mailbox.
type Poll struct{}

// Kind names the job for the queue.
func (Poll) Kind() string { return "mailbox.poll" }

// Once keeps a slow server from being asked twice at a time.
func (Poll) Once() bool { return true }

// Bounds of one look into the mailbox.
const (
	mostAtOnce  = 50 // messages; the rest are for the next look
	pollTimeout = 4 * time.Minute
)

// NewServer reads the address of a mailbox:
//
//	imaps://user@host:993/INBOX?procedure=…   TLS from the first byte
//	imap://user@host:143                      STARTTLS, always
//
// The folder is INBOX when none is given. A mailbox is never read in clear: a password and what people write would travel so.
// Invalid "config.mailbox". roots nil: the system's.
func NewServer(address, password string, roots *x509.CertPool) (_ *Server, err error) {
	defer fault.Wrap(&err, "mailbox.NewServer")
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User.Username() == "" || u.Scheme != "imap" && u.Scheme != "imaps" {
		return nil, fault.From(fault.Invalid, "config.mailbox", errors.New("the mailbox is given as imaps://user@host:993/INBOX"))
	}
	if _, inside := u.User.Password(); inside || password == "" {
		return nil, fault.From(fault.Invalid, "config.mailbox", errors.New("the password stands apart from the address"))
	}
	s := &Server{
		host: u.Hostname(), direct: u.Scheme == "imaps", user: u.User.Username(), password: password, folder: strings.Trim(u.Path, "/"),
		procedure: u.Query().Get("procedure"), roots: roots, dial: (&net.Dialer{Timeout: 20 * time.Second}).DialContext,
	}
	port := u.Port()
	if port == "" {
		port = map[bool]string{true: "993", false: "143"}[s.direct]
	}
	if s.folder == "" {
		s.folder = "INBOX"
	}
	s.address = net.JoinHostPort(u.Hostname(), port)
	return s, nil
}

// open signs in and selects the folder.
func (s *Server) open(ctx context.Context) (*imapclient.Client, error) {
	conn, err := s.dial(ctx, "tcp", s.address)
	if err != nil {
		return nil, fault.From(fault.Unavailable, "mailbox.away", errors.New("the mail server does not answer"))
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline) // of a connection that is open
	}
	secure := &tls.Config{ServerName: s.host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
	options := &imapclient.Options{TLSConfig: secure}
	var c *imapclient.Client
	if s.direct {
		c = imapclient.New(tls.Client(conn, secure), options)
	} else if c, err = imapclient.NewStartTLS(conn, options); err != nil {
		_ = conn.Close()
		return nil, fault.From(fault.Unavailable, "mailbox.away", errors.New("the mail server offers no TLS that can be trusted"))
	}
	if err := c.Login(s.user, s.password).Wait(); err != nil {
		_ = c.Close()
		return nil, fault.From(fault.Unavailable, "mailbox.away", errors.New("the mail server does not let us in"))
	}
	if _, err := c.Select(s.folder, nil).Wait(); err != nil {
		_ = c.Close()
		return nil, fault.From(fault.Unavailable, "mailbox.away", errors.New("the mail server has no such folder"))
	}
	return c, nil
}

// Poll takes in what lies in the mailbox. A message leaves it once it is committed, and not before: stopped in between, it is found
// again and known. What a machine wrote, and what cannot be read, stays there with a flag, for a person to look at.
func (h *House) Poll(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "mailbox.Poll")
	if h.Server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	c, err := h.Server.open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagFlagged, imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return away(err)
	}
	var failed error
	for i, uid := range found.AllUIDs() {
		if i == mostAtOnce || ctx.Err() != nil {
			break
		}
		failed = errors.Join(failed, h.take(ctx, c, uid)) // one that cannot be taken now keeps no other waiting
	}
	if err := c.Logout().Wait(); err != nil && failed == nil {
		failed = away(err)
	}
	return failed
}

// take brings one message in.
func (h *House) take(ctx context.Context, c *imapclient.Client, uid imap.UID) error {
	raw, arrived, err := fetch(c, uid)
	if err != nil {
		return err
	}
	var out Delivered
	if raw != nil {
		out, err = h.deliver(ctx, h.Server.procedure, bytes.NewReader(raw), arrived)
	}
	switch {
	case raw == nil || Unusable(err):
		h.Log.WarnContext(ctx, "message left in the mailbox", "reason", "unreadable or too large")
		return flag(c, uid)
	case err != nil:
		return err
	case out.Passed != "":
		h.Log.InfoContext(ctx, "message left in the mailbox", "reason", string(out.Passed))
		return flag(c, uid)
	}
	return remove(c, uid)
}

// fetch reads a message, and when the mailbox had it; nil for one that is too large, of which nothing is read.
func fetch(c *imapclient.Client, uid imap.UID) (raw []byte, arrived time.Time, err error) {
	set := imap.UIDSetNum(uid)
	sizes, err := c.Fetch(set, &imap.FetchOptions{RFC822Size: true, InternalDate: true, UID: true}).Collect()
	if err != nil {
		return nil, arrived, away(err)
	}
	if len(sizes) == 0 || sizes[0].RFC822Size > MostBytes {
		return nil, arrived, nil
	}
	arrived = sizes[0].InternalDate
	body := c.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	defer func() { _ = body.Close() }()
	for m := body.Next(); m != nil; m = body.Next() {
		for item := m.Next(); item != nil; item = m.Next() {
			section, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || section.Literal == nil {
				continue
			}
			if raw, err = io.ReadAll(io.LimitReader(section.Literal, MostBytes+1)); err != nil {
				return nil, arrived, away(err)
			}
			if len(raw) > MostBytes { // a server that said less
				return nil, arrived, nil
			}
		}
	}
	if err := body.Close(); err != nil {
		return nil, arrived, away(err)
	}
	return raw, arrived, nil
}

func flag(c *imapclient.Client, uid imap.UID) error {
	return away(c.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagFlagged}}, nil).Close())
}

// remove takes out one message, and where the server can, no other that somebody else has marked.
func remove(c *imapclient.Client, uid imap.UID) error {
	set := imap.UIDSetNum(uid)
	if err := c.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		return away(err)
	}
	if c.Caps().Has(imap.CapUIDPlus) || c.Caps().Has(imap.CapIMAP4rev2) {
		return away(c.UIDExpunge(set).Close())
	}
	return away(c.Expunge().Close())
}

// away keeps what a server says out of the log: it may quote addresses.
func away(err error) error {
	if err == nil {
		return nil
	}
	return fault.From(fault.Unavailable, "mailbox.away", errors.New("the mail server broke off"))
}
