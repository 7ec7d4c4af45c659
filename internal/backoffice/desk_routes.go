package backoffice

import "guichet/internal/web"

// deskRoutes are the pages of the daily work beyond one dossier and its moves.
func (b *desk) deskRoutes(d *web.Door, reader web.Policy) {
	d.Get("/queue", reader, b.informed(b.getQueue))
	d.Post("/dossier/{dossier}/release", reader, b.informed(b.postRelease))
}
