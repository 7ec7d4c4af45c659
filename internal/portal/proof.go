package portal

import "guichet/internal/web"

// unproven gives a form that was just opened what shows when.
func (p *portal) unproven(e *entry) *entry {
	e.typed = map[string]string{web.OpenedName: p.Accounts.OpenForm()}
	return e
}

// orAgain is the page again, where nothing failed.
func orAgain(err error, again func() error) error {
	if err != nil {
		return err
	}
	return again()
}
