package syslog

import (
	"strconv"
	"strings"
	"time"
)

// Fields of an event, and no others: nothing that names a person or holds an answer has a name here.
const (
	Procedure = "procedure"
	Dossier   = "dossier" // its public number
	Line      = "line"    // of the dossier’s journal: an event that comes twice is known by it
	Act       = "act"
	Role      = "role"
	Account   = "account" // a number; who it is stands in the service alone
)

var allowed = []string{Procedure, Dossier, Line, Act, Role, Account}

// Event is one thing that happened.
type Event struct {
	At     time.Time
	Kind   string // act or connection
	Fields map[string]string
}

const (
	priority = 13*8 + 6 // RFC 5424, 6.2.1: log audit, informational
	element  = "guichet@32473"
	longest  = 200 // bytes of a value
)

// format writes an event as RFC 5424 wants it. A field that is not listed is left out.
func (e Event) format(host string) string {
	var b strings.Builder
	b.WriteString("<" + strconv.Itoa(priority) + ">1 " + e.At.UTC().Format("2006-01-02T15:04:05.000000Z") + " " + name(host) + " guichet - " + name(e.Kind) + " [" + element)
	for _, field := range allowed {
		if v := e.Fields[field]; v != "" {
			b.WriteString(" " + field + `="` + escape(v) + `"`)
		}
	}
	b.WriteString("]")
	return b.String()
}

// name is what a head field may hold: printable ASCII without blanks, or a dash for nothing.
func name(s string) string {
	s = strings.Map(func(r rune) rune {
		if r > ' ' && r < 127 {
			return r
		}
		return -1
	}, s)
	if s == "" {
		return "-"
	}
	return s[:min(len(s), 255)]
}

// escape keeps a value inside its quotes (RFC 5424, 6.3.3), and on its line.
func escape(v string) string {
	v = strings.Map(func(r rune) rune {
		if r < ' ' || r == 127 {
			return -1
		}
		return r
	}, v[:min(len(v), longest)])
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`).Replace(strings.ToValidUTF8(v, ""))
}
