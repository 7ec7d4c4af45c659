package portal

import (
	"guichet/internal/dossier"
	"guichet/internal/form"
	"guichet/internal/web"
	"guichet/internal/workflow"
)

// path is the address of the step, with the way back to the check page when the person came from there.
func (s *stepView) path() string {
	if s.checked {
		return stepPath(s.d, s.step.Step) + "?check=1"
	}
	return stepPath(s.d, s.step.Step)
}

func stepPath(d *dossier.Dossier, s *form.Step) string {
	if s.Files {
		return dossierPath(d) + "/documents"
	}
	return dossierPath(d) + "/step/" + s.ID
}

// next is where "continue" leads: the page the person came from, or the next step that asks something.
func (s *stepView) next(v *web.Visit) string {
	switch {
	case s.d.StateKind == workflow.Waiting:
		v.Flash("portal.step.saved")
		return dossierPath(s.d)
	case s.checked:
		return dossierPath(s.d) + "/check"
	}
	for x := range s.journey.After(s.step) {
		if asks(x) {
			return stepPath(s.d, x.Step)
		}
	}
	return dossierPath(s.d) + "/check"
}

// asks tells whether a step has anything to fill in for these answers.
func asks(s *form.StepState) bool {
	if !s.Relevant {
		return false
	}
	for _, f := range s.Fields {
		if f.Relevant && !f.Computed() {
			return true
		}
	}
	return false
}

// place is the step's number among those that ask something, and how many there are.
func place(j *form.Journey, s *form.StepState) (n, of int) {
	for _, x := range j.Steps() {
		if !asks(x) {
			continue
		}
		of++
		if x.Number <= s.Number {
			n++
		}
	}
	return n, of
}

// lastRow is where a row just added stands on the page.
func (s *stepView) lastRow(group string) string {
	f := s.journey.Field(group)
	if f == nil || len(f.Rows) == 0 {
		return group
	}
	return rowControl(f, f.Rows[len(f.Rows)-1])
}

func rowControl(group *form.FieldState, r form.RowState) string { return group.Path + "." + r.ID }

// caption says how far the person is.
func (s *stepView) caption() string {
	if s.asked != nil {
		return s.d.Reference
	}
	n, of := place(s.journey, s.step)
	return s.pr.T("portal.step.place", "n", n, "of", of)
}
