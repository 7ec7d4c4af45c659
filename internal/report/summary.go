package report

import (
	"context"
	"maps"
	"slices"

	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/job"
	"guichet/internal/text"
	"guichet/internal/workflow"
)

// Register lets the queue make the documents that moves ask for.
func Register(w *job.Workers, o *dossier.Office, texts *text.Catalogue) {
	job.Register(w, func(ctx context.Context, g dossier.Generate) error {
		return o.Produce(ctx, g, func(f *dossier.File, page dossier.FirstPage) ([]byte, error) {
			return Summary(f, page, texts.Printer(text.FR))
		})
	})
}

// Summary restates a dossier for agents: what was asked, what was answered, which papers came, each with its first page in small
// (RP-026).
func Summary(f *dossier.File, page dossier.FirstPage, p text.Printer) ([]byte, error) {
	at := f.UpdatedAt
	pdf := New(string(p.Lang), f.Reference, at)
	pdf.H1(f.Def.Title.In(p.Lang))
	pdf.Pairs(heading(f, p))
	j := f.Def.Form.Walk(sent(f), nil, workflow.Day(at)) // what the person has typed and attached since is theirs until it is sent (RP-014)
	for _, s := range j.Steps() {
		if !s.Relevant {
			continue
		}
		if s.Step.Files {
			pdf.H2(s.Step.Title.In(p.Lang))
			pdf.Pairs(papers(f, p))
			thumbnails, err := thumbnails(f, page, p)
			if err != nil {
				return nil, err
			}
			pdf.Pictures(thumbnails)
			continue
		}
		if rows := answers(s.Fields, p.Lang); len(rows) > 0 {
			pdf.H2(s.Step.Title.In(p.Lang))
			pdf.Pairs(rows)
		}
	}
	return pdf.Bytes()
}

// sent are the answers as they were last sent, with the documents sent with them.
func sent(f *dossier.File) form.Raw {
	raw := maps.Clone(f.Filed)
	if raw == nil {
		raw = form.Raw{}
	}
	for _, d := range f.Dossier.Documents {
		if d.Round <= f.Round {
			raw[d.Path] = append(slices.Clone(raw[d.Path]), d.ID)
		}
	}
	return raw
}

func heading(f *dossier.File, p text.Printer) [][2]string {
	rows := [][2]string{{p.T("report.reference"), f.Reference}, {p.T("report.state"), f.Def.Flow.State(f.State).Desk.In(p.Lang)}}
	if f.SubmittedAt != nil {
		rows = append(rows, [2]string{p.T("report.submitted"), p.DateTimeAt(*f.SubmittedAt)})
	}
	return rows
}

// answers are label and value of every relevant field; a group's rows follow it, each under its title.
func answers(fields []*form.FieldState, lang text.Lang) [][2]string {
	var rows [][2]string
	for _, s := range fields {
		switch {
		case !s.Relevant:
		case s.Field.Kind == form.Group:
			for _, r := range s.Rows {
				rows = append(rows, [2]string{r.Title.In(lang), ""})
				rows = append(rows, answers(r.Fields, lang)...)
			}
		case s.Display(lang) != "":
			rows = append(rows, [2]string{s.Label.In(lang), s.Display(lang)})
		}
	}
	return rows
}

func papers(f *dossier.File, p text.Printer) [][2]string {
	var rows [][2]string
	for _, d := range f.Documents {
		if !d.Superseded && d.Round <= f.Round {
			rows = append(rows, [2]string{f.Def.Form.Field(d.Path).Label.In(p.Lang), d.Name + " (" + p.Size(d.Size) + ", " + p.DateAt(d.At) + ")"})
		}
	}
	return rows
}
