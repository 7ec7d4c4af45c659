package procedure

import (
	"crypto/sha256"
	"encoding/json"

	"guichet/internal/form"
	"guichet/internal/workflow"
)

// hashOf is the SHA-256 of what a running dossier depends on: ids, kinds, rules, options, limits, states and
// moves, in file order. Wording, help, retention, access, privacy and layout are left out on purpose: a
// corrected typo or a shorter retention needs no new version (design, decision 3).
func hashOf(f *form.Form, w *workflow.Workflow) [32]byte {
	return digest(struct {
		Format int
		Form   any
		Flow   any
	}{1, canonForm(f), canonFlow(w)})
}

func digest(v any) [32]byte {
	raw, _ := json.Marshal(v) // cannot fail: structs of strings, numbers and lists of them
	return sha256.Sum256(raw)
}

type canonStep struct {
	ID, When string
	Files    bool
	Fields   []canonField
}

type canonField struct {
	ID       string
	Kind     form.Kind
	Rules    [6]string // when, required, compute, prefill, validate, row_when
	Checks   []canonCheck
	Options  []string
	Min, Max *float64
	Accept   []string
	MaxMB    *float64 `json:",omitempty"`
	PerRow   string
	OnAsking bool `json:",omitempty"`
	Valid    []canonCheck
	Fields   []canonField
}

type canonCheck struct {
	Rule string
	Warn bool
}

func canonForm(f *form.Form) any {
	steps := make([]canonStep, len(f.Steps))
	for i, s := range f.Steps {
		steps[i] = canonStep{s.ID, s.When, s.Files, canonFields(s.Fields)}
	}
	return struct {
		ID    string
		Steps []canonStep
		Agent []canonField
	}{f.ID, steps, canonFields(f.AgentFields)}
}

func canonFields(fields []*form.Field) []canonField {
	out := make([]canonField, len(fields))
	for i, f := range fields {
		c := canonField{
			ID: f.ID, Kind: f.Kind, Min: f.Min, Max: f.Max, Accept: f.Accept, MaxMB: f.MaxMB, PerRow: f.PerRow, OnAsking: f.OnRequest,
			Rules:  [6]string{f.When, f.Required, f.Compute, f.Prefill, f.Validate, f.RowWhen},
			Fields: canonFields(f.Fields),
		}
		for _, k := range f.Checks {
			c.Checks = append(c.Checks, canonCheck{k.Rule, k.Warn})
		}
		for _, v := range f.Valid {
			c.Valid = append(c.Valid, canonCheck{v.Rule, v.Submit == form.Warns})
		}
		for _, o := range f.Options {
			c.Options = append(c.Options, o.ID)
		}
		out[i] = c
	}
	return out
}

type canonMove struct {
	ID, To, When             string
	From, By, Needs          []string
	Fields, Required, Reason []string
	Pick, Leaves             bool
	Due                      string
	DueWithin                []string
	Do                       []workflow.Effect
	Asks, Checks             []string          `json:",omitempty"`
	Set                      map[string]string `json:",omitempty"`
}

func canonFlow(w *workflow.Workflow) any {
	states := make([][2]string, len(w.States))
	for i, s := range w.States {
		states[i] = [2]string{s.ID, s.Kind}
	}
	moves := make([]canonMove, len(w.Moves))
	for i, m := range w.Moves {
		moves[i] = canonMove{
			ID: m.ID, To: m.To, When: m.When, From: m.From, By: m.By, Needs: m.Needs, Leaves: m.Leaves,
			Fields: m.Form.Fields, Required: m.Form.Required, Pick: m.Form.Pick, Due: m.Form.Due, DueWithin: m.Form.DueWithin,
			Do: m.Do, Asks: m.Form.Asks, Set: m.Set,
		}
		for _, k := range m.Form.Checks {
			moves[i].Checks = append(moves[i].Checks, k.Rule)
		}
		for _, reason := range m.Form.Reasons {
			moves[i].Reason = append(moves[i].Reason, reason.ID)
		}
	}
	var deadlines [][]string
	for _, d := range w.Deadlines {
		deadlines = append(deadlines, []string{d.ID, d.Opens, d.Due, d.When, d.MovedBy, d.Until})
	}
	return struct {
		ID        string
		States    [][2]string
		Moves     []canonMove
		Deadlines [][]string `json:",omitempty"`
	}{w.ID, states, moves, deadlines}
}

type canonColumn struct {
	ID, Field, Derived, Hierarchy string
	Sensitive                     bool
	Level                         int
	Cuts                          [][]int
	Groups                        [][]canonGroup
}

type canonGroup struct {
	ID     string
	Values []string
	Rest   bool
}

// hashRelease is the SHA-256 of everything in a schema but its words and the note on its reference.
func hashRelease(s *ReleaseSchema) [32]byte {
	columns := make([]canonColumn, len(s.Columns))
	for i, c := range s.Columns {
		columns[i] = canonColumn{ID: c.ID, Field: c.Field, Derived: c.Derived, Hierarchy: c.Hierarchy, Sensitive: c.Sensitive, Level: c.Level}
		for _, l := range c.Levels {
			columns[i].Cuts = append(columns[i].Cuts, l.Cuts)
			var groups []canonGroup
			for _, g := range l.Groups {
				groups = append(groups, canonGroup{g.ID, g.Values, g.Rest})
			}
			columns[i].Groups = append(columns[i].Groups, groups)
		}
	}
	return digest(struct {
		Format                 int
		Release                string
		Version, K, M, Diverse int
		Share, Floor           float64
		Person, Household      []string
		Kin                    [][]string
		Columns                []canonColumn
	}{1, s.Release, s.Version, s.K, s.M, s.Diverse, s.Share, s.Floor, s.Person, s.Household, s.Kin, columns})
}
