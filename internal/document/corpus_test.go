package document

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"guichet/internal/fault"
)

// sample is one line of the manifest: a file and the verdict it must get.
type sample struct {
	name  string
	body  []byte        // in memory only until it is written to the folder of the corpus
	make  func() []byte // gives body when the file is wanted, for what takes long
	path  string        // where it lies
	want  string        // the key of the refusal, or ""
	kind  Kind
	pages int // 0 where the page count is not part of the verdict
	looks func(t *testing.T, kept []byte)
}

func refused(name string, body []byte, key string) sample {
	return sample{name: name, body: body, want: key}
}

// later is a sample whose file is made only when it is wanted.
func (s sample) later(make func() []byte) sample {
	s.make = make
	return s
}

func taken(name string, body []byte, kind Kind, pages int) sample {
	return sample{name: name, body: body, kind: kind, pages: pages}
}

// family is files of one kind of trouble. Those that need a program of Debian's
// give none, loudly, where it is absent.
type family struct {
	name  string
	files func(t *testing.T) []sample
}

// families of the corpus; docs/results/documents.md says what each is for.
var families = []family{
	{"by hand", corpus},
	{"actions", actions},
	{"attachments", attachments},
	{"protected", protected},
	{"bombs", bombs},
	{"structure", structure},
	{"double", double},
	{"cut", cut},
	{"bits", bits},
	{"pictures", pictures},
	{"orientation", orientations},
	{"telephone", telephone},
	{"formats", formats},
	{"large", large},
	{"rewritten", rewritten},
	{"found", found},
	{"virus", viruses},
}

// Of two thousand files, a tenth is enough from day to day.
const (
	everyNth  = 10
	corpusEnv = "GUICHET_CORPUS" // set to all, every file is looked at, and each that is taken is drawn as well
)

// mostFile are what one file may cost, at most.
var mostFile = cost{cpu: tiledCPU * time.Second, memory: 512 << 20}

type cost struct {
	cpu    time.Duration
	memory int64
}

// Every file of the corpus gets the verdict of its manifest from a real child,
// as an upload would, within its time and its memory.
func TestCorpus(t *testing.T) {
	whole := os.Getenv(corpusEnv) == "all"
	folder := t.TempDir()
	var wanted []sample
	for _, f := range families {
		t.Run(f.name, func(t *testing.T) {
			all := f.files(t)
			for i, s := range all {
				if whole || f.name == "by hand" || i%everyNth == 0 {
					s.name = f.name + ": " + s.name
					wanted = append(wanted, onDisk(t, folder, len(wanted), s))
				}
			}
			t.Logf("%s: %d files", f.name, len(all))
		})
	}
	r := &run{t: t, workshop: workshop(t), draw: whole && rendererIsHere()}
	r.workshop.ended = r.measure
	r.all(wanted)
	t.Logf("%d files, %d as expected; at most %.1f s of processor, %d MiB of memory and %.1f s by the clock for one file",
		len(wanted), len(wanted)-r.wrong, r.most.cpu.Seconds(), r.most.memory>>20, r.slowest.Seconds())
}

// onDisk leaves a sample's bytes in the folder, so that a thousand of them are
// never in memory together.
func onDisk(t *testing.T, folder string, n int, s sample) sample {
	t.Helper()
	if s.make != nil {
		s.body = s.make()
	}
	if s.path == "" {
		s.path = filepath.Join(folder, fmt.Sprintf("%04d", n))
		if err := os.WriteFile(s.path, s.body, 0o600); err != nil {
			t.Fatal(err)
		}
		s.body = nil
	}
	return s
}

// run is one pass over the corpus.
type run struct {
	t        *testing.T
	workshop *Workshop
	draw     bool

	mu      sync.Mutex
	wrong   int
	most    cost
	slowest time.Duration
}

func (r *run) all(samples []sample) {
	queue := make(chan sample)
	var working sync.WaitGroup
	for range cap(r.workshop.checking) {
		working.Go(func() {
			for s := range queue {
				r.one(s)
			}
		})
	}
	for _, s := range samples {
		queue <- s
	}
	close(queue)
	working.Wait()
}

func (r *run) one(s sample) {
	complaint := r.verdict(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	if complaint != "" {
		r.wrong++
		r.t.Errorf("%s: %s", s.name, complaint)
	}
}

// verdict has one file judged and says what is not as expected.
func (r *run) verdict(s sample) string {
	src, err := os.Open(s.path)
	if err != nil {
		return err.Error()
	}
	defer src.Close()
	start := time.Now()
	got, err := r.workshop.Check(r.t.Context(), src)
	r.clock(time.Since(start))
	if err != nil {
		if fault.Key(err) != s.want || s.want == "" {
			return fmt.Sprintf("refused as %q (%v), want %q", fault.Key(err), err, s.want)
		}
		return ""
	}
	defer got.Close()
	if s.want != "" {
		return "taken, want " + s.want
	}
	if got.Kind != s.kind || s.pages > 0 && got.Pages != s.pages {
		return fmt.Sprintf("%s of %d pages, want %s of %d", got.Kind, got.Pages, s.kind, s.pages)
	}
	kept, err := io.ReadAll(got.Clean)
	if err != nil {
		return err.Error()
	}
	if s.looks != nil {
		s.looks(r.t, kept)
	}
	return r.drawn(got.Kind, kept)
}

func (r *run) clock(took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slowest = max(r.slowest, took)
}

// drawn has the first page drawn for the agent.
func (r *run) drawn(kind Kind, kept []byte) string {
	if bytes.Contains(kept, []byte(exifPlace)) {
		return "the place where it was taken is still in the file"
	}
	if !r.draw {
		return ""
	}
	if _, err := r.workshop.PageImage(r.t.Context(), kind, bytes.NewReader(kept), 1, 200); err != nil {
		return fmt.Sprintf("taken, but its first page cannot be drawn: %v", err)
	}
	return ""
}

// measure holds each child to its time and its memory.
func (r *run) measure(state *os.ProcessState) {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok || r.workshop.memory == 0 {
		return
	}
	spent := cost{cpu: state.UserTime() + state.SystemTime(), memory: usage.Maxrss << 10}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.most = cost{max(r.most.cpu, spent.cpu), max(r.most.memory, spent.memory)}
	// The kernel counts whole seconds before it ends a process.
	if spent.cpu > mostFile.cpu+time.Second/2 || spent.memory > mostFile.memory {
		r.t.Errorf("a child took %v and %d MiB", spent.cpu, spent.memory>>20)
	}
}

// numbered gives each sample of a list its place in it.
func numbered(prefix string, all []sample) []sample {
	for i := range all {
		all[i].name = strings.TrimSpace(fmt.Sprintf("%s %d %s", prefix, i, all[i].name))
	}
	return all
}
