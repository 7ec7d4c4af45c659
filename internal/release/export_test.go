package release

// Between calls fn between two steps of a freeze or of a file, with the step's name; its error ends the run there.
func (h *House) Between(fn func(step string) error) { h.step = fn }
