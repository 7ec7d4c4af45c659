package strength

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math"
	"sort"
	"sync"

	"guichet/internal/fault"
)

// File is where the build of the front end leaves the list (web/passwords.mjs): entries of six bytes in order, each the
// beginning of a word's SHA-256 and sixteen times the bits of its rank.
const File = "dist/passwords.bin"

const (
	entry  = 6
	digest = 5 // a word that is not in the list is taken for one of it once in ten million times
	grain  = 16
	begins = 7.0 // bits of the words of extra
)

// List is the words that attackers try first. The zero value and nil know none.
type List struct {
	load  func() ([]byte, error)
	extra map[string]bool
}

// Open takes the list from the built front end; it is read with the first password. extra are more words of this
// country, tried early. An absent list is an error that says how to make it, beside a List of extra alone.
func Open(front fs.FS, extra ...string) (_ *List, err error) {
	defer fault.Wrap(&err, "strength.Open")
	l := &List{extra: names(extra), load: sync.OnceValues(func() ([]byte, error) { return nil, nil })}
	info, err := fs.Stat(front, File)
	if err != nil {
		return l, fmt.Errorf("the list of breached passwords is not built, so only the words of the program are known; run make front: %w", err)
	}
	if info.Size() == 0 || info.Size()%entry != 0 {
		return l, fmt.Errorf("the list of breached passwords is damaged (%d bytes); run make front", info.Size())
	}
	l.load = sync.OnceValues(func() ([]byte, error) { return fs.ReadFile(front, File) })
	return l, nil
}

// Has tells whether a password, as typed or in small letters without accents, is one of the list.
func (l *List) Has(password string) bool {
	plain, _ := fold(password)
	_, ok := l.bits(string(plain))
	return ok
}

func (l *List) bits(word string) (float64, bool) {
	if l == nil || l.load == nil {
		return math.Inf(1), false
	}
	if l.extra[word] {
		return begins, true
	}
	all, err := l.load()
	if err != nil { // the file was there at the start; the other rules hold without it
		return math.Inf(1), false
	}
	sum := sha256.Sum256([]byte(word))
	n := len(all) / entry
	at := sort.Search(n, func(i int) bool { return bytes.Compare(all[i*entry:i*entry+digest], sum[:digest]) >= 0 })
	if at == n || !bytes.Equal(all[at*entry:at*entry+digest], sum[:digest]) {
		return math.Inf(1), false
	}
	return float64(all[at*entry+digest]) / grain, true
}
