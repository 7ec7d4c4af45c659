package account

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Codes of an app change every thirty seconds and have six digits (RFC 6238), as every app takes them for granted. One step
// either way makes good a clock that is a little off.
const (
	stepSeconds = 30
	stepsOff    = 1
	totpSecret  = 20 // bytes
	totpWait    = time.Hour
)

var codeShape = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// BeginTOTP makes a secret for an app, and gives its id. It proves nothing until [Desk.ConfirmTOTP], within the hour.
func (d *Desk) BeginTOTP(ctx context.Context, by access.Actor) (begun int64, err error) {
	defer fault.Wrap(&err, "account.BeginTOTP %d", by.AccountID)
	secret := make([]byte, totpSecret)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		h, err := d.hold(ctx, tx, by.AccountID)
		if err != nil {
			return err
		}
		sealed, err := closeFactor(h.key, h.Account, TOTP, factorContent{Secret: secret})
		if err != nil {
			return err
		}
		if err := tx.Q.FactorDropPending(ctx, h.ID); err != nil {
			return err
		}
		begun, err = tx.Q.FactorInsert(ctx, sqlc.FactorInsertParams{AccountID: h.ID, Kind: TOTP, Sealed: sealed, Now: tx.Now})
		return err
	})
	return begun, err
}

// PendingTOTP is a secret that was begun, as it is typed into an app and as an image that an app reads. NotFound: there is none.
func (d *Desk) PendingTOTP(ctx context.Context, by access.Actor, begun int64) (typed string, picture []byte, err error) {
	defer fault.Wrap(&err, "account.PendingTOTP %d", by.AccountID)
	a, err := d.Store.Q().AccountByID(ctx, by.AccountID)
	if err != nil {
		return "", nil, err
	}
	row, err := d.Store.Q().FactorPending(ctx, sqlc.FactorPendingParams{ID: begun, AccountID: a.ID, Since: d.Store.Now().Add(-totpWait)})
	if err != nil {
		return "", nil, err
	}
	key, err := d.Keys.Unwrap(a.WrappedKey, a.WrappedBy)
	if err != nil {
		return "", nil, err
	}
	k, err := openFactor(key, a, row)
	if err != nil {
		return "", nil, err
	}
	p, err := d.open(placeOf(a))
	if err != nil {
		return "", nil, err
	}
	issuer := strings.ReplaceAll(d.Service.FR, ":", " ")
	url, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: p.Email, Secret: k.Secret})
	if err != nil {
		return "", nil, err
	}
	picture, err = drawn(url)
	return spaced(base32Plain.EncodeToString(k.Secret), " "), picture, err
}

// Sides of the image in pixels: the code, and the white around it that cameras need.
const codeSide, codeMargin = 232, 24

func drawn(key *otp.Key) ([]byte, error) {
	code, err := key.Image(codeSide, codeSide)
	if err != nil {
		return nil, err
	}
	canvas := image.NewGray(image.Rect(0, 0, codeSide+2*codeMargin, codeSide+2*codeMargin))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(canvas, code.Bounds().Add(image.Pt(codeMargin, codeMargin)), code, code.Bounds().Min, draw.Src)
	var b bytes.Buffer
	err = png.Encode(&b, canvas)
	return b.Bytes(), err
}

// ConfirmTOTP makes an app that was begun a proof, once it shows a right code, in place of the one before. With the first
// proof of an account come recovery codes, which are given this once. NotFound: none was begun.
func (d *Desk) ConfirmTOTP(ctx context.Context, by access.Actor, begun int64, code string) (codes []string, p *Problem, err error) {
	defer fault.Wrap(&err, "account.ConfirmTOTP %d", by.AccountID)
	err = d.Store.InTx(ctx, func(tx *store.Tx) error {
		h, err := d.hold(ctx, tx, by.AccountID)
		if err != nil {
			return err
		}
		row, err := tx.Q.FactorPending(ctx, sqlc.FactorPendingParams{ID: begun, AccountID: h.ID, Since: tx.Now.Add(-totpWait)})
		if err != nil {
			return err
		}
		k, err := openFactor(h.key, h.Account, row)
		if err != nil {
			return err
		}
		step := matchedStep(k.Secret, tidyCode(code), tx.Now)
		if step == 0 {
			p = problem("code", "factor.problem.first_code")
			return nil
		}
		if err := tx.Q.FactorDropTOTP(ctx, h.ID); err != nil {
			return err
		}
		if err := tx.Q.FactorConfirm(ctx, sqlc.FactorConfirmParams{ID: row.ID, Now: tx.Now, Step: step}); err != nil {
			return err
		}
		codes, err = d.added(ctx, tx, h)
		return err
	})
	return codes, p, err
}

// added does what follows a new proof: recovery codes with the first, and the owner is told.
func (d *Desk) added(ctx context.Context, tx *store.Tx, h holding) (codes []string, err error) {
	left, err := tx.Q.RecoveryLeft(ctx, h.ID)
	if err != nil {
		return nil, err
	}
	if left == 0 {
		if codes, err = d.mintCodes(ctx, tx, h.ID); err != nil {
			return nil, err
		}
	}
	mail := mailFactorAdded
	if h.Kind == agent {
		mail = mailProofAdded
	}
	return codes, d.changed(ctx, tx, h.Account, logFactorAdded, mail)
}

// matchedStep is the time step whose code was typed, 0 when there is none around now.
func matchedStep(secret []byte, code string, now time.Time) (found int64) {
	present := now.Unix() / stepSeconds
	for s := present - stepsOff; s <= present+stepsOff; s++ {
		want, err := hotp.GenerateCodeCustom(base32Plain.EncodeToString(secret), uint64(s), codeShape)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = s
		}
	}
	return found
}

// acceptTOTP takes a code of the app, each time step once at most (RFC 6238, 5.2; ASVS 6.5.1). used: it was right, and was taken before.
func (d *Desk) acceptTOTP(ctx context.Context, tx *store.Tx, h holding, code string) (right, used bool, err error) {
	rows, err := tx.Q.FactorsOf(ctx, h.ID)
	if err != nil {
		return false, false, err
	}
	for _, row := range rows {
		if row.Kind != TOTP {
			continue
		}
		k, err := openFactor(h.key, h.Account, row)
		if err != nil {
			return false, false, err
		}
		step := matchedStep(k.Secret, code, tx.Now)
		if step == 0 || step <= row.Step {
			return false, step != 0, nil
		}
		return true, false, tx.Q.FactorAccept(ctx, sqlc.FactorAcceptParams{ID: row.ID, Now: tx.Now, Step: step, Sealed: row.Sealed})
	}
	return false, false, nil
}

// spaced sets a mark between groups of four.
func spaced(s, mark string) string {
	var b strings.Builder
	for i, c := range s {
		if i > 0 && i%4 == 0 {
			b.WriteString(mark)
		}
		b.WriteRune(c)
	}
	return b.String()
}
