package web

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// codec writes the values of a session, all of them strings, as length-prefixed pairs.
// Times live in the row's own columns.
type codec struct{}

func (codec) Encode(_ time.Time, values map[string]any) ([]byte, error) {
	b := []byte{1} // version
	for _, k := range slices.Sorted(maps.Keys(values)) {
		s, ok := values[k].(string)
		if !ok {
			return nil, fmt.Errorf("session value %s is a %T, not a string", k, values[k])
		}
		b = appendString(appendString(b, k), s)
	}
	return b, nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

var errSession = errors.New("session data is damaged")

func (codec) Decode(b []byte) (time.Time, map[string]any, error) {
	values := map[string]any{}
	if len(b) == 0 || b[0] != 1 {
		return time.Time{}, nil, errSession
	}
	for b = b[1:]; len(b) > 0; {
		var k, s string
		var ok bool
		if k, b, ok = cutString(b); !ok {
			return time.Time{}, nil, errSession
		}
		if s, b, ok = cutString(b); !ok {
			return time.Time{}, nil, errSession
		}
		values[k] = s
	}
	return time.Time{}, values, nil
}

func cutString(b []byte) (s string, rest []byte, ok bool) {
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)-w) {
		return "", nil, false
	}
	return string(b[w : w+int(n)]), b[w+int(n):], true
}
