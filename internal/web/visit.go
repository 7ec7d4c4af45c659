package web

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"github.com/go-chi/chi/v5"

	"guichet/internal/access"
	"guichet/internal/text"
)

// Visit is one request: who asks, in which language, and the ways to read it and to answer it.
type Visit struct {
	R    *http.Request
	W    http.ResponseWriter
	Door *Door
	Now  time.Time // of the whole request, in UTC
	ID   string    // of the request, shown on error pages and logged

	Actor  access.Actor // zero for nobody
	Lapsed int64        // the person whose session just ran out of time, 0 where nobody knows
	P      text.Printer

	route *Route
	form  url.Values
	lang  text.Lang // chosen on this request
	held  held

	enrolling access.Actor // who has a session, and must make a second proof before it is good for anything

	details []any
	fault   error
}

// SignedIn tells whether somebody has a session of this door.
func (v *Visit) SignedIn() bool { return v.Actor.AccountID != 0 }

// Person is how the person signed in is shown, "" for nobody.
func (v *Visit) Person() string {
	name, err := v.held.known.Person()
	if err != nil {
		v.Log("error", err.Error()) // the page can do without
	}
	return name
}

// Param is a part of the address, named in the route's pattern.
func (v *Visit) Param(name string) string { return chi.URLParam(v.R, name) }

// Query is the first value of a parameter of the address.
func (v *Visit) Query(name string) string {
	if v.R.URL.RawQuery == "" {
		return ""
	}
	return v.R.URL.Query().Get(name)
}

// Navigates tells a page load from a call of the script, which wants no redirect to sign-in.
func (v *Visit) Navigates() bool {
	mode := v.R.Header.Get("Sec-Fetch-Mode")
	return mode == "" || mode == "navigate"
}

func requestID() string {
	b := make([]byte, 9)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(b)
}
