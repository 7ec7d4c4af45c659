package verify

import (
	"encoding/binary"
	"slices"
)

// between hides bytes before the directory and lets the end of the archive point behind them.
func between(file []byte) []byte {
	end := file[len(file)-endLength:]
	at := binary.LittleEndian.Uint32(end[16:])
	out := slices.Insert(slices.Clone(file), int(at), []byte("hidden")...)
	binary.LittleEndian.PutUint32(out[len(out)-endLength+16:], at+6)
	return out
}

// checksum is that of the i-th entry.
func checksum(file []byte, i int) []byte {
	at := binary.LittleEndian.Uint32(file[len(file)-endLength+16:])
	for range i {
		b := file[at:]
		at += centralLength + uint32(binary.LittleEndian.Uint16(b[28:]))
	}
	return slices.Clone(file[at+16 : at+20])
}

// behindDeflate lets the last entry's packed bytes be longer than what they unpack to, in both headers.
func behindDeflate(file []byte) []byte {
	const more = 6
	out := slices.Clone(file)
	end := len(out) - endLength
	start := int(binary.LittleEndian.Uint32(out[end+16:]))
	at, last := start, start
	for at < end {
		last = at
		at += centralLength + int(binary.LittleEndian.Uint16(out[at+28:]))
	}
	packed := binary.LittleEndian.Uint32(out[last+20:])
	binary.LittleEndian.PutUint32(out[last+20:], packed+more)
	binary.LittleEndian.PutUint32(out[start-descriptorLength+8:], packed+more)
	binary.LittleEndian.PutUint32(out[end+16:], uint32(start+more))
	return slices.Insert(out, start-descriptorLength, []byte("hidden")...)
}
