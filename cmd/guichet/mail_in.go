package main

import (
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"guichet/internal/document"
	"guichet/internal/mailbox"
)

const mailInAbout = `guichet mail-in reads one message from its standard input and takes it in, for the mail server to call.

With Postfix, in master.cf

  guichet-mail unix - n n - 2 pipe flags=Rq user=guichet argv=/usr/local/bin/guichet mail-in --config /etc/guichet/guichet.env

and a transport for the address that leads there. The message begins a dossier of the procedure that takes messages, or continues
the one at work whose reference stands in its subject. Nothing in it is taken for proven, least of all who sent it. A message that
is delivered twice is taken in once. What a machine wrote (bounces, answers of who is away, lists) is passed over: have the mail
server keep a copy of everything in a mailbox, for a person to look at. Or let the server look into that mailbox: GUICHET_MAILBOX.

Exit status: 0 it was taken in or passed over, 65 it is no message or too large, 75 it could not be taken in now: the mail server
tries again.`

// exitNoMail is what mail servers take for "this message is no good" (EX_DATAERR).
const exitNoMail = document.ErrExit(65)

func runMailIn(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	f := newFlags("mail-in", mailInAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	to := f.String("procedure", "", "`id` of the procedure; needed where several take messages")
	if err := parse(f, args); errors.Is(err, flag.ErrHelp) || err != nil {
		return err
	}
	out, err := mailIn(ctx, *file, *to, stdin, stderr)
	switch {
	case mailbox.Unusable(err):
		say(stderr, err, false)
		return exitNoMail
	case err != nil: // a mail server that is told of a failure for good would lose the message
		say(stderr, err, false)
		return exitTryAgain
	case out.Passed != "":
		_, err = fmt.Fprintln(stdout, "passed over: "+string(out.Passed))
	case out.Again:
		_, err = fmt.Fprintln(stdout, "taken in before")
	default: // nothing else: some servers send what is printed here back to the sender
		_, err = fmt.Fprintln(stdout, "taken in")
	}
	return err
}

func mailIn(ctx context.Context, file, to string, stdin io.Reader, stderr io.Writer) (out mailbox.Delivered, err error) {
	c, err := loadConfig(file, os.Getenv)
	if err != nil {
		return out, err
	}
	r, err := open(ctx, c, forCommand, stderr)
	if err != nil {
		return out, err
	}
	out, err = r.Mailbox.Deliver(ctx, to, stdin)
	return out, errors.Join(err, r.close())
}

// mailbox is the one that is looked into, nil for none.
func (c Config) mailbox() (*mailbox.Server, error) {
	if c.Mailbox == "" {
		return nil, nil
	}
	secret := c.MailboxSecret
	if secret == "" && c.MailboxFile != "" {
		raw, err := os.ReadFile(c.MailboxFile)
		if err != nil {
			return nil, errors.New("GUICHET_MAILBOX_SECRET_FILE is wrong: name a file that this program may read")
		}
		secret = strings.TrimSpace(string(raw))
	}
	if secret == "" {
		return nil, errors.New("GUICHET_MAILBOX_SECRET is missing: give the password there, or in the file GUICHET_MAILBOX_SECRET_FILE names")
	}
	var roots *x509.CertPool
	if c.MailboxCA != "" {
		pem, err := os.ReadFile(c.MailboxCA)
		if roots = x509.NewCertPool(); err != nil || !roots.AppendCertsFromPEM(pem) {
			return nil, errors.New("GUICHET_MAILBOX_CA is wrong: name a file with certificates in PEM")
		}
	}
	s, err := mailbox.NewServer(c.Mailbox, secret, roots)
	if err != nil {
		return nil, errors.New("GUICHET_MAILBOX is wrong: write imaps://user@host:993/INBOX, without the password")
	}
	return s, nil
}
