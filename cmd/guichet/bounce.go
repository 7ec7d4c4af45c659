package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/notify"
)

const bounceAbout = `guichet bounce reads one mail that came back, from its standard input, and notes what became of the message it is about.

The mail server calls it for what arrives at GUICHET_BOUNCES with anything behind the plus. With Postfix, in master.cf

  guichet-bounce unix - n n - 2 pipe flags=Rq user=guichet argv=/usr/local/bin/guichet bounce --config /etc/guichet/guichet.env --to ${original_recipient}

and a transport for the address that leads there. A report that a mail could not be delivered marks it as come back, and its
dossier where nothing else reaches the person; one that it arrived is noted too. Anything else, such as an answer from somebody
who is away, is passed over. Nothing of the mail is kept but the code of the failure.

Exit status: 0 it was noted or passed over, 75 it could not be noted now, or came before the mail was noted as sent: the mail
server tries again.`

// exitTryAgain is what mail servers take for "not now" (EX_TEMPFAIL).
const exitTryAgain = document.ErrExit(75)

func runBounce(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	f := newFlags("bounce", bounceAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	to := f.String("to", "", "`address` the report came to; without it, the one in its head")
	if err := parse(f, args); errors.Is(err, flag.ErrHelp) || err != nil {
		return err
	}
	returned, err := notify.ReadReturn(stdin, *to)
	if errors.Is(err, notify.ErrNoReturn) {
		_, err = fmt.Fprintln(stdout, "passed over: no report on the end of a mail of ours")
		return err
	}
	if err != nil {
		return err
	}
	said, err := noteReturn(ctx, *file, returned)
	if err != nil { // a mail server that is told of a failure for good would lose the report
		say(stderr, err, false)
		return exitTryAgain
	}
	_, err = fmt.Fprintln(stdout, said)
	return err
}

// noteReturn needs the database alone: no keys, no definitions.
func noteReturn(ctx context.Context, file string, returned notify.Returned) (said string, err error) {
	c, err := loadConfig(file, os.Getenv)
	if err != nil {
		return "", err
	}
	r := &running{}
	st, _, err := r.reach(ctx, c, true)
	if err == nil {
		err = notify.Return(ctx, st, returned)
	}
	if fault.Of(err) == fault.NotFound {
		return "passed over: no message that left bears this token, or its end is known", r.close()
	}
	return "noted: " + string(returned.State), errors.Join(err, r.close())
}
