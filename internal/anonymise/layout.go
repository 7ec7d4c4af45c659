package anonymise

import "math"

// split splits every class by the values of a column, each within its own stretch of the groups, into w.next.
// Classes that are settled stay whole.
func (w *worker) split(from *layout, f field, up []uint32) {
	out, words := &w.spare, w.engine.packing.words
	out.keys, out.counts, out.begin = resize(out.keys, len(from.keys)), resize(out.counts, len(from.counts)), out.begin[:0]
	w.codes = resize(w.codes, len(from.counts))
	settled := w.settledNext[:0]
	for class := range from.classes() {
		begin, end := int(from.begin[class]), int(from.begin[class+1])
		if end-begin == 1 || w.settled[class] {
			out.begin = append(out.begin, int32(begin))
			settled = append(settled, w.settled[class])
			copy(out.counts[begin:end], from.counts[begin:end])
			copy(out.keys[begin*words:end*words], from.keys[begin*words:end*words])
			continue
		}
		w.tallyCodes(from, f, up, begin, end)
		for at, i := int32(begin), 0; i < len(w.touched); i++ {
			code := w.touched[i]
			out.begin = append(out.begin, at)
			settled = append(settled, false)
			at, w.places[code] = at+w.places[code], at
		}
		w.scatter(from, begin, end)
		for _, code := range w.touched {
			w.places[code] = 0
		}
	}
	out.begin = append(out.begin, int32(len(from.counts)))
	w.settled, w.settledNext = settled, w.settled
	w.next, w.spare = w.spare, w.next
}

// tallyCodes notes the value of each group of a stretch, and how many groups have each.
func (w *worker) tallyCodes(from *layout, f field, up []uint32, begin, end int) {
	words := w.engine.packing.words
	codes, places, touched := w.codes[:end-begin], w.places, w.touched[:0]
	shift, mask := f.shift&63, f.mask
	keys := from.keys[begin*words+f.word:]
	if end-begin >= manyGroups {
		highest := uint32(0)
		for i := range codes {
			code := up[keys[i*words]>>shift&mask]
			codes[i] = code
			places[code]++
			highest = max(highest, code)
		}
		for code := range highest + 1 {
			if places[code] > 0 {
				touched = append(touched, code)
			}
		}
		w.touched = touched
		return
	}
	for i := range codes {
		code := up[keys[i*words]>>shift&mask]
		codes[i] = code
		if places[code] == 0 {
			touched = append(touched, code)
		}
		places[code]++
	}
	w.touched = touched
}

// scatter puts the groups of a stretch where w.places says, by their value.
func (w *worker) scatter(from *layout, begin, end int) {
	out, words, places := &w.spare, w.engine.packing.words, w.places
	codes, counts := w.codes[:end-begin], from.counts[begin:end]
	if words == 1 {
		keys := from.keys[begin:end]
		for i, code := range codes {
			at := places[code]
			places[code]++
			out.keys[at] = keys[i]
			out.counts[at] = counts[i]
		}
		return
	}
	for i, code := range codes {
		at := int(places[code])
		places[code]++
		copy(out.keys[at*words:(at+1)*words], from.keys[(begin+i)*words:])
		out.counts[at] = counts[i]
	}
}

// fewGroups are compared with each other; more are hashed.
const fewGroups = 12

// merge joins the equal groups of w.next; equal ones are always of one class.
func (w *worker) merge() {
	y, words := &w.next, w.engine.packing.words
	end := 0
	for class := range y.classes() {
		from, to := int(y.begin[class]), int(y.begin[class+1])
		y.begin[class] = int32(end)
		switch {
		case to-from == 1:
			y.counts[end] = y.counts[from]
			copy(y.keys[end*words:(end+1)*words], y.keys[from*words:])
			end++
		case words > 1:
			end = w.mergeLong(from, to, end)
		case to-from <= fewGroups:
			end = y.mergeFew(from, to, end)
		default:
			end = w.mergeMany(from, to, end)
		}
	}
	y.begin[y.classes()] = int32(end)
	y.keys, y.counts = y.keys[:end*words], y.counts[:end]
}

// mergeFew compares each group with all before it.
func (y *layout) mergeFew(from, to, end int) int {
	first := end
next:
	for i := from; i < to; i++ {
		key := y.keys[i]
		for at := first; at < end; at++ {
			if y.keys[at] == key {
				y.counts[at] += y.counts[i]
				continue next
			}
		}
		y.keys[end], y.counts[end] = key, y.counts[i]
		end++
	}
	return end
}

// mergeMany finds equal groups by hashing.
func (w *worker) mergeMany(from, to, end int) int {
	if to-from > math.MaxUint16 {
		slots, shift := emptySlots(w.slots, to-from)
		w.slots = slots
		return mergeWords(&w.next, slots, shift, from, to, end)
	}
	slots, shift := emptySlots(w.shortSlots, to-from) // half the memory, so twice as near to the processor
	w.shortSlots = slots
	return mergeWords(&w.next, slots, shift, from, to, end)
}

func mergeWords[T uint16 | int32](y *layout, slots []T, shift uint, from, to, end int) int {
	keys, counts := y.keys, y.counts
	mask, base := uint64(len(slots)-1), end-1
	for i := from; i < to; i++ {
		key := keys[i]
		for h := (key ^ key>>29) * goldenRatio >> shift; ; h = (h + 1) & mask {
			at := int(slots[h&mask])
			if at == 0 {
				keys[end], counts[end] = key, counts[i]
				slots[h&mask] = T(end - base)
				end++
				break
			}
			if keys[base+at] == key {
				counts[base+at] += counts[i]
				break
			}
		}
	}
	return end
}

// mergeLong is mergeMany for keys of several words.
func (w *worker) mergeLong(from, to, end int) int {
	slots, shift := emptySlots(w.slots, to-from)
	w.slots = slots
	y, words := &w.next, w.engine.packing.words
	mask, base := uint64(len(slots)-1), end-1
	for i := from; i < to; i++ {
		key := y.keys[i*words : (i+1)*words]
		for h := mix(key) >> shift; ; h = (h + 1) & mask {
			at := int(slots[h])
			if at == 0 {
				copy(y.keys[end*words:(end+1)*words], key)
				y.counts[end] = y.counts[i]
				slots[h] = int32(end - base)
				end++
				break
			}
			if equal(y.keys[(base+at)*words:], key) {
				y.counts[base+at] += y.counts[i]
				break
			}
		}
	}
	return end
}
