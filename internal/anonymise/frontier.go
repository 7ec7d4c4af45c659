package anonymise

import "container/heap"

// node is a vector not yet looked at, with a bound on its utility and on that of all vectors above it.
type node struct {
	vector Vector
	bound  Utility
	from   int // columns before this one are not raised again: each vector has one way from the bottom
}

// frontier gives the nodes in order of their bounds.
type frontier struct{ nodes []node }

func (f *frontier) push(n node) { heap.Push(f, n) }
func (f *frontier) pop() node   { return heap.Pop(f).(node) }

// Len is part of heap.Interface.
func (f *frontier) Len() int { return len(f.nodes) }

// Less is part of heap.Interface; vectors settle ties, so that the order is always the same.
func (f *frontier) Less(i, j int) bool {
	a, b := &f.nodes[i], &f.nodes[j]
	if c := a.bound.compare(b.bound); c != 0 {
		return c < 0
	}
	return a.vector.before(b.vector)
}

// Swap is part of heap.Interface.
func (f *frontier) Swap(i, j int) { f.nodes[i], f.nodes[j] = f.nodes[j], f.nodes[i] }

// Push is part of heap.Interface.
func (f *frontier) Push(n any) { f.nodes = append(f.nodes, n.(node)) }

// Pop is part of heap.Interface.
func (f *frontier) Pop() any {
	last := f.nodes[len(f.nodes)-1]
	f.nodes = f.nodes[:len(f.nodes)-1]
	return last
}
