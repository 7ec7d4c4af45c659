package journal

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"guichet/internal/fault"
	"guichet/internal/seal"
)

// place is what the personal part of a line is bound to: what the line says in the clear beside it cannot be changed either,
// without the dossier's key.
func place(dossierID int64, seq int, at time.Time, role, act string) []string {
	return []string{"journal", strconv.FormatInt(dossierID, 10), strconv.Itoa(seq), strconv.FormatInt(at.UnixMicro(), 10), role, act}
}

// Open reads the personal part of one line, for a list that shows some of them; the chain is checked by [Entries] alone.
func Open(key seal.Key, dossierID int64, e Entry, sealed []byte) (d Detail, err error) {
	defer fault.Wrap(&err, "journal.Open %d %d", dossierID, e.Seq)
	plain, err := unseal(key, dossierID, e, sealed)
	if err != nil {
		return nil, err
	}
	return d, json.Unmarshal(plain, &d)
}

// unseal opens a personal part, also one of when it was bound to its number alone.
func unseal(key seal.Key, dossierID int64, e Entry, sealed []byte) ([]byte, error) {
	bound := place(dossierID, e.Seq, e.At, e.Role, e.Act)
	plain, err := key.Open(sealed, bound...)
	if err != nil {
		if older, oerr := key.Open(sealed, bound[:3]...); oerr == nil {
			return older, nil
		}
	}
	return plain, err
}

// committed tells whether a line committed to this person and these words.
func committed(commitment, salt []byte, actorID int64, plain []byte) bool {
	return bytes.Equal(commitment, seal.Commit(salt, personal(actorID, plain)))
}
