package form

// Step finds a step of the form by its id, without the agents', or nil.
func (c *Compiled) Step(id string) *Step {
	if s := c.byID[id]; s != nil && s != c.agent {
		return s.step
	}
	return nil
}
