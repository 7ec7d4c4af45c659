package demo

import (
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// SignIn is an account of the demonstration that somebody may use, with the shared password.
type SignIn struct {
	Email string
	Agent bool // at the agents' door
	Shows text.Words
}

// SignIns lists them, applicants first.
func SignIns(all []*procedure.Procedure) (out []SignIn, err error) {
	w, err := readWorld()
	if err != nil {
		return nil, err
	}
	var agents []SignIn
	for _, p := range all {
		s, err := readScript(p.ID)
		if err != nil {
			return nil, err
		}
		if s == nil {
			continue
		}
		for _, x := range s.People {
			out = append(out, SignIn{Email: x.Email, Shows: x.Shows})
		}
		for _, x := range s.Agents {
			agents = append(agents, SignIn{Email: x.Email, Agent: true, Shows: x.Shows})
		}
	}
	for _, f := range w.Firms {
		if f.Email != "" && len(agents) > 0 {
			out = append(out, SignIn{Email: f.Email, Shows: text.Words{FR: "un cabinet qui dépose pour de nombreux clients", EN: "a law firm that files for many clients"}})
			if f.Colleague != nil {
				out = append(out, SignIn{Email: f.Colleague.Email, Shows: text.Words{FR: "une collègue du même cabinet, qui voit les mêmes clients", EN: "a colleague in the same firm, who sees the same clients"}})
			}
		}
	}
	return append(out, agents...), nil
}
