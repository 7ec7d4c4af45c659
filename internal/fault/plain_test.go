package fault_test

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"guichet/internal/fault"
)

func wrapped(err error, place string) error {
	fault.Wrap(&err, "%s", place)
	return err
}

func TestPlainLeavesPlacesOut(t *testing.T) {
	busy := wrapped(fault.From(fault.Conflict, "", errors.New("the folder is in use; stop the other server")), "localdb.Start /var/x")
	say := func(key string) string {
		return map[string]string{"release.nothing_frozen": "No month is frozen yet."}[key]
	}
	for want, err := range map[string]error{
		"the folder is in use; stop the other server":              busy,
		"the folder is in use; stop the other server\nand this":    errors.Join(busy, nil, wrapped(errors.New("and this"), "store.Open")),
		"opening: the folder is in use; stop the other server":     fmt.Errorf("opening: %w", wrapped(busy, "app.New")),
		"No month is frozen yet.":                                  wrapped(fault.New(fault.Conflict, "release.nothing_frozen"), "release.Table permit"),
		"not found other.key":                                      wrapped(fault.New(fault.NotFound, "other.key"), "release.Table permit"),
		"a.yaml: file does not exist":                              fmt.Errorf("a.yaml: %w", fs.ErrNotExist),
		"the first: file does not exist; the second: disk is full": fmt.Errorf("the first: %w; the second: %w", wrapped(fs.ErrNotExist, "a.B"), wrapped(errors.New("disk is full"), "c.D")),
		"once": errors.Join(errors.New("once"), errors.New("once")),
	} {
		if got := fault.Plain(err, say); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The log has the whole way, and causes are found through it.
func TestWrapKeepsTheCause(t *testing.T) {
	err := wrapped(wrapped(fault.From(fault.NotFound, "", fs.ErrNotExist), "seal.Open"), "app.New")
	if err.Error() != "app.New: seal.Open: not found : file does not exist" || fault.Of(err) != fault.NotFound || !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
