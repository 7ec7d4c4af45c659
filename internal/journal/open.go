package journal

import (
	"encoding/json"
	"strconv"

	"guichet/internal/fault"
	"guichet/internal/seal"
)

// Open reads the personal part of one line, for a list that shows some of them; the chain is checked by [Entries] alone.
func Open(key seal.Key, dossierID int64, seq int, sealed []byte) (d Detail, err error) {
	defer fault.Wrap(&err, "journal.Open %d %d", dossierID, seq)
	plain, err := key.Open(sealed, "journal", strconv.FormatInt(dossierID, 10), strconv.Itoa(seq))
	if err != nil {
		return nil, err
	}
	return d, json.Unmarshal(plain, &d)
}
