package portal

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
)

// heldFormat names what is exported; docs/my-data.md says what stands in it. Names in it are added, never changed.
const heldFormat = "guichet.my-data/1"

// heldDossier is one dossier. Of one in which the reader acts for somebody else only what is about the reader is told.
type heldDossier struct {
	ID        string         `json:"id"`
	Reference string         `json:"reference"`
	Procedure string         `json:"procedure"`
	Part      string         `json:"part"` // own | applicant | holder
	State     string         `json:"state"`
	Created   time.Time      `json:"created"`
	Changed   time.Time      `json:"changed"`
	Submitted *time.Time     `json:"submitted"`
	Closed    *time.Time     `json:"closed"`
	ErasedOn  string         `json:"erased_on"` // day; "" while it is at work
	Answers   []heldAnswer   `json:"answers"`
	Documents []heldDocument `json:"documents"`
	Consents  []heldConsent  `json:"consents"`
	Messages  []heldMessage  `json:"messages"`
	Receipts  []heldReceipt  `json:"receipts"`
	Readings  []heldReading  `json:"readings"`
}

type heldAnswer struct {
	Step     string   `json:"step"`
	Field    string   `json:"field"`
	Label    string   `json:"label"`
	Value    string   `json:"value"` // in words
	Raw      []string `json:"raw"`   // as it was typed
	ByAgents bool     `json:"by_agents"`
}

type heldDocument struct {
	ID       string    `json:"id"`
	Field    string    `json:"field"`
	Label    string    `json:"label"`
	Name     string    `json:"name"`
	Kind     string    `json:"kind"`
	Size     int64     `json:"size"` // bytes
	Received time.Time `json:"received"`
	Stands   bool      `json:"stands"` // false: another took its place
	Address  string    `json:"address"`
}

type heldConsent struct {
	Notice string    `json:"notice"`
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}

type heldMessage struct {
	At      time.Time `json:"at"`
	From    string    `json:"from"` // person (the reader) | representative | administration | service
	Subject string    `json:"subject"`
	Body    string    `json:"body"`
	Files   []string  `json:"files"`
}

type heldReceipt struct {
	Kind    string    `json:"kind"`
	At      time.Time `json:"at"`
	Address string    `json:"address"`
}

type heldReading struct {
	At        time.Time `json:"at"`
	Role      string    `json:"role"`
	OnRequest bool      `json:"on_written_request"`
}

// holdings reads what is held, a dossier at a time: nobody's whole past has to fit into memory.
type holdings struct {
	p     *portal
	v     *web.Visit
	whole bool // every line of every list; else the latest ones
}

// The most lines of a list on a page. docs/my-data.md and the page say so; copies have them all.
const (
	mostConnections = 50
	mostSittings    = 100
	mostMandates    = 200
	mostReadings    = 1000
)

// most is how many lines of a list are read; 0 is all of them.
func (h holdings) most(n int32) int32 {
	if h.whole {
		return 0
	}
	return n
}

