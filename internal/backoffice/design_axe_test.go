package backoffice_test

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"

	"guichet/internal/procedure"
	"guichet/internal/release"
)

// Every page of the designer is accessible on a phone and at a desk: while it computes, with its chart, with a choice that
// passes and with one that releases too little.
func TestAxeOfTheDesigner(t *testing.T) {
	t.Parallel()
	w, origin := listening(t)
	ready := make(chan struct{})
	w.Releases.Stream = func(ctx context.Context, p *procedure.Procedure) ([]release.Past, error) {
		<-ready
		return madeUp(ctx, p)
	}
	x := newTab(t, origin)
	w.enter(x, "une@example.org")
	path := "/release/design/" + w.Definition().ID
	look := func(page, path string) {
		t.Helper()
		for _, width := range []int64{360, 1280} {
			x.do(chromedp.EmulateViewport(width, 900), chromedp.Navigate(origin+path))
			x.clean(page)
		}
	}
	look("a trade-off that is being computed", path)
	close(ready)
	for computing := true; computing; {
		x.do(chromedp.Navigate(origin + path))
		there, err := chromedp.Run(x.ctx, chromedp.Evaluate[bool](`!!document.getElementById("computing")`))
		must(t, err)
		computing = there
	}
	look("the trade-off", path)
	look("the trade-off, in English", path+"?lang=en")
	look("a choice", path+"/levels")
	x.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details").forEach(d => d.open = true)`))
	x.clean("a choice, with the figures of its months")
	finest := path + "/levels?level.age=0&level.region=0&level.sex=0&level.tenure=0&level.household=0&level.activity=0"
	look("a choice that releases too little", finest)
}
