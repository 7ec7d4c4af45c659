package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"guichet/internal/fault"
)

// Look reads again which master and search keys the folder holds, so that a server hears of a key that was made elsewhere.
// A key whose file has gone is forgotten at the second look: a row that was read just before it went still opens.
func (k *Keyring) Look() (err error) {
	defer fault.Wrap(&err, "seal.Look")
	found := map[string][]byte{}
	for _, folder := range []string{"master", "search"} {
		names, err := k.chest.list(folder)
		if err != nil {
			return err
		}
		for _, n := range names {
			b, err := k.chest.read(folder + "/" + n)
			if errors.Is(err, fs.ErrNotExist) { // destroyed since it was listed
				continue
			}
			if err != nil {
				return err
			}
			found[folder+"/"+n] = b
		}
	}
	return k.take(found)
}

// take makes the keys that were found the ones that are known.
func (k *Keyring) take(found map[string][]byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name, b := range found {
		delete(k.missed, name)
		if err := k.learn(name, b); err != nil {
			return err
		}
	}
	for _, name := range k.known() {
		if _, there := found[name]; there || name == "master/"+k.wraps {
			continue
		}
		if k.missed[name] {
			k.unlearn(name)
		}
		k.missed[name] = !k.missed[name]
	}
	return nil
}

func (k *Keyring) learn(name string, b []byte) (err error) {
	kind, n, _ := strings.Cut(name, "/")
	if kind == "master" {
		k.master[n], err = newWrapper(b)
		return err
	}
	at, err := strconv.Atoi(n)
	if err != nil {
		return fmt.Errorf("keyring file %s: a search key is named by a number", name)
	}
	k.search[at] = b
	return nil
}

func (k *Keyring) unlearn(name string) {
	kind, n, _ := strings.Cut(name, "/")
	if kind == "master" {
		delete(k.master, n)
		return
	}
	at, _ := strconv.Atoi(n)
	delete(k.search, at)
}

// known are the names of the keys that rotate, in order; the caller holds the lock.
func (k *Keyring) known() (names []string) {
	for n := range k.master {
		names = append(names, "master/"+n)
	}
	for n := range k.search {
		names = append(names, searchName(n))
	}
	slices.Sort(names)
	return names
}

// Known are the names of the master and search keys that this server has read: "master/0002", "search/0007".
func (k *Keyring) Known() []string {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.known()
}

// masterOf finds a master key, and looks into the folder again for one it does not know: another server may have made it.
func (k *Keyring) masterOf(name string) (wrapper, error) {
	k.mu.RLock()
	w, ok := k.master[name]
	k.mu.RUnlock()
	if ok {
		return w, nil
	}
	gone := fault.From(fault.NotFound, "", fmt.Errorf("key master/%s is not in the keyring", name))
	if strings.ContainsAny(name, "/.") {
		return wrapper{}, gone
	}
	b, err := k.chest.read("master/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		return wrapper{}, gone
	}
	if err != nil {
		return wrapper{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.learn("master/"+name, b); err != nil {
		return wrapper{}, err
	}
	return k.master[name], nil
}

// Wraps is the name of the master key that wraps.
func (k *Keyring) Wraps() string {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return "master/" + k.wraps
}

// Use has a master key of the folder wrap from now on.
func (k *Keyring) Use(name string) (err error) {
	defer fault.Wrap(&err, "seal.Use")
	n, master := strings.CutPrefix(name, "master/")
	if !master {
		return fmt.Errorf("%s is no master key", name)
	}
	if _, err := k.masterOf(n); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wraps = n
	return nil
}

// Make makes a master or search key beside the others and gives its name; it wraps and finds nothing yet. Its number is above
// every number of the folder, and above those that are named: of keys that have been, none comes again.
func (k *Keyring) Make(kind string, been []string) (name string, err error) {
	defer fault.Wrap(&err, "seal.Make")
	if kind == "search" {
		if err := k.copyFirst(); err != nil {
			return "", err
		}
	}
	names, err := k.chest.list(kind)
	if err != nil {
		return "", err
	}
	newest := 0
	for _, n := range append(names, been...) {
		if at, err := strconv.Atoi(strings.TrimPrefix(n, kind+"/")); err == nil {
			newest = max(newest, at)
		}
	}
	name = fmt.Sprintf("%s/%04d", kind, newest+1)
	if _, err := k.chest.make(name); err != nil {
		return "", err
	}
	return name, k.Look()
}

// Destroy erases a master or search key that nothing needs any more.
func (k *Keyring) Destroy(name string) (err error) {
	defer fault.Wrap(&err, "seal.Destroy")
	if name == k.Wraps() {
		return fmt.Errorf("%s wraps", name)
	}
	if kind, _, _ := strings.Cut(name, "/"); kind != "master" && kind != "search" || !keyName.MatchString(name) {
		return fmt.Errorf("%s is no key that rotates", name)
	}
	return k.chest.destroy(name)
}
