package notify

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"

	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Returned is what a mail server says of a mail that had left (RFC 3464).
type Returned struct {
	Token string
	State State  // Bounced or Accepted
	Why   string // its code alone: servers quote addresses
}

// ErrNoReturn says that a mail is no report on one of ours, or on one whose fate is open still: nothing is to be done.
var ErrNoReturn = errors.New("this is no report on the end of a mail of ours")

const longestReport = 1 << 20

var (
	tokenForm  = regexp.MustCompile(`\+([0-9a-f]{32})@`)
	statusForm = regexp.MustCompile(`^\d\.\d{1,3}\.\d{1,3}`)
)

// ReadReturn reads a delivery report. to is the address it came to, when the mail server says so; else it is read in the
// report's head. ErrNoReturn for anything else, such as an answer from somebody who is on holiday.
func ReadReturn(r io.Reader, to string) (_ Returned, err error) {
	defer fault.Wrap(&err, "notify.ReadReturn")
	m, err := mail.ReadMessage(bufio.NewReader(io.LimitReader(r, longestReport)))
	if err != nil {
		return Returned{}, ErrNoReturn
	}
	token := tokenForm.FindStringSubmatch(strings.ToLower(strings.Join([]string{to, m.Header.Get("X-Original-To"), m.Header.Get("Delivered-To"), m.Header.Get("To")}, " ")))
	if token == nil {
		return Returned{}, ErrNoReturn
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" {
		return Returned{}, ErrNoReturn
	}
	out, err := readReport(multipart.NewReader(m.Body, params["boundary"]))
	out.Token = token[1]
	return out, err
}

// readReport finds the part for machines.
func readReport(parts *multipart.Reader) (Returned, error) {
	for {
		p, err := parts.NextPart()
		if err != nil {
			return Returned{}, ErrNoReturn
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")) // no kind is not this one
		if kind != "message/delivery-status" && kind != "message/global-delivery-status" {
			continue
		}
		raw, err := io.ReadAll(p)
		if err != nil {
			return Returned{}, ErrNoReturn
		}
		return readStatus(raw)
	}
}

// readStatus goes through the blocks of fields: the first is the message's, the others are its recipients', of whom ours have one.
func readStatus(raw []byte) (Returned, error) {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(raw, "\r\n\r\n"...))))
	for {
		fields, err := r.ReadMIMEHeader()
		if len(fields) == 0 && err != nil {
			return Returned{}, ErrNoReturn
		}
		switch strings.ToLower(strings.TrimSpace(fields.Get("Action"))) {
		case "failed":
			return Returned{State: Bounced, Why: strings.TrimSpace("returned " + statusForm.FindString(strings.TrimSpace(fields.Get("Status"))))}, nil
		case "delivered":
			return Returned{State: Accepted}, nil
		case "delayed", "relayed", "expanded":
			return Returned{}, ErrNoReturn
		}
		if err != nil {
			return Returned{}, ErrNoReturn
		}
	}
}

// Return notes what became of a mail, and tells the dossier where nobody is reached any more. NotFound: no mail bears the
// token, or its end is known. Unavailable: the report is faster than we are, who have not noted yet that the mail left.
func Return(ctx context.Context, s *store.Store, r Returned) (err error) {
	defer fault.Wrap(&err, "notify.Return")
	if r.Token == "" {
		return fault.From(fault.Invalid, "", fmt.Errorf("a report without a token"))
	}
	return s.InTx(ctx, func(tx *store.Tx) error {
		id, err := tx.Q.MailFateByToken(ctx, sqlc.MailFateByTokenParams{Token: r.Token, State: string(r.State), Fault: r.Why, Now: &tx.Now})
		if err == nil {
			return fated(ctx, tx, id, r.State)
		}
		if fault.Of(err) != fault.NotFound {
			return err
		}
		if state, serr := tx.Q.MailByToken(ctx, r.Token); serr == nil && State(state) == Queued {
			return fault.From(fault.Unavailable, "", errors.New("the mail has not been noted as sent yet"))
		}
		return err
	})
}
