package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"

	"guichet/internal/fault"
)

// Log adds pairs of key and value to the one line this request leaves in the log; keys must be among those of [NewLog].
func (v *Visit) Log(pairs ...any) { v.details = append(v.details, pairs...) }

// close ends the visit: a panic becomes an error page (ASVS 16.5.4), and the line is written.
func (v *Visit) close(r *http.Request) {
	x := recover()
	err, _ := x.(error)
	cut := errors.Is(err, http.ErrAbortHandler)
	if x != nil && !cut {
		cut = v.W.(*reply).status != 0 // what was begun must not look whole
		v.recovered(x)
	}
	v.write(r)
	if cut {
		panic(http.ErrAbortHandler) //nolint:forbidigo // the server's own way to cut a connection
	}
}

func (v *Visit) recovered(x any) {
	defer func() { // the error page itself may be what fails
		if again := recover(); again != nil {
			v.Log("error", fmt.Sprintf("panic in the error page: %T", again))
			http.Error(v.W, v.ID, http.StatusInternalServerError)
		}
	}()
	v.Log("stack", stack())
	err := fmt.Errorf("panic: %T", x) // its words could quote an answer
	if e, ok := x.(runtime.Error); ok {
		err = fmt.Errorf("panic: %s", e.Error())
	}
	if v.R == nil {
		v.fault = err
		v.W.WriteHeader(http.StatusInternalServerError)
		return
	}
	v.fail(fault.From(fault.Internal, "", err))
}

func (v *Visit) write(r *http.Request) {
	w := v.W.(*reply)
	route := ""
	if v.route != nil {
		route = v.route.Pattern
	}
	level := slog.LevelInfo
	if v.fault != nil {
		level = slog.LevelError
		v.Log("error", v.fault.Error())
	}
	attrs := []any{
		"id", v.ID, "door", v.Door.Name, "method", method(r), "route", route, "status", w.status,
		"bytes", w.bytes, "micros", v.Door.site.cfg.Now().Sub(v.Now).Microseconds(),
	}
	attrs = append(attrs, v.details...)
	v.Door.site.cfg.Log.Log(context.Background(), level, "request", attrs...)
}

// method keeps words of the caller's own making out of the log.
func method(r *http.Request) string {
	if len(r.Method) > 7 {
		return "other"
	}
	return r.Method
}

// stack names the functions that were running, without their arguments.
func stack() string {
	pcs := make([]uintptr, 24)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs)])
	var b strings.Builder
	for {
		f, more := frames.Next()
		fmt.Fprintf(&b, "%s:%d ", f.Function, f.Line)
		if !more {
			return b.String()
		}
	}
}
