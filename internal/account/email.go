package account

import (
	"net/mail"
	"strings"
)

// cleanEmail checks an address as typed and gives it back without the blanks around it.
func cleanEmail(typed string) (string, *Problem) {
	email := strings.TrimSpace(typed)
	if email == "" {
		return "", problem("email", "account.problem.email_missing")
	}
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 {
		return "", problem("email", "account.problem.email")
	}
	_, domain, _ := strings.Cut(email, "@")
	if !strings.Contains(domain, ".") {
		return "", problem("email", "account.problem.email")
	}
	return email, nil
}

// index is the blind index an account is found by: one mailbox, however it is capitalised.
func (d *Desk) index(kind, email string) []byte {
	return d.Keys.Mailbox(kind, email)
}
