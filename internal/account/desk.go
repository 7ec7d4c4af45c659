package account

import (
	"log/slog"
	"time"

	"github.com/alexedwards/argon2id"

	"guichet/internal/access"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/strength"
	"guichet/internal/text"
)

// Config is what accounts need from outside.
type Config struct {
	Store   *store.Store
	Keys    *seal.Keyring
	Texts   *text.Catalogue
	Service text.Words // name of the service, in mails
	Origins Origins
	// Roles says what a role of a procedure may do, from its definition; nothing for a role it does not have.
	Roles func(procedure, role string) (verbs []access.Verb, hidden []string)
	// Contract tells whether a contract bounds the role: a right to it has an end (RP-163). nil: none does.
	Contract func(procedure, role string) bool
	// Traced tells whether the procedure has noted from where its agents sign in (DS-029). nil: none has.
	Traced func(procedure string) bool
	// Holders is how many agents may hold a role at once, 0 for any number (DS-087). nil: any number of any role.
	Holders func(procedure, role string) int
	// Groups are what the groups of the agents' provider give.
	Groups []GroupRight
	// AgentsBare lets agents in by a password alone: demonstrations and tests, and never a service with real people.
	AgentsBare bool
	// Passwords are those that attackers try first; nil: none is known.
	Passwords *strength.List
	// Breached is the administrator's own file of them; nil: none.
	Breached *strength.Breached
	// WorkCost is how many rounds a try of the proof of work takes; zero: [WorkCost]. Tests ask for less.
	WorkCost int
	// HashMemory is what hashing a password takes, in KiB; zero: [HashMemory]. Tests of other things ask for less.
	HashMemory uint32
	// Renewal is how long a password opens an account (RP-174); zero: for ever.
	Renewal time.Duration
	Log     *slog.Logger // nil: nothing is logged
}

// Origins are the public addresses of the doors, without a path: links in mails begin with them.
type Origins struct{ Applicants, Agents string }

// Desk is where accounts are opened, proven and closed.
type Desk struct {
	Config
	gate   chan struct{} // bounds the memory that password hashing takes
	cost   *argon2id.Params
	nobody func() string
	ghosts ghosts
	shown  shown

	checking, registering, forgetting, asking, proving pace // of what strangers ask about an address, or a reference
}

// Kinds of account.
const (
	person = string(access.Person)
	agent  = string(access.Agent)
)

// States of an account.
const (
	invited     = "invited"     // an agent who has chosen no password yet
	unconfirmed = "unconfirmed" // a person whose address is not proven
	active      = "active"
	disabled    = "disabled"
	left        = "left"   // the service (RP-020)
	erased      = "erased" // an agent whose account was closed: nobody stands in it any more (DS-110)
)

// NewDesk opens the desk.
func NewDesk(cfg Config) *Desk {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cost := hashCost(cfg.HashMemory)
	return &Desk{Config: cfg, gate: make(chan struct{}, hashersAtOnce), cost: cost, nobody: hashOfNobody(cost), ghosts: ghosts{seen: map[[16]byte]attempts{}}}
}

// Problem is something a person must mend: the field and the key of a sentence in web/text, with its placeholders.
type Problem struct {
	Field string // email, password, terms, name
	Key   string
	Args  []any
	// Because are what makes a password weak: a sentence each.
	Because []strength.Reason
}

func problem(field, key string, args ...any) *Problem {
	return &Problem{Field: field, Key: key, Args: args}
}

// How long one-time links work, from the moment the mail leaves.
const (
	confirmLife = 24 * time.Hour
	resetLife   = 10 * time.Minute // ASVS 6.5.5
	inviteLife  = 7 * 24 * time.Hour
)
