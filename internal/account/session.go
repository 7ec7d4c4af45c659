package account

import (
	"time"

	"guichet/internal/access"
	"guichet/internal/text"
)

// Session is one session with the person it belongs to, read in one round trip.
type Session struct {
	Hash                   [32]byte // of the token; the token itself is kept nowhere (ASVS 7.2.3)
	Data                   []byte
	Created, Seen, Expires time.Time

	Actor access.Actor // zero for a session without a person, and for one who may no longer act
	Lang  text.Lang    // of the account
	Via   Via          // of a session that a provider opened; without its Hint, which stands in Data
	Row   [32]byte     // where it stood when it was read, zero for a new one: it is written back only if it still does

	desk    *Desk
	profile place
}

// Person is how the person is shown, "" for a session without one. It opens the sealed profile: a request that shows no name
// need not pay for it.
func (s Session) Person() (string, error) {
	if s.desk == nil {
		return "", nil
	}
	p, err := s.desk.open(s.profile)
	return p.Shown(), err
}
