// Package backoffice is the agents' door: the queue, the dossier, the release and the administration.
package backoffice

import (
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/text"
	"guichet/web/components"
)

// Deps are the rooms the door leads to.
type Deps struct {
	Office     *dossier.Office
	Accounts   *account.Desk
	Catalogue  *procedure.Catalogue
	Releases   *release.House
	Site       *components.Site
	Controller text.Words // who answers for the processing, in notices
	Contact    string     // address to write to, in notices
}

type desk struct{ Deps }
