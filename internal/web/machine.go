package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/httprate"

	"guichet/internal/access"
	"guichet/internal/fault"
)

// MachinePath begins the addresses that are for other systems: no session is looked up there, and an error is problem+json.
const MachinePath = "/api/"

// Machine makes a route the same for everybody, or for whoever its policy knows by other means than a session.
func Machine(_ *Door, rt *Route) { rt.anonymous = true }

func (v *Visit) machine() bool { return strings.HasPrefix(v.R.URL.Path, MachinePath) }

// Caller is another system, as its token makes it known.
type Caller struct {
	Actor     access.Actor
	Key       string // names the token, for its pace
	PerMinute int    // calls
}

// Bearer lets in who sends a token that identify knows (RFC 6750); v.Actor is then its actor. Each token has its own pace, beyond
// which the answer is TooMany.
func Bearer(name string, identify func(v *Visit, token string) (Caller, error)) Policy {
	pace := sync.OnceValue(func() *httprate.RateLimiter {
		return httprate.NewRateLimiter(1, time.Minute, httprate.WithResponseHeaders(httprate.ResponseHeaders{
			RetryAfter: "Retry-After", Limit: "X-RateLimit-Limit", Remaining: "X-RateLimit-Remaining", Reset: "X-RateLimit-Reset",
		}))
	})
	return Policy{"token " + name, func(v *Visit) error {
		kind, token, _ := strings.Cut(v.R.Header.Get("Authorization"), " ")
		if !strings.EqualFold(kind, "Bearer") || token == "" {
			return v.unknownToken(fault.New(fault.Unauthenticated, ""))
		}
		c, err := identify(v, token)
		if err != nil {
			return v.unknownToken(err)
		}
		v.Actor = c.Actor
		paced := v.R.WithContext(httprate.WithRequestLimit(v.R.Context(), c.PerMinute))
		if pace().OnLimit(v.W, paced, c.Key) {
			return fault.New(fault.TooMany, "")
		}
		return nil
	}}
}

func (v *Visit) unknownToken(err error) error {
	if fault.Of(err) == fault.Unauthenticated {
		v.W.Header().Set("WWW-Authenticate", `Bearer realm="`+v.Door.Name+`"`)
	}
	return err
}

// Data answers 200 with bytes of a media type, as they are: what is signed must not be changed on its way.
func (v *Visit) Data(kind string, body []byte) error {
	return v.data(http.StatusOK, kind, body)
}

func (v *Visit) data(status int, kind string, body []byte) error {
	if err := v.commit(); err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	v.W.WriteHeader(status)
	if v.R.Method != http.MethodHead {
		_, _ = v.W.Write(body) // the reader may have left
	}
	return nil
}

// JSON answers 200 with a value.
func (v *Visit) JSON(x any) error {
	body, err := json.Marshal(x)
	if err != nil {
		return err
	}
	return v.Data("application/json", body)
}

// problem answers another system with what is wrong (RFC 9457), in words of its language and with the name that the log has for the call.
func (v *Visit) problem(status int, title, detail string) error {
	body, err := json.Marshal(struct {
		Type     string `json:"type"`
		Title    string `json:"title"`
		Status   int    `json:"status"`
		Detail   string `json:"detail"`
		Instance string `json:"instance"`
	}{"about:blank", title, status, detail, v.ID})
	if err != nil {
		return err
	}
	return v.data(status, "application/problem+json", body)
}
