package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"guichet/internal/fault"
)

// gateway is a carrier that speaks HTTP. An SMS is POSTed to its address as
//
//	{"to": "+37799…", "text": "…", "from": "…", "reference": "…"}   Authorization: Bearer <token>, Idempotency-Key: <reference>
//
// and answered 200, 201 or 202 with {"id": "…"}; 408, 425, 429 and 5xx are tried again, any other answer is final. What
// became of it is asked at <address>/<id>, answered 200 with {"state": "pending" | "delivered" | "failed"}.
type gateway struct {
	address *url.URL
	token   string
	from    string
	client  *http.Client
	hear    func(context.Context, receipt) error
}

const (
	carrierTimeout = 20 * time.Second
	longestAnswer  = 64 << 10
)

func newGateway(u *url.URL, token, from string) *gateway {
	at := *u
	at.RawQuery, at.Fragment = "", ""
	return &gateway{address: &at, token: token, from: from, client: &http.Client{
		Timeout:       carrierTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the token goes nowhere else
	}}
}

func (g *gateway) listen(hear func(context.Context, receipt) error) { g.hear = hear }

// Close gives up idle connections.
func (g *gateway) Close() error { g.client.CloseIdleConnections(); return nil }

type posted struct {
	To        string `json:"to"`
	Text      string `json:"text"`
	From      string `json:"from,omitempty"`
	Reference string `json:"reference"`
}

func (g *gateway) send(ctx context.Context, to, words, token string) (string, *refusal) {
	body, err := json.Marshal(posted{to, words, g.from, token})
	if err != nil {
		return "", &refusal{reason: "unwritable", final: true}
	}
	var answer struct {
		ID string `json:"id"`
	}
	status, err := g.ask(ctx, http.MethodPost, g.address.String(), token, body, &answer)
	switch {
	case err != nil:
		return "", &refusal{reason: "gateway_away", away: true}
	case status/100 == 2:
		return answer.ID, nil
	}
	return "", &refusal{reason: fmt.Sprintf("gateway %d", status), final: !passing(status)}
}

// passing tells whether another try may succeed.
func passing(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true // the first three are the installation's fault, which somebody mends
	}
	return status >= 500 || status/100 == 3
}

func (g *gateway) collect(ctx context.Context, waiting []string) error {
	for _, id := range waiting {
		var answer struct {
			State string `json:"state"`
		}
		status, err := g.ask(ctx, http.MethodGet, g.address.JoinPath(url.PathEscape(id)).String(), "", nil, &answer)
		if err != nil {
			return fault.From(fault.Unavailable, "", errors.New("SMS gateway unreachable"))
		}
		if status != http.StatusOK {
			continue // asked again at the next round
		}
		if r, ok := gatewayReceipt(id, answer.State); ok {
			if err := g.hear(ctx, r); err != nil && fault.Of(err) != fault.NotFound {
				return err
			}
		}
	}
	return nil
}

func gatewayReceipt(id, state string) (receipt, bool) {
	switch state {
	case "delivered":
		return receipt{id: id, state: Accepted}, true
	case "failed":
		return receipt{id: id, state: Bounced, why: "the SMS did not arrive"}, true
	}
	return receipt{}, false
}

// ask makes one request; an answer that is no JSON leaves into as it was.
func (g *gateway) ask(ctx context.Context, method, at, key string, body []byte, into any) (int, error) {
	r, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+g.token)
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
	}
	res, err := g.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err == nil && res.StatusCode/100 == 2 {
		_ = json.Unmarshal(raw, into) // an SMS that was taken without a number is sent all the same, its fate unknown
	}
	return res.StatusCode, err
}

// Reach asks the gateway anything at all: an answer below 500 that is no refusal of the token shows that it is there.
func (g *gateway) Reach(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "notify.gateway.Reach")
	var nothing struct{}
	status, err := g.ask(ctx, http.MethodGet, g.address.String(), "", nil, &nothing)
	if err != nil {
		return fault.From(fault.Unavailable, "", errors.New("SMS gateway unreachable"))
	}
	if status >= 500 || status == http.StatusUnauthorized || status == http.StatusForbidden {
		return fault.From(fault.Unavailable, "", fmt.Errorf("SMS gateway answered %d", status))
	}
	return nil
}
