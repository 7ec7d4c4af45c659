package seal

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Mailbox is the blind index an account of a kind is found by: one mailbox, however it is capitalised.
func (k *Keyring) Mailbox(kind, email string) []byte {
	return k.Index("account/"+kind, strings.ToLower(norm.NFC.String(strings.TrimSpace(email))))
}
