package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"guichet/bench/figure"
)

// fetched finds what a browser fetches for a page by itself: style sheets, icons, scripts, images. Images that a style
// sheet names are left out: browsers fetch those of rules that apply, and ours has none that do.
var (
	fetched = regexp.MustCompile(`<(link|script|img|source)\b[^>]*>`)
	address = regexp.MustCompile(`\b(?:href|src)="([^"]+)"`)
	rel     = regexp.MustCompile(`\brel="([^"]+)"`)
)

// firstViews weighs the home page, and a step page, as a browser with an empty cache gets them.
func (l *lab) firstViews(ctx context.Context) error {
	bytes, requests := 0, 0
	for name, at := range map[string]struct {
		path string
		head http.Header
	}{
		"home": {"/", http.Header{}},
		"step": {l.savedStep(l.drafts[0]), l.head(l.drafts[0])},
	} {
		b, n, err := l.firstView(ctx, at.path, at.head)
		if err != nil {
			return err
		}
		figure.Beside("first_view_"+name, float64(b), fmt.Sprintf("bytes in %d requests", n))
		bytes, requests = max(bytes, b), max(requests, n)
	}
	figure.AtMost("first_view_gzip", float64(bytes), "bytes", 40960)
	figure.AtMost("first_view_requests", float64(requests), "requests", 6)
	return nil
}

func (l *lab) firstView(ctx context.Context, path string, head http.Header) (bytes, requests int, err error) {
	html, bytes, err := l.weigh(ctx, path, head)
	if err != nil {
		return 0, 0, err
	}
	seen := map[string]bool{path: true}
	for _, asset := range assets(html) {
		if seen[asset] {
			continue
		}
		seen[asset] = true
		_, n, err := l.weigh(ctx, asset, head)
		if err != nil {
			return 0, 0, err
		}
		bytes += n
	}
	return bytes, len(seen), nil
}

// weigh fetches an address twice: packed to weigh it, and plain to read it.
func (l *lab) weigh(ctx context.Context, path string, head http.Header) (body string, packed int, err error) {
	c := line()
	h := head.Clone()
	h.Set("Accept-Encoding", "gzip")
	b, _, err := ask(ctx, c, l.program, http.MethodGet, path, "", h, http.StatusOK)
	if err != nil {
		return "", 0, err
	}
	body, _, err = ask(ctx, c, l.program, http.MethodGet, path, "", head, http.StatusOK)
	return body, len(b), err
}

func assets(html string) (out []string) {
	for _, m := range fetched.FindAllStringSubmatch(html, -1) {
		at := address.FindStringSubmatch(m[0])
		if at == nil || strings.HasPrefix(at[1], "data:") {
			continue
		}
		if m[1] == "link" {
			kind := rel.FindStringSubmatch(m[0])
			if kind == nil || !strings.Contains("stylesheet icon shortcut icon manifest modulepreload preload", kind[1]) {
				continue
			}
		}
		out = append(out, at[1])
	}
	return out
}
