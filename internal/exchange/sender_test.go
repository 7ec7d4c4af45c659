package exchange

import (
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guichet/internal/fault"
)

// What the other side answers decides whether there is another try.
func TestAnswersOfTheOtherSide(t *testing.T) {
	t.Parallel()
	var status int
	var header http.Header
	var body string
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for k, v := range header {
			w.Header()[k] = v
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	for _, c := range []struct {
		name, key, reference, body string
		status                     int
		final                      bool
		wait                       time.Duration
		header                     http.Header
	}{
		{name: "taken", status: 200, body: `{"id":"7"}`, reference: "7"},
		{name: "taken, an endless answer", status: 202, body: strings.Repeat("x", 1<<20)},
		{name: "taken, a name that is none", status: 200, body: `{"reference":"a\nb"}`},
		{name: "elsewhere", status: 308, header: http.Header{"Location": {"https://elsewhere.example/"}}, key: "exchange.fault.redirect", final: true},
		{name: "not so", status: 422, key: "exchange.fault.refused", final: true},
		{name: "not us", status: 401, key: "exchange.fault.denied"},
		{name: "not there", status: 404, key: "exchange.fault.denied"},
		{name: "later", status: 429, header: http.Header{"Retry-After": {"120"}}, key: "exchange.fault.busy", wait: 2 * time.Minute},
		{name: "much later", status: 503, header: http.Header{"Retry-After": {"99999999"}}, key: "exchange.fault.busy", wait: 24 * time.Hour},
	} {
		status, header, body = c.status, c.header, c.body
		out := NewSender(roots).send(t.Context(), Route{s.URL}, "id", "signature", []byte("{}"))
		if out.fault != c.key || out.final != c.final || out.wait != c.wait || out.answer.Reference != c.reference || out.status != c.status {
			t.Errorf("%s: %+v", c.name, out)
		}
	}
	if out := NewSender(nil).send(t.Context(), Route{s.URL}, "id", "signature", nil); out.fault != "exchange.fault.certificate" || out.final {
		t.Errorf("a stranger's certificate: %+v", out)
	}
	quick := NewSender(roots)
	quick.client.Timeout = time.Nanosecond
	if out := quick.send(t.Context(), Route{s.URL}, "id", "signature", nil); out.fault != "exchange.fault.timeout" || out.final {
		t.Errorf("too late: %+v", out)
	}
	s.Close()
	if out := NewSender(roots).send(t.Context(), Route{s.URL}, "id", "signature", nil); out.fault != "exchange.fault.unreachable" || out.final {
		t.Errorf("nobody there: %+v", out)
	}
}

// An address is https, or on this machine.
func TestRoutes(t *testing.T) {
	got, err := ParseRoutes(" a/b=https://core.example/in?x=1, c/d=http://127.0.0.1:9/ ,")
	if err != nil || len(got) != 2 || got["a/b"].URL != "https://core.example/in?x=1" {
		t.Errorf("%v, %v", got, err)
	}
	for _, s := range []string{"a/b=http://core.example/", "a/b", "https://core.example", "a=https://core.example", "a/b=https://user:pw@core.example/", "a/b=ftp://core.example/"} {
		if _, err := ParseRoutes(s); fault.Of(err) != fault.Invalid {
			t.Errorf("%q: %v", s, err)
		}
	}
}
