package anonymise

import "container/heap"

// frontier gives the branches in the order of their bounds.
type frontier []branch

func (f *frontier) push(b branch) { heap.Push(f, b) }
func (f *frontier) pop() branch   { return heap.Pop(f).(branch) }

// Len is part of heap.Interface.
func (f *frontier) Len() int { return len(*f) }

// Less is part of heap.Interface; vectors settle ties, so that the order is always the same.
func (f *frontier) Less(i, j int) bool {
	a, b := &(*f)[i], &(*f)[j]
	if c := a.bound.compare(b.bound); c != 0 {
		return c < 0
	}
	return a.low.before(b.low)
}

// Swap is part of heap.Interface.
func (f *frontier) Swap(i, j int) { (*f)[i], (*f)[j] = (*f)[j], (*f)[i] }

// Push is part of heap.Interface.
func (f *frontier) Push(b any) { *f = append(*f, b.(branch)) }

// Pop is part of heap.Interface.
func (f *frontier) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}
