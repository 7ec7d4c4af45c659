package verify

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/xuri/excelize/v2"
)

var errPassword = errors.New("the password does not open the workbook")

// Decrypt takes the workbook out of the container that a password put around it. Encryption is the one thing that is not
// done again here: a wrong result would not have the certified digest.
func Decrypt(file []byte, password string) (plain []byte, err error) {
	defer func() {
		if r := recover(); r != nil { // a container from a stranger, and a reader that trusts it
			plain, err = nil, fmt.Errorf("the container of the workbook is damaged: %w", errPassword)
		}
	}()
	if !isProtected(file) {
		return nil, errors.New("the workbook is not protected by a password")
	}
	plain, err = excelize.Decrypt(file, &excelize.Options{Password: password})
	if err != nil || !bytes.HasPrefix(plain, []byte("PK")) {
		return nil, errPassword
	}
	return withoutFilling(plain), nil
}

// block is what encryption fills a file up to.
const block = 16

// withoutFilling cuts what was added behind the end of the archive so that its length is one of whole blocks.
func withoutFilling(plain []byte) []byte {
	at := bytes.LastIndex(plain, []byte("PK\x05\x06"))
	if end := at + endLength; at >= 0 && end <= len(plain) && len(plain)-end < block {
		return plain[:end]
	}
	return plain
}
