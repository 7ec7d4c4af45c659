package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"guichet/internal/fault"
)

func placed(err error, place string) error {
	fault.Wrap(&err, "%s", place)
	return err
}

func TestAnErrorIsSaidPlainly(t *testing.T) {
	for want, err := range map[string]error{
		"guichet: No month is frozen yet: there is nothing to hand out.":     placed(fault.New(fault.Conflict, "release.nothing_frozen"), "release.Table x"),
		"guichet: the database does not accept the password of DATABASE_URL": placed(fmt.Errorf("postgres %s %s %s", "28P01", "", ""), "store.Open"),
		"guichet: postgres 99999":               placed(errors.New("postgres 99999"), "store.Open"),
		"guichet: stopped before it was done\n": placed(context.Canceled, "demo.Load"),
	} {
		var out bytes.Buffer
		if say(&out, err, false); !strings.HasPrefix(out.String(), want) {
			t.Errorf("%q, want %q", out.String(), want)
		}
	}
}

// The first thing that goes wrong with a private database: somebody else runs it. Nobody needs to know our rooms to mend that.
func TestPromptNamesNoRooms(t *testing.T) {
	data, addr := folder(t), freeAddr(t)
	p := start(t, data, addr, "serve")
	p.page()
	ask := func(args ...string) string {
		cmd := exec.Command(os.Args[0], args...)
		cmd.Env = append(os.Environ(), "GUICHET_TEST_PROGRAM=1", "GUICHET_DATA="+data, "GUICHET_ADDR="+addr)
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Fatalf("two servers on one folder: %s", out)
		}
		return string(out)
	}
	if out := ask("serve"); strings.Contains(out, "localdb.") || !strings.Contains(out, "guichet: another process already runs the database of this folder; stop it") {
		t.Error(out)
	}
	if out := ask("serve", "--verbose"); !strings.Contains(out, "it came this way: localdb.Start "+filepath.Join(data, "postgres")) {
		t.Error(out)
	}
}
