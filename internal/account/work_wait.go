package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// A form opened without JavaScript is taken once, not before FormWait and not after formLife.
const (
	FormWait = 10 * time.Second
	formLife = 2 * time.Hour
)

// OpenForm gives what a form carries to show when it was opened.
func (d *Desk) OpenForm() string { return d.openForm(d.Store.Now()) }

// ReopenForm is OpenForm for a form that was proven and has something to be mended: its person has waited already. A form that
// was not taken yet keeps the moment it was opened.
func (d *Desk) ReopenForm(p Proof, taken bool) string {
	if taken {
		return d.openForm(d.Store.Now().Add(-FormWait))
	}
	if _, until, ok := d.formOpened(p.Opened); ok && d.Store.Now().Before(until) {
		return p.Opened
	}
	return d.OpenForm()
}

func (d *Desk) openForm(at time.Time) string {
	b := append(binary.BigEndian.AppendUint64(nil, uint64(at.Unix())), random16()...) //nolint:gosec // after 1970
	return base64.RawURLEncoding.EncodeToString(append(b, d.mac("form opened", b)...))
}

// formOpened is when a form was, until when it is taken, and whether we said so.
func (d *Desk) formOpened(posted string) (at, until time.Time, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(posted)
	if err != nil || len(b) != 8+16+sha256.Size || !hmac.Equal(b[24:], d.mac("form opened", b[:24])) {
		return at, until, false
	}
	at = time.Unix(int64(binary.BigEndian.Uint64(b)), 0).UTC() //nolint:gosec // written by openForm
	return at, at.Add(formLife), true
}

func (d *Desk) provenWait(posted string) (key []byte, until time.Time, _ *Problem) {
	at, until, ok := d.formOpened(posted)
	now := d.Store.Now()
	switch {
	case !ok || !now.Before(until):
		return nil, until, workAgain()
	case now.Before(at.Add(FormWait)):
		return nil, until, problem(ProofField, "account.problem.work_early")
	}
	return hashToken("form " + posted), until, nil
}
