package workflow

// Identity is how the person of a dossier that was sent proves who they are without a document: by the reference of another of their
// dossiers here, and a code to the address that its account has proven. The zero value is not at all.
type Identity struct {
	States []string `yaml:"states"` // in which it may be proven
	Tells  string   `yaml:"tells"`  // notification to the agent who has the dossier
}

func (c *Compiled) checkIdentity(r *refusals) {
	r.allOf("identity.states", "state", c.Identity.States, c.filedStates())
	switch tells := c.Identity.Tells; {
	case tells != "":
		r.oneOf("identity.tells", "notification", tells, names(c.notifications))
	case len(c.Identity.States) > 0:
		r.add("identity.tells", "name the notification that tells the agent", "the person proves who they are, and nobody hears of it")
	}
}
