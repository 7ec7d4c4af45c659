package exchange

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"

	"guichet/internal/fault"
)

// Route is where the messages of one way are sent.
type Route struct{ URL string }

// The limits of a sending.
const (
	patience   = 30 * time.Second
	mostAnswer = 64 << 10 // bytes of an answer that are read
	mostRef    = 200      // characters of the other side's own name for a dossier
)

// ParseRoutes reads "procedure/connector=https://address" separated by commas. An address must be https, except on this
// machine itself. Errors: Invalid "exchange.route".
func ParseRoutes(s string) (map[string]Route, error) {
	out := map[string]Route{}
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, address, _ := strings.Cut(part, "=")
		u, err := url.Parse(strings.TrimSpace(address))
		if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || !strings.Contains(name, "/") {
			return nil, fault.New(fault.Invalid, "exchange.route")
		}
		if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
			return nil, fault.New(fault.Invalid, "exchange.route")
		}
		out[strings.TrimSpace(name)] = Route{u.String()}
	}
	return out, nil
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Sender sends messages. It follows no redirect: a message goes to the address that was set, or nowhere.
type Sender struct{ client *http.Client }

// NewSender trusts the certificates of the system, or those of roots where a private authority signs.
func NewSender(roots *x509.CertPool) *Sender {
	return &Sender{&http.Client{
		Timeout:       patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: patience, MaxResponseHeaderBytes: 32 << 10, MaxIdleConns: 4, IdleConnTimeout: time.Minute,
			ForceAttemptHTTP2: true,
		},
	}}
}

// outcome is what became of one try.
type outcome struct {
	status int
	fault  string        // key of the text that says why not; "" when it arrived
	final  bool          // the same again would be refused again
	wait   time.Duration // that the other side asked for
	answer Receipt
}

// send tries once. The idempotency key is the message's id: the other side may take the same message twice and act once.
func (s *Sender) send(ctx context.Context, to Route, id, signature string, body []byte) outcome {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, strings.NewReader(string(body)))
	if err != nil {
		return outcome{fault: "exchange.fault.address", final: true}
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": `"` + id + `"`, SignatureHeader: signature, "User-Agent": "guichet",
	} {
		req.Header.Set(name, value)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return outcome{fault: whyNot(err)}
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil && res.StatusCode < 300 {
		return outcome{fault: whyNot(err), status: res.StatusCode}
	}
	return judge(res, answer)
}

// whyNot names the failure without the address, which may bear more than is anybody's business.
func whyNot(err error) string {
	var cert *tls.CertificateVerificationError
	var network net.Error
	switch {
	case errors.As(err, &cert):
		return "exchange.fault.certificate"
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "exchange.fault.timeout"
	}
	return "exchange.fault.unreachable"
}

func judge(res *http.Response, answer []byte) outcome {
	out := outcome{status: res.StatusCode}
	switch code := res.StatusCode; {
	case code >= 200 && code < 300:
		sum := sha256.Sum256(answer)
		out.answer = Receipt{Status: code, Reference: referenceIn(answer), SHA256: hex(sum[:])}
	case code < 400:
		out.fault, out.final = "exchange.fault.redirect", true
	case code == http.StatusRequestTimeout, code == http.StatusConflict, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		out.fault, out.wait = "exchange.fault.busy", retryAfter(res.Header.Get("Retry-After"))
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusNotFound, code == http.StatusProxyAuthRequired:
		out.fault = "exchange.fault.denied" // of us or of the address, not of the message: somebody sets it right
	default:
		out.fault, out.final = "exchange.fault.refused", true
	}
	return out
}

// referenceIn reads the other side's own name for the dossier: "reference" or "id" of a JSON answer.
func referenceIn(answer []byte) string {
	var said struct {
		Reference string `json:"reference"`
		ID        string `json:"id"`
	}
	if json.Unmarshal(answer, &said) != nil {
		return ""
	}
	if said.Reference == "" {
		said.Reference = said.ID
	}
	if !fits(said.Reference) {
		return ""
	}
	return said.Reference
}

// fits tells whether words can be the other side's own name for something.
func fits(s string) bool {
	return len([]rune(s)) <= mostRef && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// retryAfter reads seconds, at most a day.
func retryAfter(s string) time.Duration {
	d, err := time.ParseDuration(s + "s")
	if err != nil || d < 0 {
		return 0
	}
	return min(d, 24*time.Hour)
}
