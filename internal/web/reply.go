package web

import "net/http"

// reply remembers what was answered, for the log, and has the session written before the first byte.
type reply struct {
	http.ResponseWriter
	before func()
	status int
	bytes  int64
}

func (w *reply) WriteHeader(status int) {
	if w.status == 0 {
		w.before()
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *reply) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *reply) Unwrap() http.ResponseWriter { return w.ResponseWriter }
