package e2e

import (
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// watch sees all that the browser asks for and complains of.
type watch struct {
	t       *testing.T
	origins []string

	mu     sync.Mutex
	asked  int
	faults []string
}

// event is called for everything that happens in any tab.
func (w *watch) event(ev any) {
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		w.request(e.Request.URL)
	case *network.EventResponseReceived:
		if e.Response.Status >= 500 {
			w.fault("answered with a fault of its own: " + e.Response.URL)
		}
	case *runtime.EventExceptionThrown:
		w.fault("script: " + e.ExceptionDetails.Text + thrown(e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		w.fault("console: " + string(e.Type))
	case *log.EventEntryAdded:
		// A refused form is an answer, no fault; advice is no complaint.
		if e.Entry.Source != log.EntrySourceNetwork && (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) {
			w.fault("browser: " + e.Entry.Text)
		}
	}
}

func thrown(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	return " " + o.Description
}

func (w *watch) request(address string) {
	w.mu.Lock()
	w.asked++
	w.mu.Unlock()
	for _, origin := range w.origins {
		if strings.HasPrefix(address, origin+"/") {
			return
		}
	}
	if address != "about:blank" && !strings.HasPrefix(address, "data:") {
		w.fault("asked of somebody else: " + address)
	}
}

func (w *watch) fault(words string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, words)
}

// clean fails the test when a page asked something of another origin, broke its policy or threw.
func (w *watch) clean() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.faults {
		w.t.Error(f)
	}
	if w.asked == 0 {
		w.t.Error("the browser asked for nothing: nothing is proven")
	}
}
