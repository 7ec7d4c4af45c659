package portal_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guichet/internal/app"
	"guichet/internal/job"
	"guichet/internal/notify"
	"guichet/internal/testkit/gateway"
)

var smsCode = regexp.MustCompile(`\b\d{6}\b`)

// A number counts once a code has come back from it; guesses and codes have an end, and a number can be taken away.
func TestReach(t *testing.T) {
	g := gateway.Run(t)
	h := newHouse(t, func(c *app.Config) { c.Carrier = ok(notify.NewCarrier(g.URL, gateway.Token))(t) })
	v := h.joined(chiara)
	number := func(n string) url.Values { return url.Values{"number": {n}} }
	code := func(c string) url.Values { return url.Values{"code": {c}} }
	v.sees("/account", "Comment vous prévenir", "Par courriel", `href="/account/reach"`)
	if rec := v.do(http.MethodPost, "/account/reach/channel", url.Values{"channel": {"sms"}}.Encode()); rec.Code != http.StatusConflict {
		t.Errorf("a choice without a number: %d", rec.Code)
	}
	for typed, why := range map[string]string{
		"": "Saisissez le numéro", "06 12 34 56 78": "Ajoutez l’indicatif", "+33 1 42 68 53 00": "pas celui d’un mobile", "+33 6 12": "qui existe",
	} {
		v.fails("/account/reach", number(typed), why, `id="number-error"`)
	}
	v.led("/account/reach", number("+33 6 12 34 56 78"), "/account/reach")
	v.fails("/account/reach/code", code(""), "Saisissez le code")
	for range 5 {
		v.fails("/account/reach/code", code("x"), "Ce code ne convient pas")
	}
	must(t, job.Drain(t.Context(), h.Store, h.Workers))
	right := smsCode.FindString(g.Taken()[0].Text)
	v.sees("/account/reach", "+33 6 12 34 56 78", "Code reçu par SMS")
	for range 5 {
		v.fails("/account/reach/code", code("x"), "Ce code ne convient pas")
	}
	v.fails("/account/reach/code", code(right), "Ce code ne convient pas") // tried too often
	v.led("/account/reach", number("+33 6 12 34 56 78"), "/account/reach")
	must(t, job.Drain(t.Context(), h.Store, h.Workers))
	right = smsCode.FindString(g.Taken()[1].Text)
	h.pass(16 * time.Minute)
	v.fails("/account/reach/code", code(right), "n’est plus valable")
	v.proves("/account/reach", number("+33612345678"))
	must(t, job.Drain(t.Context(), h.Store, h.Workers))
	v.fails("/account/reach", number("+33612345678"), "Trop de codes") // three in an hour
	right = smsCode.FindString(g.Taken()[2].Text)
	v.led("/account/reach/code", code(right[:3]+" "+right[3:]), "/account/reach")
	must(t, job.Drain(t.Context(), h.Store, h.Workers))
	told := len(h.DemoBox.All())
	for _, way := range []string{"sms", "sms", "both"} { // the second changes nothing
		v.led("/account/reach/channel", url.Values{"channel": {way}}, "/account/reach")
	}
	must(t, job.Drain(t.Context(), h.Store, h.Workers))
	if mails := h.DemoBox.All(); len(mails) != told+2 || mails[0].To != chiara || !strings.Contains(mails[0].Subject, "façon de vous prévenir") {
		t.Errorf("%d mails tell of the changes", len(mails)-told)
	}
	v.sees("/account", "Façon d’être prévenu changée")
	v.sees("/account", "Par courriel et par SMS", "+33 6 12 34 56 78", "Numéro de téléphone confirmé")
	if rec := v.do(http.MethodPost, "/account/reach/channel", url.Values{"channel": {"pigeon"}}.Encode()); rec.Code != http.StatusUnprocessableEntity && rec.Code != http.StatusBadRequest {
		t.Errorf("a channel there is not: %d", rec.Code)
	}
	v.led("/account/reach/forget", nil, "/account")
	if page := v.sees("/account", "Le numéro est retiré", "Numéro de téléphone retiré"); strings.Contains(page, "+33 6 12") {
		t.Error("the number is still there")
	}
}

// Where no SMS are sent, the choice is not offered.
func TestReachIsOffered(t *testing.T) {
	h := newHouse(t)
	v := h.joined(chiara)
	if page := v.sees("/account", chiara); strings.Contains(page, "SMS") || strings.Contains(page, "/account/reach") {
		t.Error("the account page offers SMS that nobody sends")
	}
	v.read(v.do(http.MethodGet, "/account/reach", ""), http.StatusNotFound)
	v.read(v.do(http.MethodPost, "/account/reach", "number=%2B33612345678"), http.StatusNotFound)
}
