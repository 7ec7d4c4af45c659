package document

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"guichet/internal/fault"
)

// MostScanned is how many bytes are put to the scanner at once: clamd's own default (StreamMaxLength). It cuts the line of
// who sends more, without an answer, so the size is looked at first. Files are kept below it (Standard).
const MostScanned = 25 << 20

// mostScanning is how long one file may take; the scanner's own limit is below it.
const mostScanning = 3 * time.Minute

// Scanner is a running clamd. It is spoken to over a socket and keeps nothing.
type Scanner struct{ network, address string }

// NewScanner reaches clamd at the path of its socket or at host:port; nothing is dialled yet.
func NewScanner(where string) (*Scanner, error) {
	if strings.HasPrefix(where, "/") {
		return &Scanner{"unix", where}, nil
	}
	if host, port, err := net.SplitHostPort(where); err != nil || host == "" || port == "" {
		return nil, fmt.Errorf("%q is neither the path of a socket nor host:port", where)
	}
	return &Scanner{"tcp", where}, nil
}

// Finding is what a scanner found: the name of a signature, "" when nothing was.
type Finding string

// Scan puts size bytes to clamd. Errors: TooLarge beyond MostScanned, Unavailable "document.scanner_away" when clamd cannot be
// reached, and "document.scanner_failed" when it cuts this one short or answers anything but a verdict: with the next it may
// cope. An error is never a verdict.
func (s *Scanner) Scan(ctx context.Context, src io.Reader, size int64) (_ Finding, err error) {
	defer fault.Wrap(&err, "document.Scanner.Scan")
	if size > MostScanned {
		return "", fault.New(fault.TooLarge, "document.too_large")
	}
	said, err := s.ask(ctx, "zINSTREAM\x00", func(w io.Writer) error { return stream(w, io.LimitReader(src, MostScanned)) })
	if err != nil {
		return "", err
	}
	verdict := strings.TrimPrefix(said, "stream: ")
	if name, found := strings.CutSuffix(verdict, " FOUND"); found {
		return Finding(name), nil
	}
	if verdict != "OK" {
		return "", fault.From(fault.Unavailable, "document.scanner_failed", fmt.Errorf("clamd said %.80q", said))
	}
	return "", nil
}

// Version asks clamd who it is: program, number and day of its signatures. Unavailable when it does not answer.
func (s *Scanner) Version(ctx context.Context) (_ string, err error) {
	defer fault.Wrap(&err, "document.Scanner.Version")
	return s.ask(ctx, "zVERSION\x00", func(io.Writer) error { return nil })
}

// ask is one command with what follows it, and the answer.
func (s *Scanner) ask(ctx context.Context, command string, rest func(io.Writer) error) (string, error) {
	failed := func(err error) (string, error) {
		return "", fault.From(fault.Unavailable, "document.scanner_failed", err)
	}
	ctx, cancel := context.WithTimeout(ctx, mostScanning)
	defer cancel()
	var dial net.Dialer
	line, err := dial.DialContext(ctx, s.network, s.address)
	if err != nil {
		return "", fault.From(fault.Unavailable, "document.scanner_away", err)
	}
	defer func() { _ = line.Close() }()
	defer context.AfterFunc(ctx, func() { _ = line.Close() })()
	if _, err := io.WriteString(line, command); err != nil {
		return failed(err)
	}
	if err := rest(line); err != nil {
		if src, ok := errors.AsType[sourceError](err); ok {
			return "", src.error
		}
		return failed(err)
	}
	said, err := io.ReadAll(io.LimitReader(line, 4096))
	if err != nil {
		return failed(err)
	}
	return strings.TrimRight(string(said), "\x00\n"), nil
}

// sourceError is a file that could not be read, not a scanner that could not be reached.
type sourceError struct{ error }

// stream sends what src yields in pieces, each behind its length of four bytes, and an empty one at the end.
func stream(w io.Writer, src io.Reader) error {
	piece := make([]byte, 4+64<<10)
	for {
		n, err := io.ReadFull(src, piece[4:])
		binary.BigEndian.PutUint32(piece, uint32(n))
		if n > 0 {
			if _, werr := w.Write(piece[:4+n]); werr != nil {
				return werr
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return sourceError{err}
		}
	}
	_, err := w.Write([]byte{0, 0, 0, 0})
	return err
}
