package notify

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// The commands of SMPP 3.4 that we speak (section 5.1.2.1); an answer has the highest bit set.
const (
	bindTransceiver uint32 = 0x09
	submitSM        uint32 = 0x04
	deliverSM       uint32 = 0x05
	unbind          uint32 = 0x06
	enquireLink     uint32 = 0x15
	answer          uint32 = 0x80000000 // alone: generic_nack
)

const (
	headLength  = 16
	longestPDU  = 64 << 10
	tlvID       = 0x001E // receipted_message_id
	tlvState    = 0x0427 // message_state
	receiptBits = 0x3C   // of esm_class: what kind of message a deliver_sm is
	isReceipt   = 0x04
	hasHeader   = 0x40 // of esm_class: the text begins with which part it is
	wideLetters = 0x08 // data_coding: UCS-2
	statusFalse = 0x64 // ESME_RX_T_APPN: come again
	registered  = 0x01 // registered_delivery: tell the end, good or bad
)

// pdu is one message of the protocol.
type pdu struct {
	command, status, seq uint32
	body                 []byte
}

var errPDU = errors.New("SMPP: a message that cannot be read")

func readPDU(r io.Reader) (p pdu, err error) {
	head := make([]byte, headLength)
	if _, err := io.ReadFull(r, head); err != nil {
		return p, err
	}
	length := binary.BigEndian.Uint32(head)
	if length < headLength || length > longestPDU {
		return p, errPDU
	}
	p = pdu{binary.BigEndian.Uint32(head[4:]), binary.BigEndian.Uint32(head[8:]), binary.BigEndian.Uint32(head[12:]), make([]byte, length-headLength)}
	_, err = io.ReadFull(r, p.body)
	return p, err
}

func (p pdu) bytes() []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(headLength+len(p.body)))
	for _, v := range []uint32{p.command, p.status, p.seq} {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	return append(out, p.body...)
}

// bindBody says who we are (section 4.1.5).
func bindBody(user, secret string) []byte {
	out := append(text0(user), text0(secret)...)
	out = append(out, 0)          // system_type
	out = append(out, 0x34, 0, 0) // SMPP 3.4; of which kind of number we are, nothing
	return append(out, 0)         // address_range
}

// submitBody is one part of an SMS (section 4.4.1).
func submitBody(from, to string, p parted, n int, reference byte) []byte {
	out := append([]byte{0}, address(from)...) // service_type
	out = append(out, address(to)...)
	class, header := byte(0), []byte(nil)
	if len(p.parts) > 1 {
		class, header = hasHeader, []byte{5, 0, 3, reference, byte(len(p.parts)), byte(n + 1)}
	}
	told := byte(0)
	if n == len(p.parts)-1 {
		told = registered // its number is the one we keep
	}
	out = append(out, class, 0, 0, 0, 0, told, 0) // no protocol, priority, schedule, validity; nothing replaced
	coding := byte(0)
	if p.wide {
		coding = wideLetters
	}
	content := append(header, p.parts[n]...)
	out = append(out, coding, 0, byte(len(content)))
	return append(out, content...)
}

// address writes a number, or a sender's name, behind its kind.
func address(a string) []byte {
	digits, international := strings.CutPrefix(a, "+")
	switch {
	case international:
		return append([]byte{1, 1}, text0(digits)...)
	case a == "" || strings.Trim(a, "0123456789") == "":
		return append([]byte{0, 0}, text0(a)...)
	}
	return append([]byte{5, 0}, text0(a)...)
}

func text0(s string) []byte { return append([]byte(s), 0) }

// delivered is what we read of a deliver_sm.
type delivered struct {
	class byte
	words string
	tlv   map[uint16][]byte
}

// readDelivered walks the fields of a deliver_sm (section 4.6.1).
func readDelivered(body []byte) (d delivered, err error) {
	b := bytes.NewBuffer(body)
	skip := func(kind int) {
		b.Next(kind)
		if _, serr := b.ReadString(0); serr != nil {
			err = errPDU
		}
	}
	skip(0) // service_type
	skip(2) // source, behind its kind
	skip(2) // destination
	fixed := b.Next(3)
	if len(fixed) < 3 {
		return d, errPDU
	}
	d.class = fixed[0]
	skip(0) // schedule_delivery_time
	skip(0) // validity_period
	rest := b.Next(5)
	if err != nil || len(rest) < 5 {
		return d, errPDU
	}
	d.words = string(b.Next(int(rest[4])))
	d.tlv = map[uint16][]byte{}
	for b.Len() >= 4 {
		head := b.Next(4)
		d.tlv[binary.BigEndian.Uint16(head)] = bytes.Clone(b.Next(int(binary.BigEndian.Uint16(head[2:]))))
	}
	return d, nil
}
