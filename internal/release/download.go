package release

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"guichet/internal/access"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
	"guichet/internal/text"
)

// Longest and shortest password of a workbook; Excel takes no longer one.
const leastPassword, longestPassword = 8, 255

// Book gives the kept workbook of a release, under a password where one is given; the password is kept nowhere, and the
// certificate's SHA-256 is of the bytes without it (RP-145). Conflict release.not_ready: there is no file. Invalid
// release.password: it is too short or too long.
func (h *House) Book(ctx context.Context, a access.Actor, id, password string) (name string, book []byte, err error) {
	defer fault.Wrap(&err, "release.Book %s", id)
	if n := utf8.RuneCountInString(password); n > 0 && (n < leastPassword || n > longestPassword) {
		return "", nil, fault.New(fault.Invalid, "release.password")
	}
	file, err := h.kept(ctx, a, id, "downloaded")
	if err != nil || password == "" {
		return file.Name, file.Content, err
	}
	book, err = excelize.Encrypt(file.Content, &excelize.Options{Password: password})
	return file.Name, book, err
}

// Certificate gives the kept certificate of a release.
func (h *House) Certificate(ctx context.Context, a access.Actor, id string) (name string, certificate []byte, err error) {
	defer fault.Wrap(&err, "release.Certificate %s", id)
	file, err := h.kept(ctx, a, id, "certificate downloaded")
	return CertificateName(file.Name), file.Certificate, err
}

// CertificateName is where a workbook's certificate stands: beside it.
func CertificateName(book string) string {
	return strings.TrimSuffix(book, ".xlsx") + ".certificate.json"
}

// kept reads the file and writes down who did.
func (h *House) kept(ctx context.Context, a access.Actor, id, what string) (file sqlc.ReleaseFileContentRow, err error) {
	r, err := h.request(ctx, a, id)
	if err != nil {
		return file, err
	}
	file, err = h.Store.Q().ReleaseFileContent(ctx, r.ID)
	if fault.Of(err) == fault.NotFound {
		return file, fault.New(fault.Conflict, "release.not_ready")
	}
	if err != nil {
		return file, err
	}
	line := sqlc.ReleaseActInsertParams{Procedure: r.Procedure, RequestID: &r.ID, Act: what}
	if a.AccountID != 0 {
		line.ActorID = &a.AccountID
	}
	return file, h.Store.InTx(ctx, func(tx *store.Tx) error { return act(ctx, tx, line) })
}

// Latest is the id of the newest release of a procedure that is ready in a language. Conflict release.not_ready: there is none.
func (h *House) Latest(ctx context.Context, a access.Actor, id string, lang text.Lang) (_ string, err error) {
	defer fault.Wrap(&err, "release.Latest %s", id)
	if _, err := h.allowed(a, id); err != nil {
		return "", err
	}
	r, err := h.Store.Q().ReleaseLatestReady(ctx, sqlc.ReleaseLatestReadyParams{Procedure: id, Lang: string(lang)})
	if fault.Of(err) == fault.NotFound {
		return "", fault.New(fault.Conflict, "release.not_ready")
	}
	return r.PublicID, err
}
