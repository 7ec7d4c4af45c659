package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"guichet/internal/form"
	"guichet/internal/procedure"
)

const checkAbout = `guichet check reads every procedure and says what must not be served.

  guichet check
  guichet check --definitions DIR

A procedure is two files with one name: forms/NAME.yaml (what is asked, and how each answer is protected) and
workflows/NAME.yaml (states, moves, messages, deadlines, retention). One that is released to analysts has a third,
forms/NAME.release.yaml, and where questions are answered by tables a fourth, forms/NAME.tables.yaml.

Without --definitions the procedures inside the program are read. With it, DIR/forms and DIR/workflows are read instead;
DIR/docs/requirements.tsv and DIR/docs/opinions too when they are there, otherwise the program's own.

Each refusal is one line, FILE:LINE:COLUMN: what is wrong — how to mend it, and the exit status is 1. The server makes the
same check and does not start on a refusal. Keys are explained in internal/form/definition.go,
internal/workflow/definition.go, internal/procedure/release.go and question.go.`

func runCheck(_ context.Context, args []string, stdout, stderr io.Writer) error {
	f := newFlags("check", checkAbout, stderr)
	dir := f.String("definitions", folderOfDefinitions(), "`folder` with forms/ and workflows/ to read instead of the program's own (GUICHET_DEFINITIONS)")
	if err := parse(f, args); err != nil {
		return err
	}
	catalogue, refused := procedure.Load(definitionFiles(*dir))
	for _, r := range refused {
		fmt.Fprintln(stdout, r)
	}
	switch len(refused) {
	case 0:
		return summarise(stdout, catalogue)
	case 1:
		return errors.New("1 refusal")
	}
	return fmt.Errorf("%d refusals", len(refused))
}

// summarise says what was loaded, one paragraph a procedure.
func summarise(w io.Writer, c *procedure.Catalogue) error {
	var b strings.Builder
	for _, p := range c.All() {
		steps, fields, documents := count(p.Form.Form)
		fmt.Fprintf(&b, "%s  %q  %x\n", p.ID, p.Title.EN, p.Hash[:6])
		fmt.Fprintf(&b, "  asks      %d steps, %d fields, %d kinds of document\n", steps, fields, documents)
		fmt.Fprintf(&b, "  does      %d states, %d moves, %d timers\n", len(p.Flow.States), len(p.Flow.Workflow.Moves), len(p.Flow.Timers))
		fmt.Fprintf(&b, "  tells     %d notices, %d messages\n", len(p.Flow.Notices), len(p.Flow.Notifications))
		for _, k := range p.Flow.KeepRules {
			fmt.Fprintf(&b, "  keeps     %s from %s, then %s: %s\n", k.Period, k.From, k.Then, strings.Join(k.What, ", "))
		}
		if s := p.Release; s != nil {
			fmt.Fprintf(&b, "  releases  version %d, %d of %d columns, %d blocks, k = %d, m = %d\n", s.Version, len(s.Written()), len(s.Columns), s.Blocks(), s.K, s.M)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// count gives the steps, the fields that are asked or computed (cells of groups included), and the documents.
func count(f *form.Form) (steps, fields, documents int) {
	for _, s := range f.Steps {
		for _, field := range s.Fields {
			switch field.Kind {
			case form.File:
				documents++
			case form.Group:
				fields += len(field.Fields)
			default:
				fields++
			}
		}
	}
	return len(f.Steps), fields, documents
}
