// Package purego stands in for the module of that name, by which the HEIC decoder would load a C library that it finds
// on the machine: ours always runs its sandboxed one, and the program stays free of a dynamic loader.
package purego

import "errors"

// What the decoder names; nothing here is ever loaded.
const (
	RTLD_NOW    = 0
	RTLD_GLOBAL = 0
)

// Dlopen always fails.
func Dlopen(string, int) (uintptr, error) {
	return 0, errors.New("no library is loaded into this program")
}

// RegisterLibFunc is never reached, since no library is ever open.
func RegisterLibFunc(any, uintptr, string) {
	panic("purego: no library is open")
}
