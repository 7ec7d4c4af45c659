package document

import (
	"os"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// What a child may use at most. Its memory is the workshop's choice.
const (
	childCPU   = 10       // seconds
	childWrite = 64 << 20 // bytes of any one file
	childFiles = 64       // open descriptors
)

// bind lays the limits on this process, for good: the hard limits sink with the soft ones.
// Writable memory (RLIMIT_DATA) is what counts: the runtime reserves far more
// address space than it ever touches.
func bind(memory uint64) error {
	limits := map[int]uint64{
		unix.RLIMIT_CORE: 0, unix.RLIMIT_CPU: childCPU,
		unix.RLIMIT_FSIZE: childWrite, unix.RLIMIT_NOFILE: childFiles,
	}
	if memory > 0 {
		limits[unix.RLIMIT_DATA] = memory
		debug.SetMemoryLimit(int64(memory) * 3 / 4)
	}
	for which, most := range limits {
		if err := unix.Setrlimit(which, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return os.NewSyscallError("setrlimit", err)
		}
	}
	return nil
}
