package account

import (
	"context"
	"runtime"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"guichet/internal/fault"
	"guichet/internal/strength"
	"guichet/internal/text"
)

// HashMemory is OWASP's choice for small machines, with two passes, in KiB (ASVS 11.4.2).
const HashMemory = 19 << 10

func hashCost(memory uint32) *argon2id.Params {
	if memory == 0 {
		memory = HashMemory
	}
	return &argon2id.Params{Memory: memory, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

var hashersAtOnce = max(2, runtime.GOMAXPROCS(0))

const (
	shortest = 12  // characters
	longest  = 256 // characters; none is cut off
	wanted   = 30  // bits: a year of guessing against a hash this slow, on one machine (RP-173)
)

// StrengthFull is where the meter of a password that is being chosen is full, in bits; from StrengthWanted on it will do.
const (
	StrengthWanted = wanted
	StrengthFull   = 2 * wanted
)

// Weigh tells what is thought of a password while it is chosen: the problem it would be refused for, or nil, and about how many
// bits an attacker is missing, StrengthFull at most. about are words that name the person. Nothing is kept or logged.
func (d *Desk) Weigh(password string, about ...string) (_ *Problem, bits float64, err error) {
	defer fault.Wrap(&err, "account.Weigh")
	p, err := d.checkPassword(password, about...)
	if err != nil || utf8.RuneCountInString(password) > longest {
		return p, 0, err
	}
	bits = min(StrengthFull, d.Passwords.Weigh(password, append(about, d.Service.FR, d.Service.EN)...).Bits)
	if p != nil {
		bits = min(bits, wanted/2)
	}
	return p, bits, nil
}

// checkPassword tells why a password will not do, nil when it will. about names the account.
func (d *Desk) checkPassword(password string, about ...string) (*Problem, error) {
	switch n := utf8.RuneCountInString(password); {
	case n == 0:
		return problem("password", "account.problem.password_missing"), nil
	case n < shortest:
		return problem("password", "account.problem.password_short", "n", shortest), nil
	case n > longest:
		return problem("password", "account.problem.password_long", "n", longest), nil
	}
	breached, err := d.Breached.Has(norm.NFC.String(password))
	if err != nil { // somebody has it in hand; nobody is kept out for it, and the other rules hold
		d.Log.Error("the file of breached passwords cannot be read", "error", err.Error())
	}
	if breached {
		return problem("password", "account.problem.password_breached"), nil
	}
	if d.Passwords.Has(password) {
		return problem("password", "account.problem.password_common"), nil
	}
	if v := d.Passwords.Weigh(password, append(about, d.Service.FR, d.Service.EN)...); v.Bits < wanted {
		p := problem("password", "account.problem.password_weak")
		p.Because = v.Reasons
		return p, nil
	}
	return nil, nil
}

var because = map[strength.Reason]string{
	strength.Word:     "account.problem.because.word",
	strength.Person:   "account.problem.because.person",
	strength.Repeat:   "account.problem.because.repeat",
	strength.Sequence: "account.problem.because.sequence",
	strength.Keyboard: "account.problem.because.keyboard",
	strength.Date:     "account.problem.because.date",
}

// Say puts the problem in the reader's words.
func (p *Problem) Say(pr text.Printer) string {
	said := pr.T(p.Key, p.Args...)
	for _, why := range p.Because {
		said += " " + pr.T(because[why])
	}
	return said
}

// Hash makes the hash that is kept of a password.
func (d *Desk) Hash(ctx context.Context, password string) (_ string, err error) {
	defer fault.Wrap(&err, "account.Hash")
	if err := d.enter(ctx); err != nil {
		return "", err
	}
	defer d.leave()
	return argon2id.CreateHash(norm.NFC.String(password), d.cost)
}

// hashOfNobody is the hash that a password for an unknown address is compared with: the same work, the same time (ASVS 6.3.8).
func hashOfNobody(cost *argon2id.Params) func() string {
	return sync.OnceValue(func() string {
		h, err := argon2id.CreateHash("nobody signs in with this", cost)
		if err != nil {
			panic(err) //nolint:forbidigo // only a broken source of randomness leads here
		}
		return h
	})
}

// matches compares a password with a hash; without a hash it does the work and says no.
func (d *Desk) matches(ctx context.Context, password string, hash *string) (bool, error) {
	if utf8.RuneCountInString(password) > longest {
		password = ""
	}
	if err := d.enter(ctx); err != nil {
		return false, err
	}
	defer d.leave()
	against := d.nobody()
	if hash != nil {
		against = *hash
	}
	ok, err := argon2id.ComparePasswordAndHash(norm.NFC.String(password), against)
	return ok && hash != nil, err
}

// stronger is the hash of a password that is kept under a weaker one than today's, "" where it is not weaker: what hashing must
// cost grows with the years (RP-175).
func (d *Desk) stronger(ctx context.Context, password, hash string) (string, error) {
	was, _, _, err := argon2id.DecodeHash(hash)
	if err != nil || was.Memory >= d.cost.Memory && was.Iterations >= d.cost.Iterations && was.KeyLength >= d.cost.KeyLength {
		return "", err
	}
	return d.Hash(ctx, password)
}

func (d *Desk) enter(ctx context.Context) error {
	select {
	case d.gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fault.From(fault.Unavailable, "", ctx.Err())
	}
}

func (d *Desk) leave() { <-d.gate }
