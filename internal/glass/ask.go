package glass

import (
	"bytes"
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
	"guichet/internal/notify"
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
// Invalid "glass.officer" (nobody is set to be told), "glass.many" (too many of the actor's wait), "glass.infected"; what is
// missing of "glass.reference", "glass.purpose", "glass.dossiers" and "glass.paper", all of it in a *[Lacking]; and the reasons of
// document. While the virus scanner is away the request waits: nobody opens its paper before it was looked at.
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
		if n, err := tx.Q.GlassWaiting(ctx, a.AccountID); err != nil {
			return err
		} else if n >= mostWaiting {
			return fault.New(fault.Invalid, "glass.many")
		}
		if err := tx.Q.GlassInsert(ctx, row); err != nil {
			return err
		}
		return h.tellDeciders(ctx, tx, in.Procedure, a.AccountID)
	})
}

// tellDeciders writes to who works on the procedure's dossiers that a request waits for them.
func (h *House) tellDeciders(ctx context.Context, tx *store.Tx, procedureID string, asker int64) error {
	agents, err := h.Office.Mailboxes(ctx, tx, procedureID, "")
	if err != nil {
		return err
	}
	for _, id := range agents {
		if id == asker {
			continue
		}
		if _, err := notify.Queue(ctx, tx, notify.Mail{AccountID: id, Template: mailAsked}); err != nil {
			return err
		}
	}
	return nil
}

// written checks what was typed, and tells all that is missing.
func (h *House) written(in Asking) (written, error) {
	w := written{Reference: strings.Join(strings.Fields(in.Reference), " "), Purpose: strings.TrimSpace(in.Purpose), Paper: strings.TrimSpace(in.PaperName)}
	w.References = references(in.Dossiers)
	var lacks []string
	for _, x := range []struct {
		short  bool
		reason string
	}{
		{h.Officer == "", "glass.officer"},
		{w.Reference == "" || utf8.RuneCountInString(w.Reference) > mostLetters, "glass.reference"},
		{w.Purpose == "" || utf8.RuneCountInString(w.Purpose) > mostWords, "glass.purpose"},
		{len(w.References) == 0 || len(w.References) > MostNamed || slices.ContainsFunc(w.References, long), "glass.dossiers"},
		{in.Paper == nil, "glass.paper"},
	} {
		if x.short {
			lacks = append(lacks, x.reason)
		}
	}
	if len(lacks) > 0 {
		return w, fault.From(fault.Invalid, lacks[0], &Lacking{lacks})
	}
	return w, nil
}

// Lacking is all that a request as it is typed is short of, by reason.
type Lacking struct{ Reasons []string }

func (l *Lacking) Error() string { return "the request lacks " + strings.Join(l.Reasons, ", ") }

func long(reference string) bool { return utf8.RuneCountInString(reference) > mostLetters }

// references are the dossiers named, each once, in capitals.
func references(words string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(words, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }) {
		s = strings.ToUpper(strings.NewReplacer("‑", "-", "–", "-").Replace(s))
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// paper takes in a PDF, as the service takes in those of applicants: a child process looks at it, then the virus scanner.
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
	body, err := io.ReadAll(io.LimitReader(checked.Clean, MostPaper+1))
	if err != nil {
		return nil, err
	}
	if err := h.scan(ctx, body); err != nil && fault.Key(err) != scannerAway {
		return nil, err
	}
	return body, nil
}

const scannerAway = "glass.scanner"

// scan has the virus scanner look at a paper, where there is one: before it is kept, and again whenever somebody opens it or decides
// on it, for the scanner may have been away before. Invalid "glass.scanner" (it is away), "glass.infected".
func (h *House) scan(ctx context.Context, body []byte) error {
	if h.Scanner == nil {
		return nil
	}
	found, err := h.Scanner.Scan(ctx, bytes.NewReader(body), int64(len(body)))
	switch {
	case fault.Of(err) == fault.Unavailable:
		return fault.From(fault.Invalid, scannerAway, err)
	case err == nil && found != "":
		return fault.New(fault.Invalid, "glass.infected")
	}
	return err
}
