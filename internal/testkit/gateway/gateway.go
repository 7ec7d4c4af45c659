// Package gateway starts a gateway for text messages on loopback, which speaks HTTP as ours expects.
package gateway

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

// Token opens the gateway's door.
const Token = "t0ken"

// Gateway keeps the SMS it takes.
type Gateway struct {
	URL string // as NewCarrier reads it

	mu      sync.Mutex
	answers []int
	taken   []Taken
	states  map[string]string
}

// Taken is an SMS as it was posted.
type Taken struct {
	ID        string `json:"-"`
	To        string `json:"to"`
	Text      string `json:"text"`
	From      string `json:"from"`
	Reference string `json:"reference"`
	Key       string `json:"-"` // Idempotency-Key
}

// Run starts a gateway that runs until the test ends.
func Run(t testing.TB) *Gateway {
	t.Helper()
	g := &Gateway{states: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /messages", g.post)
	mux.HandleFunc("GET /messages/{id}", g.state)
	mux.HandleFunc("GET /messages", func(http.ResponseWriter, *http.Request) {})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+Token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	g.URL = server.URL + "/messages"
	return g
}

// Answer says how the next SMS are answered, one each; after them all are taken.
func (g *Gateway) Answer(statuses ...int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answers = statuses
}

// Taken are the SMS that were taken, in order.
func (g *Gateway) Taken() []Taken {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Taken{}, g.taken...)
}

// Tell sets what became of an SMS: delivered or failed.
func (g *Gateway) Tell(id, state string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.states[id] = state
}

func (g *Gateway) post(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.answers) > 0 {
		status := g.answers[0]
		g.answers = g.answers[1:]
		w.WriteHeader(status)
		return
	}
	x := Taken{ID: "g" + strconv.Itoa(len(g.taken)+1), Key: r.Header.Get("Idempotency-Key")}
	if err := json.NewDecoder(r.Body).Decode(&x); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	g.taken, g.states[x.ID] = append(g.taken, x), "pending"
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]string{"id": x.ID})
}

func (g *Gateway) state(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	state, ok := g.states[r.PathValue("id")]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"state": state})
}
