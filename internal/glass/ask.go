package glass

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guichet/internal/access"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/store"
	"guichet/internal/store/sqlc"
)

// Asking is a request as it is typed.
type Asking struct {
	Procedure, Role string
	Reference       string // of the written request
	Purpose         string
	Dossiers        string    // references, parted by spaces, commas or lines
	PaperName       string    // as the file was called
	Paper           io.Reader // nil: none was given
}

// Ask keeps a written request until somebody of the authority decides on it. Errors: Forbidden (no role of the actor's asks),
// Invalid "glass.officer" (nobody is set to be told), "glass.reference", "glass.purpose", "glass.dossiers", "glass.paper", and
// the reasons of document.
func (h *House) Ask(ctx context.Context, a access.Actor, in Asking) (id string, err error) {
	defer fault.Wrap(&err, "glass.Ask by %d", a.AccountID)
	if !slices.ContainsFunc(h.Roles(a), func(g access.Grant) bool { return g.Procedure == in.Procedure && g.Role == in.Role }) {
		return "", fault.New(fault.Forbidden, "")
	}
	w, err := h.written(in)
	if err != nil {
		return "", err
	}
	paper, err := h.paper(ctx, in.Paper)
	if err != nil {
		return "", err
	}
	id = newID()
	row := sqlc.GlassInsertParams{PublicID: id, Procedure: in.Procedure, Role: in.Role, AskerID: a.AccountID}
	plain, err := json.Marshal(w)
	if err != nil {
		return "", err
	}
	if row.Sealed, err = h.Keys.SealFor(a.AccountID, "glass "+id, plain); err != nil {
		return "", err
	}
	if row.Paper, err = h.Keys.SealFor(a.AccountID, "glass paper "+id, paper); err != nil {
		return "", err
	}
	return id, h.Store.InTx(ctx, func(tx *store.Tx) error {
		row.At = tx.Now
		return tx.Q.GlassInsert(ctx, row)
	})
}

// written checks what was typed; the first thing that is missing is told.
func (h *House) written(in Asking) (written, error) {
	w := written{Reference: strings.Join(strings.Fields(in.Reference), " "), Purpose: strings.TrimSpace(in.Purpose), Paper: strings.TrimSpace(in.PaperName)}
	w.References = references(in.Dossiers)
	switch {
	case h.Officer == "":
		return w, fault.New(fault.Invalid, "glass.officer")
	case w.Reference == "" || utf8.RuneCountInString(w.Reference) > mostLetters:
		return w, fault.New(fault.Invalid, "glass.reference")
	case w.Purpose == "" || utf8.RuneCountInString(w.Purpose) > mostWords:
		return w, fault.New(fault.Invalid, "glass.purpose")
	case len(w.References) == 0 || len(w.References) > MostNamed:
		return w, fault.New(fault.Invalid, "glass.dossiers")
	case in.Paper == nil:
		return w, fault.New(fault.Invalid, "glass.paper")
	}
	return w, nil
}

// references are the dossiers named, each once, in capitals.
func references(words string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(words, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }) {
		s = strings.ToUpper(strings.NewReplacer("‑", "-", "–", "-").Replace(s))
		if !slices.Contains(out, s) && utf8.RuneCountInString(s) <= mostLetters {
			out = append(out, s)
		}
	}
	return out
}

// paper takes in a PDF, as the service takes in those of applicants: a child process looks at it.
func (h *House) paper(ctx context.Context, src io.Reader) ([]byte, error) {
	sent, err := h.Workshop.Spool(src, MostPaper)
	if err != nil {
		return nil, err
	}
	defer func() { _ = sent.Close() }()
	checked, err := h.Workshop.Judge(ctx, sent)
	if err != nil {
		return nil, err
	}
	defer func() { _ = checked.Close() }()
	if checked.Kind != document.PDF {
		return nil, fault.New(fault.Invalid, "glass.paper")
	}
	return io.ReadAll(io.LimitReader(checked.Clean, MostPaper+1))
}
