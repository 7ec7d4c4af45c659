package account_test

import (
	"regexp"
	"testing"
	"time"

	"guichet/internal/fault"
	"guichet/internal/notify"
)

// A code proves the number it went to, goes to nobody who has long stopped waiting, and a number that is never proven is forgotten.
func TestCodeIsOfOneNumber_ASVS_6_6_2(t *testing.T) {
	w := newWorld(t)
	id := w.person("zoe@example.com")
	claim := func(number string) {
		t.Helper()
		if wrong, err := w.ClaimNumber(w.ctx, id, number); wrong != nil || err != nil {
			t.Fatal(wrong, err)
		}
	}
	sms := func(waited time.Duration) (string, error) {
		l, err := w.Compose(w.ctx, notify.Mail{AccountID: id, Template: "account.number_code", Channel: notify.BySMS, Queued: w.now().Add(-waited)})
		return regexp.MustCompile(`\b\d{6}\b`).FindString(l.Body), err
	}
	claim("+33612345678")
	code, err := sms(time.Minute)
	must(t, err)
	if _, err := sms(time.Hour); fault.Of(err) != fault.NotFound {
		t.Errorf("a code is sent an hour after it was asked for: %v", err)
	}
	var kept []byte
	var until time.Time
	must(t, w.Store.Pool().QueryRow(w.ctx, "select code, code_until from account_reach").Scan(&kept, &until))
	claim("+33698765432")
	// the SMS to the first number left while the second was claimed
	_, err = w.Store.Pool().Exec(w.ctx, "update account_reach set code = $1, code_until = $2", kept, until)
	must(t, err)
	if wrong, err := w.ProveNumber(w.ctx, id, code); err != nil || wrong == nil {
		t.Errorf("the code of one number proves another: %v", err)
	}
	w.pass(23 * time.Hour)
	must(t, w.Sweep(w.ctx))
	if n := w.count("select count(*) from account_reach where claimed is not null"); n != 1 {
		t.Error("forgotten too early")
	}
	w.pass(2 * time.Hour)
	must(t, w.Sweep(w.ctx))
	if n := w.count("select count(*) from account_reach"); n != 0 {
		t.Error("a number that nobody has proven stays")
	}
}
