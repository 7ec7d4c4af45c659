package main

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"guichet/internal/testkit"
)

// The logs of the system are kept a month at most wherever the shipped deployment keeps them: the service's in a journal of its own,
// the proxy's in files that turn daily.
func TestSystemLogsLiveOneMonth(t *testing.T) {
	testkit.Covers(t, "DS-112")
	read := func(name string) string {
		t.Helper()
		b, err := os.ReadFile("../../deploy/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	days := func(in, setting string) int {
		t.Helper()
		m := regexp.MustCompile(`(?m)^\s*` + setting + `(\d+)(?:day)?$`).FindStringSubmatch(in)
		if m == nil {
			t.Fatalf("nothing sets %s", setting)
		}
		n, _ := strconv.Atoi(m[1])
		return n
	}
	if !regexp.MustCompile(`(?m)^LogNamespace=guichet$`).MatchString(read("systemd/guichet.service")) {
		t.Error("the service logs into the journal of the machine, which keeps it as long as it likes")
	}
	journal := read("systemd/journald@guichet.conf")
	if kept, file := days(journal, "MaxRetentionSec="), days(journal, "MaxFileSec="); kept > 30 || file > 1 {
		t.Errorf("the journal keeps %d days, in files of %d", kept, file)
	}
	proxy := read("proxy/logrotate.conf")
	if kept, files := days(proxy, "maxage "), days(proxy, "rotate "); kept > 30 || files+1 > 30 || !regexp.MustCompile(`(?m)^\s*daily$`).MatchString(proxy) {
		t.Errorf("the proxy keeps %d days, in %d files", kept, files)
	}
	for _, log := range regexp.MustCompile(`(?m)^\s*(?:access|error)_log (/\S+)`).FindAllStringSubmatch(read("proxy/nginx.conf"), -1) {
		if !regexp.MustCompile(regexp.QuoteMeta(log[1]) + `\b`).MatchString(proxy) {
			t.Errorf("nothing turns %s", log[1])
		}
	}
}
