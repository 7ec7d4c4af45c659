package notify

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// line is one connection to a message centre.
type line struct {
	conn    net.Conn
	receive func(context.Context, delivered) bool
	gone    chan struct{} // closed when the connection is

	mu      sync.Mutex
	seq     uint32
	waiting map[uint32]chan pdu
}

const (
	lineIdle  = 30 * time.Second // after which we ask whether the centre is there
	lineDead  = 90 * time.Second // after which it is not
	lineWrite = 10 * time.Second
)

var errGone = errors.New("SMPP: the line is closed")

func newLine(conn net.Conn, receive func(context.Context, delivered) bool) *line {
	l := &line{conn: conn, receive: receive, gone: make(chan struct{}), waiting: map[uint32]chan pdu{}}
	go l.read()
	go l.keep()
	return l
}

func (l *line) open() bool {
	select {
	case <-l.gone:
		return false
	default:
		return true
	}
}

// read hears the centre until the connection ends.
func (l *line) read() {
	defer close(l.gone)
	defer func() { _ = l.conn.Close() }()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for {
		_ = l.conn.SetReadDeadline(time.Now().Add(lineDead)) //nolint:forbidigo // the kernel's clock: nothing is dated by it
		p, err := readPDU(l.conn)
		if err != nil || !l.handle(ctx, p) {
			return
		}
	}
}

// handle answers one message; false ends the line.
func (l *line) handle(ctx context.Context, p pdu) bool {
	switch p.command {
	case enquireLink:
		return l.write(pdu{enquireLink | answer, 0, p.seq, nil}) == nil
	case unbind:
		_ = l.write(pdu{unbind | answer, 0, p.seq, nil})
		return false
	case deliverSM:
		status := uint32(0)
		d, err := readDelivered(p.body)
		if err == nil && !l.receive(ctx, d) {
			status = statusFalse
		}
		return l.write(pdu{deliverSM | answer, status, p.seq, []byte{0}}) == nil
	}
	if p.command&answer == 0 {
		return l.write(pdu{answer, 0x03, p.seq, nil}) == nil // a command that we do not speak
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if c, ok := l.waiting[p.seq]; ok {
		delete(l.waiting, p.seq)
		c <- p
	}
	return true
}

// keep asks a silent centre whether it is there.
func (l *line) keep() {
	t := time.NewTicker(lineIdle)
	defer t.Stop()
	for {
		select {
		case <-l.gone:
			return
		case <-t.C:
			ctx, cancel := context.WithTimeout(context.Background(), lineWrite)
			_, err := l.ask(ctx, enquireLink, nil)
			cancel()
			if err != nil {
				_ = l.conn.Close()
			}
		}
	}
}

// ask sends a command and waits for its answer; a refusal is a statusError.
func (l *line) ask(ctx context.Context, command uint32, body []byte) (pdu, error) {
	l.mu.Lock()
	l.seq++
	seq, got := l.seq, make(chan pdu, 1)
	l.waiting[seq] = got
	l.mu.Unlock()
	if err := l.write(pdu{command, 0, seq, body}); err != nil {
		return pdu{}, err
	}
	select {
	case p := <-got:
		if p.status != 0 {
			return p, statusError(p.status)
		}
		return p, nil
	case <-l.gone:
		return pdu{}, errGone
	case <-ctx.Done():
		l.mu.Lock()
		delete(l.waiting, seq)
		l.mu.Unlock()
		return pdu{}, ctx.Err()
	}
}

func (l *line) write(p pdu) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.conn.SetWriteDeadline(time.Now().Add(lineWrite)) //nolint:forbidigo // the kernel's clock: nothing is dated by it
	_, err := l.conn.Write(p.bytes())
	return err
}

// leave says goodbye and hangs up.
func (l *line) leave() error {
	ctx, cancel := context.WithTimeout(context.Background(), lineWrite)
	defer cancel()
	_, _ = l.ask(ctx, unbind, nil) // it is closed all the same
	err := l.conn.Close()
	<-l.gone
	return ignoreClosed(err)
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
