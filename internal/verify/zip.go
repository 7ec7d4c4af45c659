package verify

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A workbook is a zip archive. It is walked byte by byte here, because readers of archives pass over what stands between the
// entries, before them and behind them, and over what local and central headers tell differently.

// entry is one part of the archive, still packed.
type entry struct {
	name   string
	packed []byte
	crc    uint32
	size   uint32
}

const (
	localSignature      = 0x04034b50
	centralSignature    = 0x02014b50
	endSignature        = 0x06054b50
	descriptorSignature = 0x08074b50

	localLength      = 30
	centralLength    = 46
	endLength        = 22
	descriptorLength = 16

	zipVersion    = 20 // 2.0: deflate, and nothing newer
	flagAfter     = 8  // sizes follow the data
	flagUTF8      = 0x800
	methodDeflate = 8
	firstDay      = 0x21 // 1 January 1980, as good as no date
	mostEntries   = 64
)

// walk lists the entries. What is out of order but leaves the archive readable is added to found.
func walk(file []byte, found *findings) ([]entry, error) {
	central, count, start, err := directory(file)
	if err != nil {
		return nil, err
	}
	var list []entry
	at := 0 // every byte before it is accounted for
	for range count {
		e, offset, rest, err := centralEntry(central, found)
		if err != nil {
			return nil, err
		}
		central = rest
		if offset != at {
			return nil, fmt.Errorf("the entry %s does not begin where the one before it ends", clean(e.name))
		}
		if at, err = localEntry(file[:start], at, &e, found); err != nil {
			return nil, err
		}
		list = append(list, e.entry)
	}
	if at != start || len(central) != 0 {
		return nil, errors.New("bytes stand between the entries and the directory, or behind it")
	}
	return list, nil
}

// directory reads the end of the archive; nothing may follow it.
func directory(file []byte) (central []byte, count, start int, err error) {
	if len(file) < endLength || binary.LittleEndian.Uint32(file[len(file)-endLength:]) != endSignature {
		return nil, 0, 0, errors.New("the archive does not end with its directory: it is no workbook, or bytes or a comment follow it")
	}
	end := file[len(file)-endLength:]
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(end[at:])) }
	size, from := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	switch count = u16(8); {
	case u16(4) != 0 || u16(6) != 0 || u16(10) != count:
		return nil, 0, 0, errors.New("the archive has several volumes")
	case u16(20) != 0:
		return nil, 0, 0, errors.New("the archive has a comment")
	case count > mostEntries:
		return nil, 0, 0, fmt.Errorf("the archive has %d parts", count)
	case from+size != int64(len(file)-endLength):
		return nil, 0, 0, errors.New("the directory does not stand at the end of the archive")
	}
	return file[from : from+size], count, int(from), nil
}

// header is what the directory tells of an entry.
type header struct {
	entry
	flags  uint16
	length uint32 // packed
}

// centralEntry takes one header off the directory.
func centralEntry(b []byte, found *findings) (h header, offset int, rest []byte, err error) {
	if len(b) < centralLength || binary.LittleEndian.Uint32(b) != centralSignature {
		return h, 0, nil, errors.New("the directory of the archive is damaged")
	}
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }
	name, extra, comment := u16(28), u16(30), u16(32)
	if len(b) < centralLength+name+extra+comment {
		return h, 0, nil, errors.New("the directory of the archive is damaged")
	}
	h.name = string(b[centralLength : centralLength+name])
	h.crc, h.length, h.size = binary.LittleEndian.Uint32(b[16:]), binary.LittleEndian.Uint32(b[20:]), binary.LittleEndian.Uint32(b[24:])
	h.flags = uint16(u16(8))
	if u16(4) != zipVersion || comment != 0 || u16(34) != 0 || u16(36) != 0 || binary.LittleEndian.Uint32(b[38:]) != 0 {
		found.add(Finding{What: "the entry has a comment, attributes of a file system or another version", Part: clean(h.name)})
	}
	h.plain(b[6:], b[30:], found)
	return h, int(binary.LittleEndian.Uint32(b[42:])), b[centralLength+name+extra+comment:], nil
}

// plain holds the fields that local and central headers share: no instant, no extra field, deflate.
func (h *header) plain(b, extra []byte, found *findings) {
	u16 := func(at int) uint16 { return binary.LittleEndian.Uint16(b[at:]) }
	if u16(6) != 0 || u16(8) != 0 && u16(8) != firstDay {
		found.add(Finding{What: "the entry tells when it was written", Part: clean(h.name)})
	}
	if u16(0) != zipVersion || u16(2)&^(flagAfter|flagUTF8) != 0 || u16(4) != methodDeflate || binary.LittleEndian.Uint16(extra) != 0 {
		found.add(Finding{What: "the entry has an extra field or is packed in another way", Part: clean(h.name)})
	}
}

// localEntry reads the header before the data, and gives the place where the entry ends.
func localEntry(file []byte, at int, h *header, found *findings) (int, error) {
	if len(file)-at < localLength || binary.LittleEndian.Uint32(file[at:]) != localSignature {
		return 0, fmt.Errorf("the entry %s is not where the directory says", clean(h.name))
	}
	b := file[at:]
	name, extra := int(binary.LittleEndian.Uint16(b[26:])), int(binary.LittleEndian.Uint16(b[28:]))
	data := at + localLength + name + extra
	if data+int(h.length) > len(file) || string(b[localLength:localLength+name]) != h.name || binary.LittleEndian.Uint16(b[6:]) != h.flags {
		return 0, fmt.Errorf("the entry %s is told differently by its two headers", clean(h.name))
	}
	h.plain(b[4:], b[28:], found)
	h.packed = file[data : data+int(h.length)]
	end := data + int(h.length)
	told := b[14:26]
	if h.flags&flagAfter != 0 {
		if len(file)-end < descriptorLength || binary.LittleEndian.Uint32(file[end:]) != descriptorSignature {
			return 0, fmt.Errorf("the sizes of the entry %s are missing", clean(h.name))
		}
		if b := [12]byte(told); b != [12]byte{} && b != [12]byte(file[end+4:]) {
			return 0, fmt.Errorf("the entry %s is told differently by its two headers", clean(h.name))
		}
		told = file[end+4 : end+descriptorLength]
		end += descriptorLength
	}
	if binary.LittleEndian.Uint32(told) != h.crc || binary.LittleEndian.Uint32(told[4:]) != h.length || binary.LittleEndian.Uint32(told[8:]) != h.size {
		return 0, fmt.Errorf("the entry %s is told differently by its two headers", clean(h.name))
	}
	return end, nil
}