// each gives the dossiers one by one, newest first.
func (h holdings) each(ctx context.Context, do func(heldDossier) error) error {
	in := dossier.MineFilter{Limit: 50}
	for {
		found, more, err := h.p.Office.Mine(ctx, h.v.Actor, in)
		if err != nil {
			return err
		}
		for _, s := range found {
			d, err := h.dossier(ctx, s)
			if err != nil {
				return err
			}
			if err := do(d); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		in.After = found[len(found)-1].PublicID
	}
}

func (h holdings) dossier(ctx context.Context, s dossier.Summary) (out heldDossier, err error) {
	out = heldDossier{
		ID: s.PublicID, Reference: s.Reference, Procedure: s.Procedure, Part: "holder", State: s.State, Created: s.CreatedAt, Changed: s.UpdatedAt,
		Submitted: s.SubmittedAt, Closed: s.ClosedAt, Answers: []heldAnswer{}, Documents: []heldDocument{}, Consents: []heldConsent{},
		Messages: []heldMessage{}, Receipts: []heldReceipt{}, Readings: []heldReading{},
	}
	if s.Acting {
		return out, nil // what is in it is somebody else's
	}
	out.Part = "applicant"
	f, err := h.p.Office.Read(ctx, h.v.Actor, s.PublicID)
	if fault.Of(err) == fault.NotFound {
		return out, nil // said to be about the reader, who has not shown it yet; or gone meanwhile
	}
	if err != nil {
		return out, err
	}
	if f.OwnerID == h.v.Actor.AccountID {
		out.Part = "own"
	}
	if day := h.p.Office.Goes(f.Dossier); day != nil {
		out.ErasedOn = day.Format(time.DateOnly)
	}
	j := f.Journey(nil, h.v.Now)
	for _, step := range j.Steps() {
		if step.Relevant && !step.Step.Files {
			out.Answers = append(out.Answers, h.answers(step.Step.ID, step.Fields, "", false)...)
		}
	}
	out.Answers = append(out.Answers, h.answers(form.AgentStep, f.Said(), "", true)...)
	h.papers(f, &out)
	return out, h.record(ctx, f, &out)
}

// answers are those of a page, a group's after its row's title.
func (h holdings) answers(step string, fields []*form.FieldState, before string, byAgents bool) (out []heldAnswer) {
	for _, f := range fields {
		switch {
		case !f.Relevant || f.Field.Kind == form.File:
		case f.Field.Kind == form.Group:
			for _, r := range f.Rows {
				out = append(out, h.answers(step, r.Fields, r.Title.In(h.v.P.Lang)+", ", byAgents)...)
			}
		case f.Answered():
			out = append(out, heldAnswer{step, f.Path, before + f.Label.In(h.v.P.Lang), f.Display(h.v.P.Lang), slices.Clone(f.Raw), byAgents})
		}
	}
	return out
}

func (h holdings) papers(f *dossier.File, out *heldDossier) {
	for _, x := range f.Documents {
		label := x.Path
		if field := f.Def.Form.Field(x.Path); field != nil {
			label = field.Label.In(h.v.P.Lang)
		}
		out.Documents = append(out.Documents, heldDocument{
			ID: x.ID, Field: x.Path, Label: label, Name: x.Name, Kind: string(x.Kind), Size: x.Size, Received: x.At, Stands: !x.Superseded,
			Address: h.v.Door.Origin + "/dossier/" + f.PublicID + "/document/" + x.ID,
		})
	}
	for _, c := range f.Consents {
		out.Consents = append(out.Consents, heldConsent{c.Notice, c.Text, c.At})
	}
	for _, m := range f.Letters {
		x := heldMessage{At: m.At, From: "administration", Subject: m.Subject, Body: m.Body, Files: []string{}}
		switch {
		case m.AuthorID == 0 && m.Template != "":
			x.From = "service"
		case m.AuthorID == h.v.Actor.AccountID:
			x.From = "person"
		case f.PersonSide(m.AuthorID):
			x.From = "representative"
		}
		for _, file := range m.Files {
			x.Files = append(x.Files, file.Name)
		}
		out.Messages = append(out.Messages, x)
	}
}

// record is what was proven, and who of the administration looked, by role.
func (h holdings) record(ctx context.Context, f *dossier.File, out *heldDossier) error {
	if f.StateKind != workflow.Draft {
		proofs, err := h.p.Office.Proofs(ctx, f.Dossier)
		if err != nil {
			return err
		}
		for _, x := range proofs {
			out.Receipts = append(out.Receipts, heldReceipt{x.Kind, x.At, h.v.Door.Origin + "/dossier/" + f.PublicID + "/receipt/" + strconv.Itoa(x.Line) + ".pdf"})
		}
	}
	reads, err := h.p.Office.ReadingsOf(ctx, h.v.Actor, f.Dossier, h.most(mostReadings))
	for _, x := range reads {
		role := h.p.newest(f.Dossier).Flow.Role(x.Role)
		if role != nil && role.Kind != "agent" && role.Kind != "support" || role == nil && !strings.HasPrefix(x.Role, "token ") {
			continue // of no agent
		}
		name := "other_system"
		if role != nil {
			name = role.ID
		}
		out.Readings = append(out.Readings, heldReading{x.At, name, x.OnRequest})
	}
	return err
}
