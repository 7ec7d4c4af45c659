package workflow

// checkAccount wants a guard where a stranger's form is taken, and a way to reach who has no account.
func (c *Compiled) checkAccount(r *refusals, path string, in Intake) {
	if in.Account != "" {
		r.oneOf(path+".account", "account", in.Account, accounts)
	}
	if in.Guard != "" {
		r.oneOf(path+".guard", "guard", in.Guard, guards)
	}
	if in.Channel != "online" || in.Account == "" || in.Account == "required" {
		return
	}
	if in.Guard == "" {
		r.add(path+".account", "write `guard: proof_of_work`, or `account: required`", "anybody may send this form, by the thousand")
	}
	if c.Paper.Email == "" {
		r.add(path+".account", "name the question for their e-mail address in `paper.email`", "who has no account is reached nowhere")
	}
}

// Online is the way in by the pages, nil when there is none.
func (c *Compiled) Online() *Intake {
	for i := range c.Intake {
		if c.Intake[i].Channel == "online" {
			return &c.Intake[i]
		}
	}
	return nil
}

// TakesGuests tells whether somebody may send this form without an account.
func (c *Compiled) TakesGuests() bool {
	in := c.Online()
	return in != nil && (in.Account == "optional" || in.Account == "none")
}
