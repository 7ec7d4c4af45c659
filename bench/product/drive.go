package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// act is one request of one client; clients are closed loops.
type act func(ctx context.Context) error

// result of driving for a while.
type result struct {
	rate     float64 // acts a second
	acts     int
	p50, p99 float64 // ms
}

// drive lets every client act again and again for span. The first error ends the run.
func drive(ctx context.Context, clients []act, span time.Duration) (result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	took := make([][]float64, len(clients))
	began := time.Now()
	end := began.Add(span)
	var all sync.WaitGroup
	for i, do := range clients {
		all.Go(func() {
			for at := time.Now(); at.Before(end) && ctx.Err() == nil; {
				if err := do(ctx); err != nil {
					cancel(err)
					return
				}
				now := time.Now()
				took[i] = append(took[i], now.Sub(at).Seconds()*1000)
				at = now
			}
		})
	}
	all.Wait()
	seconds := time.Since(began).Seconds()
	if err := context.Cause(ctx); err != nil {
		return result{}, err
	}
	sorted := slices.Sorted(slices.Values(slices.Concat(took...)))
	n := len(sorted)
	if n == 0 {
		return result{}, fmt.Errorf("nothing was answered in %v", span)
	}
	return result{rate: float64(n) / seconds, acts: n, p50: sorted[n/2], p99: sorted[n*99/100]}, nil
}

// line is a client's way to a server: connections are kept, redirects are not followed, nothing is unpacked.
func line() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 512, DisableCompression: true},
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ask sends one request and wants one status.
func ask(ctx context.Context, c *http.Client, p *peer, method, path, body string, head http.Header, want int) (string, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+p.addr+path, strings.NewReader(body))
	if err != nil {
		return "", nil, err
	}
	r.Host = p.host
	for k, v := range head {
		r.Header[k] = v
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.Do(r)
	if err != nil {
		return "", nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("%s %s answered %d, not %d: %.300s", method, path, res.StatusCode, want, b)
	}
	return string(b), res.Header, err
}

// side is one of the two that are compared: a server, and the clients that drive it.
type side struct {
	server  *peer
	clients []act
	rate    []float64 // acts a second, round by round
	cpu     []float64 // µs of the server for one act
	db      []float64 // µs of PostgreSQL for one act
	last    result
}

// alternate drives the sides in turn, after a short round that does not count.
func (l *lab) alternate(ctx context.Context, sides ...*side) error {
	for i := range l.rounds + 1 {
		for _, s := range sides {
			span := l.span
			if i == 0 {
				span = min(span, time.Second)
			}
			if err := s.round(ctx, l.db.Pid(), span); err != nil {
				return err
			}
			if i == 0 {
				s.rate, s.cpu, s.db = nil, nil, nil
			}
		}
	}
	return nil
}

func (s *side) round(ctx context.Context, postmaster int, span time.Duration) (err error) {
	cpu, db := s.server.cpu(), familyCPU(postmaster)
	if s.last, err = drive(ctx, s.clients, span); err != nil {
		return err
	}
	n := float64(s.last.acts)
	s.rate = append(s.rate, s.last.rate)
	s.cpu = append(s.cpu, float64((s.server.cpu()-cpu).Microseconds())/n)
	s.db = append(s.db, float64((familyCPU(postmaster)-db).Microseconds())/n)
	return nil
}

// ratios are those of the sides, round by round.
func ratios(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}
