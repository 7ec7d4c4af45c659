package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ticks is how many parts of a second /proc counts in; it is the same on every Linux.
const ticks = 100

// busy is the processor time, in ms, that this process and the database took so far: beside a noisy neighbour it says what a
// page costs, when its duration does not. It is 0 where there is no /proc.
func (h *house) busy() float64 { return own() + h.database() }

// own is this process' part.
func own() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e6
}

// database is that of the servers behind the connections.
func (h *house) database() (sum float64) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is a good one
	for _, file := range files {
		sum += spent(file, h.db.Pid())
	}
	return sum
}

// spent is the processor time of a process of the database's, in ms; 0 of any other, and of one that has ended meanwhile.
func spent(file string, postmaster int) float64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), ") ") // the name before may hold blanks
	f := strings.Fields(after)
	if len(f) < 13 || f[1] != strconv.Itoa(postmaster) {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return float64(user+system) * 1000 / ticks
}
