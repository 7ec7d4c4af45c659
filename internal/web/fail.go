package web

import (
	"context"
	"errors"
	"net/http"

	"guichet/internal/fault"
)

// answer is what a kind of fault looks like from outside.
type answer struct {
	status int
	key    string // of title and text in web/text
	retry  string // seconds, for Retry-After
}

// answers is the one table from faults to pages.
var answers = map[fault.Kind]answer{
	fault.Internal:        {http.StatusInternalServerError, "error.internal", ""},
	fault.Invalid:         {http.StatusUnprocessableEntity, "error.invalid", ""},
	fault.Unauthenticated: {http.StatusUnauthorized, "error.unauthenticated", ""},
	fault.Forbidden:       {http.StatusForbidden, "error.forbidden", ""},
	fault.NotFound:        {http.StatusNotFound, "error.not_found", ""},
	fault.Conflict:        {http.StatusConflict, "error.conflict", ""},
	fault.TooLarge:        {http.StatusRequestEntityTooLarge, "error.too_large", ""},
	fault.TooMany:         {http.StatusTooManyRequests, "error.too_many", "60"},
	fault.Unavailable:     {http.StatusServiceUnavailable, "error.unavailable", "5"},
}

// kindOf classifies an error, those of net/http and of the context included.
func kindOf(err error) fault.Kind {
	kind := fault.Of(err)
	if kind != fault.Internal {
		return kind
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.TooLarge
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fault.Unavailable
	}
	return fault.Internal
}

// fail answers an error with its page. What happened stays in the log; the reader sees what to do next.
func (v *Visit) fail(err error) {
	if v.W.(*reply).status != 0 { // something was sent already
		v.fault = err
		return
	}
	if errors.Is(err, context.Canceled) && v.R.Context().Err() != nil {
		v.Log("left", true)
		return
	}
	if v.P.Lang == "" { // it failed before the person was known
		v.choosePrinter()
	}
	v.held.problems = nil // it is told now
	kind := kindOf(err)
	if kind == fault.Internal || kind == fault.Unavailable {
		v.fault = err
	}
	v.Log("kind", kind.String(), "key", fault.Key(err))
	if kind == fault.Unauthenticated && v.Navigates() && !v.machine() && v.Door.sessions != nil {
		way := v.signInURL()
		if v.Self().AccountID != 0 { // the way in is a second proof
			way = FactorsPath
		}
		if rerr := v.Redirect(way); rerr == nil {
			return
		}
	}
	a := answers[kind]
	if a.retry != "" && v.W.Header().Get("Retry-After") == "" {
		v.W.Header().Set("Retry-After", a.retry)
	}
	key := a.key
	if k := fault.Key(err); k != "" && v.P.Has(k) {
		key = k
	}
	if rerr := v.refuse(a.status, key); rerr != nil {
		v.Log("error", rerr.Error())
		http.Error(v.W, v.ID, http.StatusInternalServerError)
	}
}

// refuse answers with the error page: the text of the key, under its own title or that of the status.
func (v *Visit) refuse(status int, key string) error {
	v.held.done = true // an error leaves the session as it was
	v.R = v.R.WithContext(context.WithoutCancel(v.R.Context()))
	title := titles[status]
	if title == "" {
		title = "error.title.other"
	}
	if own := ownTitles[key]; own != "" {
		title = own
	}
	message := v.P.T(key)
	if v.machine() {
		return v.problem(status, v.P.T(title), message)
	}
	pg := v.Frame(v.P.T(title))
	return v.PageStatus(status, v.Door.within(pg, errorPage(v.P, pg.Title, message, v.ID, status >= 500)))
}

// ownTitles are those of what its status would tell wrongly: a file that waits for its verdict has not changed.
var ownTitles = map[string]string{"document.waiting": "document.waiting_title", "factor.again.done": "factor.again.done_title"}

var titles = map[int]string{
	http.StatusUnauthorized:          "error.title.unauthenticated",
	http.StatusForbidden:             "error.title.forbidden",
	http.StatusNotFound:              "error.title.not_found",
	http.StatusConflict:              "error.title.conflict",
	http.StatusRequestEntityTooLarge: "error.title.too_large",
	http.StatusTooManyRequests:       "error.title.too_many",
	http.StatusServiceUnavailable:    "error.title.unavailable",
	http.StatusInternalServerError:   "error.title.internal",
}
