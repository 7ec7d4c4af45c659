package document

import (
	"os"
	"os/signal"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// What a child may use at most. Its memory is the workshop's choice.
const (
	childCPU   = 10       // seconds
	tiledCPU   = 20       // seconds, once it has found a large photograph of a telephone
	childWrite = 64 << 20 // bytes of any one file
	childFiles = 64       // open descriptors
)

// bind lays the limits on this process, for good: the hard limits sink with the soft ones,
// but for that of time.
// Writable memory (RLIMIT_DATA) is what counts: the runtime reserves far more
// address space than it ever touches.
func bind(memory uint64) error {
	limits := map[int]uint64{unix.RLIMIT_CORE: 0, unix.RLIMIT_FSIZE: childWrite, unix.RLIMIT_NOFILE: childFiles}
	if memory > 0 {
		limits[unix.RLIMIT_DATA] = memory
		debug.SetMemoryLimit(int64(memory) * 3 / 4)
	}
	for which, most := range limits {
		if err := unix.Setrlimit(which, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return os.NewSyscallError("setrlimit", err)
		}
	}
	return limitTime(childCPU, tiledCPU)
}

// limitTime ends this process after so many seconds of processor, or most of them if it takes them. The soft limit is a signal
// of which the runtime would think nothing.
func limitTime(seconds, most uint64) error {
	over := make(chan os.Signal, 1)
	signal.Notify(over, unix.SIGXCPU)
	go func() {
		<-over
		_ = unix.Kill(unix.Getpid(), unix.SIGKILL)
	}()
	return os.NewSyscallError("setrlimit", unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: most}))
}

// takeTime gives this process the processor time that it may give itself.
func takeTime() error {
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CPU, &now); err != nil {
		return os.NewSyscallError("getrlimit", err)
	}
	return os.NewSyscallError("setrlimit", unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: now.Max, Max: now.Max}))
}
