// Package mailbox is how messages come in by e-mail: read as bytes from strangers, judged, handed to the procedure whose intake they are, and only then taken out of the box.
package mailbox

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"guichet/internal/fault"
)

// What one message may bring. Beyond these nothing is read: whoever writes to us does not decide how much we work.
const (
	MostBytes   = 25 << 20 // of a whole message
	mostParts   = 200
	mostDepth   = 8
	mostFiles   = 20
	mostWords   = 20_000 // characters kept of its text
	longestLine = 300    // characters kept of a subject or a name
	mostDecoded = 4 << 20
)

// Message is what was read of one message (RFC 5322). Nothing in it is proven, least of all who sent it (RP-180).
type Message struct {
	ID        string // Message-ID as written, "" for none
	From      string // bare address, "" when there is none
	Name      string // as the sender calls themselves
	Subject   string
	Words     string // plain text
	Cut       bool   // there were more words
	Files     []File
	Dropped   int // files beyond the most that are kept
	Automatic Reason
	Quiet     bool      // its sender asks for no answer of a machine, as mail servers write on letters of people too
	Arrived   time.Time // as the last server that passed it on says; zero: none does. Never by the Date line, which is the sender's
	Raw       []byte
}

// File is what came with a message: bytes from a stranger, which nobody has looked at yet.
type File struct {
	Name    string
	Content []byte
}

// Reason is why no person can be taken to have written a message to us; "" when one can.
type Reason string

// The reasons. Messages that have one begin nothing and are answered by nothing: two machines would write to each other for ever.
const (
	AutoReply Reason = "auto-reply"
	Bounce    Reason = "bounce"
	List      Reason = "list"
	Own       Reason = "own" // it came from us
)

// ErrUnreadable is a message that is none.
var ErrUnreadable = fault.New(fault.Invalid, "mailbox.unreadable")

// ErrTooLarge is a message heavier than [MostBytes].
var ErrTooLarge = fault.New(fault.TooLarge, "mailbox.too_large")

// Read reads one message; own are addresses of ours, from which nobody writes. Errors: ErrTooLarge, ErrUnreadable, and those of src.
func Read(src io.Reader, own ...string) (_ *Message, err error) {
	raw, err := io.ReadAll(io.LimitReader(src, MostBytes+1))
	switch {
	case err != nil:
		return nil, fault.From(fault.Unavailable, "", err)
	case len(raw) > MostBytes:
		return nil, ErrTooLarge
	}
	m, err := mail.ReadMessage(bufio.NewReader(bytes.NewReader(withoutEnvelope(raw))))
	if err != nil {
		return nil, ErrUnreadable
	}
	out := &Message{Raw: raw, ID: line(m.Header.Get("Message-Id")), Subject: line(decodeWords(m.Header.Get("Subject")))}
	out.From, out.Name = sender(m.Header)
	out.Arrived = passedOn(m.Header)
	out.Automatic = automatic(m.Header, out.From, own)
	out.Quiet = m.Header.Get("X-Auto-Response-Suppress") != ""
	r := &reader{into: out}
	r.part(header(m.Header), m.Body, 0)
	out.Words, out.Cut = shorten(r.words(), mostWords)
	return out, nil
}

// Digest names the message: by its Message-ID and sender when it has one, else by all of its bytes. The same message delivered
// twice has one digest, whatever the lines that servers put before it.
func (m *Message) Digest() []byte {
	h := sha256.New()
	if m.ID != "" {
		_, _ = io.WriteString(h, "id\x00"+m.ID+"\x00"+m.From+"\x00"+m.Subject+"\x00"+m.Words)
	} else {
		_, _ = h.Write(append([]byte("raw\x00"), m.Raw...))
	}
	return h.Sum(nil)
}

// withoutEnvelope drops the line that a pipe or an old mailbox puts before a message: "From somebody Mon Nov 23".
func withoutEnvelope(raw []byte) []byte {
	if bytes.HasPrefix(raw, []byte("From ")) {
		if i := bytes.IndexByte(raw, '\n'); i >= 0 {
			return raw[i+1:]
		}
	}
	return raw
}

// passedOn reads when the last server took the message: each puts its line before those of the servers before (RFC 5321, 4.4), so
// that the first is of the one nearest to us.
func passedOn(h mail.Header) time.Time {
	last := h.Get("Received")
	at, err := mail.ParseDate(strings.TrimSpace(last[strings.LastIndexByte(last, ';')+1:]))
	if err != nil {
		return time.Time{}
	}
	return at
}

// sender reads who a message says it is from; of several the first.
func sender(h mail.Header) (address, name string) {
	for _, field := range []string{"From", "Reply-To", "Sender"} {
		parser := mail.AddressParser{WordDecoder: decoder}
		list, err := parser.ParseList(h.Get(field))
		if err == nil && len(list) > 0 && plainAddress(list[0].Address) {
			return strings.ToLower(list[0].Address), line(list[0].Name)
		}
	}
	return "", ""
}

// plainAddress takes what can be written back to: one line of printable ASCII with one @ in it.
func plainAddress(s string) bool {
	for _, r := range s {
		if r <= ' ' || r > '~' || strings.ContainsRune(`"<>,;:\()[]`, r) {
			return false
		}
	}
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && !strings.Contains(domain, "@") && len(s) <= 254
}

// automatic finds out whether a machine wrote the message (RFC 3834, RFC 2919), or we did.
func automatic(h mail.Header, from string, own []string) Reason {
	lower := func(field string) string { return strings.ToLower(strings.TrimSpace(h.Get(field))) }
	kind := lower("Content-Type")
	local, _, _ := strings.Cut(from, "@")
	switch {
	case from == "":
		return Bounce
	case lower("Return-Path") == "<>" || strings.HasPrefix(kind, "multipart/report") || local == "mailer-daemon" || local == "postmaster":
		return Bounce
	case contains(own, from):
		return Own
	case lower("Auto-Submitted") != "" && !strings.HasPrefix(lower("Auto-Submitted"), "no"):
		return AutoReply
	case lower("X-Autoreply") != "" || lower("X-Autorespond") != "" || lower("Precedence") == "auto_reply":
		return AutoReply
	case lower("List-Id") != "" || lower("List-Unsubscribe") != "" || lower("List-Post") != "" || lower("Precedence") == "list" || lower("Precedence") == "bulk" || lower("Precedence") == "junk":
		return List
	}
	return ""
}

func contains(list []string, address string) bool {
	for _, x := range list {
		if strings.EqualFold(x, address) {
			return true
		}
	}
	return false
}

// line makes one short printable line of a header's words.
func line(s string) string {
	s, _ = shorten(strings.Join(strings.Fields(printable(s)), " "), longestLine)
	return s
}

// shorten keeps so many characters.
func shorten(s string, most int) (string, bool) {
	if utf8.RuneCountInString(s) <= most {
		return s, false
	}
	return string([]rune(s)[:most]), true
}

// Unusable tells whether reading failed for good: the same bytes fail again.
func Unusable(err error) bool { return errors.Is(err, ErrUnreadable) || errors.Is(err, ErrTooLarge) }
