package notify

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"

	"guichet/internal/fault"
)

// centre is a message centre that speaks SMPP 3.4. One line stays open for what becomes of the SMS; one that broke is opened
// anew with the next SMS, or when its fates are collected.
type centre struct {
	host, user, secret, from string
	tls                      *tls.Config // nil: in clear
	hear                     func(context.Context, receipt) error

	mu    sync.Mutex
	line  *line
	early map[string]int // how often the fates of SMS that we do not know came
}

// Of fates that come before we have noted the number of their SMS, or are of none of ours: how often each is put off, so that
// the centre comes again, and of how many SMS that is counted.
const (
	putOff    = 20
	mostEarly = 1000
)

// mostParts is how many parts one SMS may have: its head counts them in one octet.
const mostParts = 255

func newCentre(u *url.URL, secret, from string) *centre {
	c := &centre{host: u.Host, user: u.User.Username(), secret: secret, from: from, early: map[string]int{}}
	if u.Scheme == "smpps" {
		c.tls = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	}
	return c
}

func (c *centre) listen(hear func(context.Context, receipt) error) { c.hear = hear }

// Close takes leave of the centre.
func (c *centre) Close() error {
	c.mu.Lock()
	l := c.line
	c.line = nil
	c.mu.Unlock()
	if l == nil {
		return nil
	}
	return l.leave()
}

func (c *centre) send(ctx context.Context, to, words, _ string) (id string, _ *refusal) {
	ctx, cancel := context.WithTimeout(ctx, carrierTimeout)
	defer cancel()
	l, err := c.bound(ctx)
	if err != nil {
		return "", centreRefusal(err)
	}
	p, reference := part(words), make([]byte, 1)
	if len(p.parts) > mostParts {
		return "", &refusal{reason: "too_long", final: true}
	}
	_, _ = rand.Read(reference) // never fails (crypto/rand)
	for n := range p.parts {
		got, err := l.ask(ctx, submitSM, submitBody(c.from, to, p, n, reference[0]))
		if err != nil {
			return "", centreRefusal(err)
		}
		id = strings.TrimRight(string(got.body), "\x00") // the last part's: when it has arrived, so have the others, most likely
	}
	return id, nil
}

// final are the answers that another try would get again: the message or the number is wrong (section 5.1.3).
var final = []uint32{0x01, 0x0B, 0x50, 0x51}

type statusError uint32

func (s statusError) Error() string { return fmt.Sprintf("SMPP status %#x", uint32(s)) }

func centreRefusal(err error) *refusal {
	if status, ok := errors.AsType[statusError](err); ok {
		return &refusal{reason: fmt.Sprintf("centre %#x", uint32(status)), final: slices.Contains(final, uint32(status))}
	}
	return &refusal{reason: "centre_away", away: true}
}

// bound gives the line, opened where it is not.
func (c *centre) bound(ctx context.Context) (*line, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line != nil && c.line.open() {
		return c.line, nil
	}
	l, err := c.dial(ctx)
	if err != nil {
		return nil, err
	}
	c.line = l
	return l, nil
}

func (c *centre) dial(ctx context.Context) (*line, error) {
	var conn net.Conn
	var err error
	if c.tls != nil {
		conn, err = (&tls.Dialer{Config: c.tls}).DialContext(ctx, "tcp", c.host)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", c.host)
	}
	if err != nil {
		return nil, err
	}
	l := newLine(conn, c.receive)
	if _, err := l.ask(ctx, bindTransceiver, bindBody(c.user, c.secret)); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return l, nil
}

// receive notes what became of an SMS; true takes the message off the centre's hands.
func (c *centre) receive(ctx context.Context, d delivered) bool {
	r, ok := d.receipt()
	if !ok || c.hear == nil {
		return true // somebody's answer, or no end yet: nothing we keep
	}
	err := c.hear(ctx, r)
	if fault.Of(err) == fault.NotFound {
		return c.worn(r.id)
	}
	return err == nil
}

// worn tells whether a fate of an SMS that we do not know has come often enough.
func (c *centre) worn(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.early) >= mostEarly {
		clear(c.early)
	}
	c.early[id]++
	if c.early[id] <= putOff {
		return false
	}
	delete(c.early, id)
	return true
}

// collect opens the line again where it broke: what became of SMS comes by it unasked.
func (c *centre) collect(ctx context.Context, waiting []string) error {
	if len(waiting) == 0 {
		return nil
	}
	return c.Reach(ctx)
}

// Reach opens the line where it is not, and asks whether the centre is there.
func (c *centre) Reach(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "notify.centre.Reach")
	ctx, cancel := context.WithTimeout(ctx, carrierTimeout)
	defer cancel()
	l, err := c.bound(ctx)
	if err == nil {
		_, err = l.ask(ctx, enquireLink, nil)
	}
	if err != nil {
		return fault.From(fault.Unavailable, "", errors.New(centreRefusal(err).reason))
	}
	return nil
}
