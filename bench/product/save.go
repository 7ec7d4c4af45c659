package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"guichet/bench/figure"
)

// changed is the answer that every save gives another value.
const changed = "housing.rent"

var shown = regexp.MustCompile(`name="_on" value="([^"]*)"`)

// saves measures a step save through HTTP beside the floor's, on one PostgreSQL.
func (l *lab) saves(ctx context.Context) error {
	body, err := l.body(ctx)
	if err != nil {
		return err
	}
	floor, err := l.startFloor(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = floor.stop() }()
	ours, theirs := &side{server: l.program, clients: l.savers(body)}, &side{server: floor, clients: l.floorSavers(floor, body)}
	if err := l.alternate(ctx, theirs, ours); err != nil {
		return err
	}
	figure.AtLeast("step_save_ratio", figure.Median(ratios(ours.rate, theirs.rate)), "floor", 0.65)
	figure.AtMost("step_save_cpu", figure.Median(ours.cpu), "µs", 450)
	figure.Beside("step_save_floor_cpu", figure.Median(theirs.cpu), "µs")
	figure.Beside("step_save_db_cpu", figure.Median(ours.db), "µs")
	figure.Beside("step_save_floor_db_cpu", figure.Median(theirs.db), "µs")
	figure.Beside("step_save_rate", figure.Median(ours.rate), "/s")
	figure.Beside("step_save_floor_rate", figure.Median(theirs.rate), "/s")
	figure.Beside("step_save_p50", ours.last.p50, "ms")
	figure.Beside("step_save_p99", ours.last.p99, "ms")
	if !l.pgbench {
		return nil
	}
	return l.besidePgbench(ctx, figure.Median(ours.rate))
}

// body is what a browser posts for the last step of answers.txt, taken from its page.
func (l *lab) body(ctx context.Context) (url.Values, error) {
	html, _, err := ask(ctx, line(), l.program, http.MethodGet, l.savedStep(l.drafts[0]), "", l.head(l.drafts[0]), http.StatusOK)
	if err != nil {
		return nil, err
	}
	on := shown.FindStringSubmatch(html)
	if on == nil {
		return nil, fmt.Errorf("the step page does not say what it shows")
	}
	pages := answers()
	body := maps.Clone(pages[len(pages)-1].answer)
	body["_on"], body["action"] = []string{on[1]}, []string{"continue"}
	return body, nil
}

func (l *lab) savedStep(d *draft) string {
	pages := answers()
	return d.path + "/step/" + pages[len(pages)-1].step
}

// head is what the person's browser sends with every request.
func (l *lab) head(d *draft) http.Header {
	return http.Header{
		"Cookie": {d.cookie}, "Origin": {"http://" + l.program.host}, "Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Mode": {"navigate"},
		"Accept-Language": {"fr"},
	}
}

// savers are clients that each have drafts of their own and save a changed answer with the version they last saw.
func (l *lab) savers(body url.Values) []act {
	out := make([]act, l.clients)
	c := line()
	for i := range out {
		mine := every(l.drafts, i, l.clients)
		posted := maps.Clone(body)
		n := 0
		out[i] = func(ctx context.Context) error {
			d := mine[n%len(mine)]
			n++
			posted.Set(changed, rent(d.version))
			posted.Set("_version", strconv.Itoa(d.version))
			_, _, err := ask(ctx, c, l.program, http.MethodPost, l.savedStep(d), posted.Encode(), l.head(d), http.StatusSeeOther)
			d.version++
			return err
		}
	}
	return out
}

// rent changes with every save.
func rent(version int) string { return fmt.Sprintf("%d,%02d", 1000+version/100%9000, version%100) }

func every(list []*draft, from, step int) (out []*draft) {
	for i := from; i < len(list); i += step {
		out = append(out, list[i])
	}
	return out
}

// floorSavers post the same bytes to the floor.
func (l *lab) floorSavers(floor *peer, body url.Values) []act {
	out := make([]act, l.clients)
	c := line()
	for i := range out {
		posted := maps.Clone(body)
		n := i
		out[i] = func(ctx context.Context) error {
			d := l.drafts[n%len(l.drafts)]
			path := fmt.Sprintf("/apply/%d", n%len(l.drafts)+1)
			n += l.clients
			posted.Set(changed, rent(n))
			posted.Set("_version", strconv.Itoa(n))
			_, _, err := ask(ctx, c, floor, http.MethodPost, path, posted.Encode(), l.head(d), http.StatusSeeOther)
			return err
		}
	}
	return out
}

func (l *lab) startFloor(ctx context.Context) (*peer, error) {
	if err := l.floorDatabase(ctx); err != nil {
		return nil, err
	}
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	p, err := launch(addr, nil, filepath.Join(l.tools, "floorserver"), "-addr", addr,
		"-dsn", l.db.DSN(floorName)+"&pool_max_conns="+strconv.Itoa(l.clients), "-seed", strconv.Itoa(len(l.drafts)))
	if err != nil {
		return nil, err
	}
	_, err = p.ready(ctx, "/apply/1", time.Now())
	return p, err
}
