package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Token is a blind index under one of the search keys.
type Token struct {
	Key  int // number of the search key
	Hash []byte
}

// Search gives the blind indexes by which a word is found, one under each search key: while rows move from one key to the
// next, what is kept is kept under both, and what is looked for is looked for under both.
func (k *Keyring) Search(purpose, value string) []Token {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if len(k.search) == 0 { // a keyring from before search keys had files of their own
		return []Token{{0, mark(k.index, purpose, value)}}
	}
	out := make([]Token, 0, len(k.search))
	for _, n := range slices.Sorted(maps.Keys(k.search)) {
		out = append(out, Token{n, mark(k.search[n], purpose, value)})
	}
	return out
}

// SearchKey is the number of the newest search key.
func (k *Keyring) SearchKey() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	newest := 0
	for n := range k.search {
		newest = max(newest, n)
	}
	return newest
}

func searchName(n int) string { return fmt.Sprintf("search/%04d", n) }

func mark(key []byte, purpose, value string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(bind([]string{purpose, value}))
	return h.Sum(nil)[:16]
}

// copyFirst gives an older keyring's search key, which was the index key, a file of its own: so it can be left behind as any.
func (k *Keyring) copyFirst() error {
	names, err := k.chest.list("search")
	if err != nil || len(names) > 0 {
		return err
	}
	path := filepath.Join(k.dir, searchName(0))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := k.chest.write(searchName(0), k.index)
	if err != nil {
		return err
	}
	err = os.Link(tmp, path)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return errors.Join(err, os.Remove(tmp), syncDir(filepath.Dir(path)))
}
