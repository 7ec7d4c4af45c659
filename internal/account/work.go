package account

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"guichet/internal/fault"
)

// Work that a browser does before a form of a stranger is taken: it looks for a number whose PBKDF2 begins with a zero byte.
const (
	workAlgorithm = "PBKDF2/SHA-256"
	workPrefix    = "00" // hexadecimal: one try in 256 has it
	workKey       = 32   // bytes
	workLife      = 10 * time.Minute
	mostProof     = 2 << 10 // bytes of a solution as posted

	// WorkCost is how many rounds one try takes where nothing else is set: half a second for a browser with two threads, about a
	// millisecond for the server.
	WorkCost = 5000
)

// Task is what a browser works on. Its fields stand in the order of their names: the signature is over their JSON.
type Task struct {
	Algorithm string `json:"algorithm"`
	Cost      int    `json:"cost"`
	KeyLength int    `json:"keyLength"`
	KeyPrefix string `json:"keyPrefix"`
	Nonce     string `json:"nonce"` // hexadecimal
	Salt      string `json:"salt"`  // hexadecimal
	// Until is in seconds since 1970, under a name of our own: the widget would hold expiresAt against a clock that may be wrong.
	Until int64 `json:"until"`
}

// Challenge is a task that this service has set.
type Challenge struct {
	Parameters Task   `json:"parameters"`
	Signature  string `json:"signature"`
}

// Solution is the number that was found, and what comes of it.
type Solution struct {
	Counter uint32 `json:"counter"`
	Derived string `json:"derivedKey"`
}

// Solved is what a browser sends back, as JSON in base64.
type Solved struct {
	Challenge Challenge `json:"challenge"`
	Solution  Solution  `json:"solution"`
}

// Proof is what a form of a stranger brings against machines that fill it in by the thousand: work that was done (RP-182),
// or, without JavaScript, when it was opened.
type Proof struct{ Solved, Opened string }

func (d *Desk) workCost() int {
	if d.WorkCost > 0 {
		return d.WorkCost
	}
	return WorkCost
}

// Challenge sets a task that is good for ten minutes.
func (d *Desk) Challenge() Challenge {
	t := Task{
		Algorithm: workAlgorithm, Cost: d.workCost(), KeyLength: workKey, KeyPrefix: workPrefix,
		Nonce: hex.EncodeToString(random16()), Salt: hex.EncodeToString(random16()),
		Until: d.Store.Now().Add(workLife).Unix(),
	}
	return Challenge{t, d.signTask(t)}
}

func random16() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}

func (d *Desk) signTask(t Task) string {
	b, _ := json.Marshal(t) // strings and numbers only
	return hex.EncodeToString(d.mac("proof of work", b))
}

func (d *Desk) mac(purpose string, b []byte) []byte {
	h := hmac.New(sha256.New, d.Keys.Derive(purpose))
	h.Write(b)
	return h.Sum(nil)
}

// try derives the key of one number.
func (t Task) try(counter uint32) (string, error) {
	nonce, err := hex.DecodeString(t.Nonce)
	if err != nil {
		return "", err
	}
	salt, err := hex.DecodeString(t.Salt)
	if err != nil {
		return "", err
	}
	key, err := pbkdf2.Key(sha256.New, string(binary.BigEndian.AppendUint32(nonce, counter)), salt, t.Cost, t.KeyLength)
	return hex.EncodeToString(key), err
}

// Solve does the work, for programs that are no browsers, and gives what is to be posted.
func (c Challenge) Solve() (_ string, err error) {
	defer fault.Wrap(&err, "account.Solve")
	for n := uint32(0); ; n++ {
		key, err := c.Parameters.try(n)
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(key, c.Parameters.KeyPrefix) {
			b, err := json.Marshal(Solved{c, Solution{n, key}})
			return base64.StdEncoding.EncodeToString(b), err
		}
	}
}

// Prove takes a form once for work that was done, or for having been open long enough. A problem says how to go on.
func (d *Desk) Prove(ctx context.Context, p Proof) (_ *Problem, err error) {
	defer fault.Wrap(&err, "account.Prove")
	key, until, problem := d.provenWork(p.Solved)
	if p.Solved == "" {
		key, until, problem = d.provenWait(p.Opened)
	}
	if problem != nil {
		return problem, nil
	}
	first, err := d.Once(ctx, key, until)
	if err != nil || first {
		return nil, err
	}
	return workAgain(), nil
}

// ProofField is where a problem with a proof is shown.
const ProofField = "proof"

func workAgain() *Problem { return problem(ProofField, "account.problem.work") }

// provenWork gives what is remembered of a solution, so that it is good once.
func (d *Desk) provenWork(posted string) (key []byte, until time.Time, _ *Problem) {
	b, err := base64.StdEncoding.DecodeString(posted)
	var s Solved
	if err != nil || len(posted) > mostProof || json.Unmarshal(b, &s) != nil {
		return nil, until, workAgain()
	}
	t := s.Challenge.Parameters
	until = time.Unix(t.Until, 0).UTC()
	ours := subtle.ConstantTimeCompare([]byte(d.signTask(t)), []byte(s.Challenge.Signature)) == 1
	if !ours || t.Cost < d.workCost() || !d.Store.Now().Before(until) { // the cost may have been raised since
		return nil, until, workAgain()
	}
	derived, err := t.try(s.Solution.Counter)
	if err != nil || derived != s.Solution.Derived || !strings.HasPrefix(derived, t.KeyPrefix) {
		return nil, until, workAgain()
	}
	return hashToken("work " + t.Nonce), until, nil
}
