package syslog

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"strconv"
	"time"

	"guichet/internal/fault"
)

// patience is how long the collector may take to be reached, and to take each piece of a batch: a batch of any size passes in the end.
const patience = 10 * time.Second

// farewell is how long it is waited that the collector ends its side of a stream too.
const farewell = 2 * time.Second

// patient is a connection whose time begins anew with each piece.
type patient struct{ net.Conn }

func (p patient) Write(b []byte) (int, error) {
	if err := p.SetWriteDeadline(time.Now().Add(patience)); err != nil { //nolint:forbidigo // the network's clock, nobody's deadline
		return 0, err
	}
	return p.Conn.Write(b)
}

// Sender reaches the collector.
type Sender struct {
	scheme, address, host string
	tls                   *tls.Config
}

// NewSender reads udp://host:port, tcp://host:port or tls://host:port; roots nil: the system's. Host is what events are from.
func NewSender(at, host string, roots *x509.CertPool) (*Sender, error) {
	u, err := url.Parse(at)
	if err != nil || u.Hostname() == "" || u.Port() == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return nil, errors.New("write udp://host:port, tcp://host:port or tls://host:port")
	}
	s := &Sender{scheme: u.Scheme, address: u.Host, host: host}
	switch u.Scheme {
	case "udp", "tcp":
	case "tls":
		s.tls = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots, ServerName: u.Hostname()}
	default:
		return nil, errors.New("write udp://, tcp:// or tls:// before the host")
	}
	return s, nil
}

func (s *Sender) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if s.tls != nil {
		return (&tls.Dialer{Config: s.tls}).DialContext(ctx, "tcp", s.address)
	}
	return (&net.Dialer{}).DialContext(ctx, s.scheme, s.address)
}

// Reach tells whether the collector can be reached; over UDP nobody answers, and nothing is known.
func (s *Sender) Reach(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "syslog.Reach")
	c, err := s.dial(ctx)
	if err != nil {
		return fault.New(fault.Unavailable, "") // the error of the network names the address
	}
	return c.Close()
}

// Send hands events over in their order: each a datagram, or with its length before it on a stream (RFC 6587, 3.4.1).
func (s *Sender) Send(ctx context.Context, events []Event) (err error) {
	defer fault.Wrap(&err, "syslog.Send %d", len(events))
	c, err := s.dial(ctx)
	if err != nil {
		return fault.New(fault.Unavailable, "")
	}
	if err := s.write(patient{c}, events); err != nil {
		_ = c.Close()
		return fault.New(fault.Unavailable, "")
	}
	if err := c.Close(); err != nil {
		return fault.New(fault.Unavailable, "")
	}
	return nil
}

func (s *Sender) write(c patient, events []Event) error {
	if s.scheme == "udp" {
		for _, e := range events {
			if _, err := c.Write([]byte(e.format(s.host))); err != nil {
				return err
			}
		}
		return nil
	}
	w := bufio.NewWriter(c)
	for _, e := range events {
		line := e.format(s.host)
		if _, err := io.WriteString(w, strconv.Itoa(len(line))+" "+line); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return part(c)
}

// part ends our side of a stream and looks how the collector ends its own: one that broke off has not read all, and gets it
// again. One that says nothing has had its time.
func part(c patient) error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return nil
	}
	if err := errors.Join(half.CloseWrite(), c.SetReadDeadline(time.Now().Add(farewell))); err != nil { //nolint:forbidigo // as above
		return err
	}
	_, err := io.Copy(io.Discard, c)
	if e := net.Error(nil); errors.As(err, &e) && e.Timeout() {
		return nil
	}
	return err
}
