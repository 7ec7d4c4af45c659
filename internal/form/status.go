package form

// Status is how far a step is.
type Status uint8

// The statuses. Done means that no problem blocks and everything required is answered.
const (
	Todo Status = iota
	Started
	Done
	Skipped
)

var statusNames = [...]string{"todo", "started", "done", "skipped"}

func (s Status) String() string { return statusNames[s] }

// Status says how far a step is; one that is not relevant, or asks nothing, is skipped.
func (j *Journey) Status(step string) Status {
	s := j.Step(step)
	if s == nil || !s.Relevant || !s.asks() {
		return Skipped
	}
	saved := s.saved()
	if !saved && !s.Step.Files {
		return Todo
	}
	if Blocking(j.Check(step)) {
		if saved {
			return Started
		}
		return Todo
	}
	return Done
}

// asks reports whether the step has anything to fill in.
func (s *StepState) asks() bool {
	for _, f := range s.Fields {
		if f.Relevant && f.node.compute == nil {
			return true
		}
	}
	return false
}

// saved reports whether the page of the step was ever kept, be it with blanks.
func (s *StepState) saved() bool {
	for _, f := range s.Fields {
		if f.Relevant && f.shown {
			return true
		}
	}
	return false
}
