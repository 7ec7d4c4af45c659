package notify

import (
	"context"
	"errors"
	"net"
	"net/url"
	"regexp"
	"strings"

	"guichet/internal/fault"
)

// Carrier takes SMS to telephones: a gateway that speaks HTTP, or a message centre that speaks SMPP.
type Carrier interface {
	// send hands one SMS over; token names it, the same each time it is tried. It gives the carrier's own number of it.
	send(ctx context.Context, to, words, token string) (id string, _ *refusal)
	// collect finds out what became of those that wait, and tells hear.
	collect(ctx context.Context, waiting []string) error
	// listen sets who is told of what becomes of an SMS; NotFound from it means that nobody knows it (yet).
	listen(hear func(context.Context, receipt) error)

	// Reach connects, signs in and sends nothing. Unavailable when that fails.
	Reach(ctx context.Context) error
	Close() error
}

// receipt is what a carrier says became of an SMS.
type receipt struct {
	id    string
	state State
	why   string // quotes no number
}

// The faults of a carrier's address, each with its mend.
var (
	errCarrier       = errors.New("write https://gateway.example/messages or smpp://user@host:2775")
	errCarrierClear  = errors.New("a gateway off this machine is reached by https alone: its token and people’s numbers would travel in clear")
	errCarrierSecret = errors.New("the secret stands apart from the address: leave it out here")
	errCarrierNone   = errors.New("the carrier’s secret is missing")
	errCarrierFrom   = errors.New("from= is at most eleven letters and digits, or a number of at most fifteen digits")
	errCarrierQuery  = errors.New("of the address’s parameters, only from= is known")
	errCarrierUser   = errors.New("SMPP wants smpp://user@host:port with a user of at most fifteen characters and a secret of at most eight")
)

var senderForm = regexp.MustCompile(`^(?:[A-Za-z][A-Za-z0-9 ]{0,10}|\+?[0-9]{1,15})?$`)

// NewCarrier reads the address of a carrier; its secret stands apart:
//
//	https://gateway.example/messages   a gateway (see [gateway]); secret is its token
//	smpp://user@host:2775              a message centre, on a trusted line; secret is the user's
//	smpps://user@host:3550             the same, in TLS
//
// Each may end in ?from=, the sender that telephones show. Invalid says what to write instead, and no secret.
func NewCarrier(address, secret string) (_ Carrier, err error) {
	defer fault.Wrap(&err, "notify.NewCarrier")
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, fault.From(fault.Invalid, "config.sms", errCarrier)
	}
	from := u.Query().Get("from")
	if wrong := carrierFault(u, secret, from); wrong != nil {
		return nil, fault.From(fault.Invalid, "config.sms", wrong)
	}
	if strings.HasPrefix(u.Scheme, "http") {
		return newGateway(u, secret, from), nil
	}
	return newCentre(u, secret, from), nil
}

// CarrierFault is what is wrong with an address that NewCarrier refused, in a sentence that quotes nothing of it.
func CarrierFault(err error) error {
	for _, known := range []error{errCarrierClear, errCarrierSecret, errCarrierNone, errCarrierFrom, errCarrierQuery, errCarrierUser} {
		if errors.Is(err, known) {
			return known
		}
	}
	return errCarrier
}

func carrierFault(u *url.URL, secret, from string) error {
	_, inside := u.User.Password()
	switch {
	case inside:
		return errCarrierSecret
	case secret == "":
		return errCarrierNone
	case !senderForm.MatchString(from):
		return errCarrierFrom
	case len(u.Query()) > 1 || len(u.Query()) == 1 && !u.Query().Has("from"):
		return errCarrierQuery
	}
	switch u.Scheme {
	case "https":
		return nil
	case "http":
		if !loopback(u.Hostname()) {
			return errCarrierClear
		}
		return nil
	case "smpp", "smpps":
		if name := u.User.Username(); name == "" || len(name) > 15 || len(secret) > 8 || u.Port() == "" || u.Path != "" {
			return errCarrierUser
		}
		return nil
	}
	return errCarrier
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
