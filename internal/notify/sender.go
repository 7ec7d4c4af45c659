package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"guichet/internal/fault"
)

// Sender speaks SMTP to one server.
type Sender struct {
	host    string
	options []gomail.Option
	from    *mail.Address
	domain  string
	bounces *mail.Address // where what cannot be delivered comes back to; nil: to from
}

const sendTimeout = 20 * time.Second

// NewSender reads the address of the server:
//
//	smtp://user:password@host:587     STARTTLS, required unless the host is this machine
//	smtps://user:password@host:465    TLS from the first byte
//	smtp://host:25?tls=none           in clear, for a relay on a trusted line
//
// from is the address mails come from, with or without a name: "Guichet <no-reply@guichet.example>".
func NewSender(server, from string) (_ *Sender, err error) {
	defer fault.Wrap(&err, "notify.NewSender")
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") {
		return nil, fault.From(fault.Invalid, "config.smtp", errors.New("the mail server is given as smtp://user:password@host:port"))
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fault.From(fault.Invalid, "config.mail_from", errors.New("the address mails come from cannot be read"))
	}
	_, domain, _ := strings.Cut(sender.Address, "@")
	s := &Sender{host: u.Hostname(), from: sender, domain: domain, options: []gomail.Option{gomail.WithTimeout(sendTimeout), gomail.WithHELO(domain)}}
	s.options = append(s.options, security(u)...)
	if port, perr := strconv.Atoi(u.Port()); perr == nil {
		s.options = append(s.options, gomail.WithPort(port))
	}
	if password, ok := u.User.Password(); ok {
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	_, err = gomail.NewClient(s.host, s.options...) // refuses here what it would refuse at the first mail
	return s, err
}

func security(u *url.URL) []gomail.Option {
	ip := net.ParseIP(u.Hostname())
	switch {
	case u.Scheme == "smtps":
		return []gomail.Option{gomail.WithSSLPort(false)}
	case u.Query().Get("tls") == "none":
		return []gomail.Option{gomail.WithTLSPortPolicy(gomail.NoTLS)}
	case u.Hostname() == "localhost" || ip != nil && ip.IsLoopback():
		return []gomail.Option{gomail.WithTLSPortPolicy(gomail.TLSOpportunistic)}
	}
	return []gomail.Option{gomail.WithTLSPortPolicy(gomail.TLSMandatory)}
}

// Bounces sets the address that mails which cannot be delivered come back to, each with a token of its own behind a plus:
// bounces@guichet.example becomes bounces+1f2e…@guichet.example. Invalid when it is no bare address.
func (s *Sender) Bounces(address string) (err error) {
	defer fault.Wrap(&err, "notify.Sender.Bounces")
	a, err := mail.ParseAddress(address)
	if err != nil || a.Address != address || strings.Contains(address, "+") {
		return fault.From(fault.Invalid, "config.bounces", errors.New("the address for bounces is a bare one, without a plus"))
	}
	s.bounces = a
	return nil
}

func (s *Sender) send(ctx context.Context, m Mail, l Letter) *refusal {
	msg, err := s.message(m, l)
	if err != nil {
		return &refusal{reason: "unwritable", final: true}
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return &refusal{reason: "server_wrong", away: true}
	}
	return explain(client.DialAndSendWithContext(ctx, msg))
}

// explain reduces the server's answer, which often quotes the address, to its code.
func explain(err error) *refusal {
	if err == nil {
		return nil
	}
	sent, ok := errors.AsType[*gomail.SendError](err)
	if !ok || sent.ErrorCode() == 0 {
		return &refusal{reason: "server_away", away: true}
	}
	return &refusal{
		reason: strings.TrimSpace(fmt.Sprintf("server %d %s", sent.ErrorCode(), sent.EnhancedStatusCode())),
		final:  !sent.IsTemp(),
	}
}

var errLine = errors.New("more than one line")

func (s *Sender) message(m Mail, l Letter) (*gomail.Msg, error) {
	to, err := mail.ParseAddress(l.To)
	if err != nil {
		return nil, err
	}
	if to.Address != l.To || strings.ContainsAny(l.Subject+l.To, "\r\n\x00") { // ASVS 1.3.11
		return nil, errLine
	}
	msg := gomail.NewMsg()
	msg.FromMailAddress(s.from)
	msg.ToMailAddress(&mail.Address{Address: to.Address})
	msg.Subject(l.Subject)
	msg.SetMessageIDWithValue(s.messageID(m))
	msg.SetDateWithValue(m.Queued)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if local, domain, ok := s.returns(); ok && m.token != "" {
		msg.EnvelopeFromMailAddress(&mail.Address{Address: local + "+" + m.token + "@" + domain})
	}
	msg.SetBodyString(gomail.TypeTextPlain, l.Body)
	return msg, nil
}

// returns is the address for bounces in two.
func (s *Sender) returns() (local, domain string, ok bool) {
	if s.bounces == nil {
		return "", "", false
	}
	return strings.Cut(s.bounces.Address, "@")
}

// messageID is the same each time one mail is tried, and tells nothing of how many there are.
func (s *Sender) messageID(m Mail) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "mail %d %d", m.ID, m.Queued.UnixMicro()))
	return hex.EncodeToString(sum[:16]) + "@" + s.domain
}
