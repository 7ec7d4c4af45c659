package web_test

import (
	"net/http/httptest"
	"testing"

	"guichet/internal/access"
	"guichet/internal/web"
)

// BenchmarkPageWithSession is what the kit itself costs a page: routing, guards, one query for session and person, log.
func BenchmarkPageWithSession(b *testing.B) {
	w := newWorld(b)
	withSessions(w)
	w.Applicants.Get("/nothing", web.SignedIn, ok)
	who := w.browser()
	who.signIn(applicants, w.make(access.Person, "a@example.com"))
	r := httptest.NewRequest("GET", "/nothing", nil)
	r.Host = "guichet.example"
	r.Header.Set("Cookie", "__Host-applicants="+who.cookies["guichet.example"]["__Host-applicants"])
	b.ReportAllocs()
	for b.Loop() {
		w.log.Reset()
		rec := httptest.NewRecorder()
		w.ServeHTTP(rec, r)
		if rec.Code != 204 {
			b.Fatal(rec.Code)
		}
	}
}
