package exchange

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/rule"
	"guichet/internal/workflow"
)

// Format is the version of the envelope.
const Format = 1

// message is what leaves: an envelope, the answers marked to leave, and what there is to know of the documents marked to leave.
type message struct {
	Format     int            `json:"format"`
	ID         string         `json:"id"` // of this handing over: the idempotency key
	Procedure  string         `json:"procedure"`
	Connector  string         `json:"connector"`
	Event      string         `json:"event"`
	At         time.Time      `json:"at"`
	Definition string         `json:"definition"` // hash of the definition the dossier was started with
	Dossier    about          `json:"dossier"`
	Answers    map[string]any `json:"answers"`
	Documents  []paper        `json:"documents"`
}

type about struct {
	Reference   string    `json:"reference"`
	State       string    `json:"state"`
	Channel     string    `json:"channel"`
	Round       int       `json:"round"`
	SubmittedAt time.Time `json:"submitted_at"`
}

type paper struct {
	ID     string `json:"id"`
	Field  string `json:"field"`
	Row    string `json:"row,omitempty"` // of the group it was asked for
	Kind   string `json:"kind"`
	Size   int64  `json:"size"`
	Pages  int    `json:"pages"`
	SHA256 string `json:"sha256"`
}

func messageOf(id string, l dossier.Leaving, at time.Time) *message {
	m := &message{
		Format: Format, ID: id, Procedure: l.Procedure.ID, Connector: l.Connector.ID, Event: l.Event, At: at,
		Definition: hex(l.Def.Hash[:]), Answers: map[string]any{}, Documents: []paper{},
		Dossier: about{Reference: l.Reference, State: l.State, Channel: l.Channel, Round: l.Round},
	}
	if l.SubmittedAt != nil {
		m.Dossier.SubmittedAt = *l.SubmittedAt
	}
	marked := marks(l.Connector)
	for _, s := range l.Journey.Steps() {
		if s.Relevant {
			m.answer(s.Fields, marked)
		}
	}
	for _, p := range l.Papers {
		m.document(l, p, marked)
	}
	return m
}

// marks are the fields that leave.
func marks(k *workflow.Connector) map[string]bool {
	out := make(map[string]bool, len(k.Fields))
	for _, id := range k.Fields {
		out[id] = true
	}
	return out
}

// answer takes the answers of a step that are marked; a group leaves as the list of its rows, each with the marked cells alone.
func (m *message) answer(fields []*form.FieldState, marked map[string]bool) {
	for _, f := range fields {
		switch {
		case !f.Relevant || f.Field.Kind == form.File:
		case f.Field.Kind != form.Group:
			if v := valueOf(f); marked[f.Field.ID] && v != nil {
				m.Answers[f.Field.ID] = v
			}
		case anyCell(f.Field, marked):
			rows := make([]map[string]any, len(f.Rows))
			for i, row := range f.Rows {
				rows[i] = map[string]any{"row": row.ID}
				for _, c := range row.Fields {
					if v := valueOf(c); c.Relevant && marked[f.Field.ID+"."+c.Field.ID] && v != nil {
						rows[i][c.Field.ID] = v
					}
				}
			}
			m.Answers[f.Field.ID] = rows
		}
	}
}

func anyCell(group *form.Field, marked map[string]bool) bool {
	for _, c := range group.Fields {
		if marked[group.ID+"."+c.ID] {
			return true
		}
	}
	return false
}

// valueOf is an answer as it leaves: days as 2006-01-02, sums with two decimals as text, all else as its kind; nil for none.
func valueOf(f *form.FieldState) any {
	if f.Prefilled {
		return nil
	}
	switch v := f.Value.(type) {
	case nil:
		return nil
	case rule.Date:
		if v.IsZero() {
			return nil
		}
		return v.Format(time.DateOnly)
	case float64:
		if f.Field.Kind == form.Money && len(f.Raw) == 1 {
			return money(v)
		}
		return v
	}
	return f.Value
}

// document takes what there is to know of a marked document that its question still asks for.
func (m *message) document(l dossier.Leaving, p dossier.LeavingPaper, marked map[string]bool) {
	field := l.Def.Form.Field(p.Path)
	if field == nil || !marked[field.ID] || !asked(l.Journey, p) {
		return
	}
	m.Documents = append(m.Documents, paper{
		ID: p.ID, Field: field.ID, Row: strings.TrimPrefix(strings.TrimPrefix(p.Path, field.ID), "."), Kind: p.Kind, Size: p.Size, Pages: p.Pages, SHA256: p.SHA256,
	})
}

// asked tells whether a relevant question of the form holds the document.
func asked(j *form.Journey, p dossier.LeavingPaper) bool {
	ids, _ := j.Value(p.Path).([]string)
	for _, id := range ids {
		if id == p.ID {
			return true
		}
	}
	return false
}

// encode writes the message: one line, without the escapes that HTML would want.
func (m *message) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
