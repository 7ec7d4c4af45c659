package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// settled gives back what starting took and nothing needs again: the heap of the definitions while they were compiled, and the
// pages of the program itself that only its start has read. A page of those that is wanted after all is read from its file.
func settled() {
	debug.FreeOSMemory()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return // elsewhere than on Linux nothing is lost but some memory
	}
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	for line := range bytes.Lines(maps) {
		var from, to uintptr
		var may, file string
		var skip [3]string
		if n, _ := fmt.Sscanf(string(line), "%x-%x %s %s %s %s %s", &from, &to, &may, &skip[0], &skip[1], &skip[2], &file); n == 7 && file == self && may[1] == '-' {
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_DONTNEED) // read-only, and of a file: nothing is lost
		}
	}
}
