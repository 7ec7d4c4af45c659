package release

import (
	"bytes"
	"compress/flate"
	"io"
	"runtime"
	"sync"
)

// packer deflates a stream in blocks, each on a processor of its own. A block knows nothing of the one before it, so that the
// bytes are the same for any number of processors; what that costs in length is nothing beside a block.
type packer struct {
	w       io.Writer
	block   []byte
	pending []chan []byte // of the blocks that are being packed, in their order
	most    int
	err     error
}

const (
	packedBlock = 1 << 20
	level       = 3 // rows repeat so much that the usual 6 takes three times as long for one part in twenty
)

// deflaters keep their tables from one block to the next.
var deflaters = sync.Pool{New: func() any {
	z, _ := flate.NewWriter(nil, level) // the level is a valid one
	return z
}}

func newPacker(w io.Writer) *packer { return &packer{w: w, most: runtime.GOMAXPROCS(0)} }

// Write takes all it is given; an error of the writer below is told by the next Write, or by Close.
func (p *packer) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 && p.err == nil {
		if p.block == nil {
			p.block = make([]byte, 0, packedBlock)
		}
		k := min(len(b), packedBlock-len(p.block))
		p.block, b = append(p.block, b[:k]...), b[k:]
		if len(p.block) == packedBlock {
			p.pack(false)
		}
	}
	return n, p.err
}

// Close packs what is left and waits for the last block.
func (p *packer) Close() error {
	p.pack(true)
	for len(p.pending) > 0 {
		p.take()
	}
	return p.err
}

// pack begins to pack the block; all but the last end between two bytes, so that another can follow.
func (p *packer) pack(last bool) {
	if len(p.pending) == p.most {
		p.take()
	}
	block, done := p.block, make(chan []byte, 1)
	p.block, p.pending = nil, append(p.pending, done)
	go func() {
		var out bytes.Buffer
		z := deflaters.Get().(*flate.Writer)
		defer deflaters.Put(z)
		z.Reset(&out)
		_, _ = z.Write(block) // a bytes.Buffer takes everything
		if last {
			_ = z.Close()
		} else {
			_ = z.Flush()
		}
		done <- out.Bytes()
	}()
}

// take writes the oldest block.
func (p *packer) take() {
	packed := <-p.pending[0]
	p.pending = p.pending[1:]
	if p.err == nil {
		_, p.err = p.w.Write(packed)
	}
}
