package backoffice

import "guichet/internal/web"

// deskRoutes are the pages of the daily work beyond one dossier and its moves.
func (b *desk) deskRoutes(d *web.Door, reader web.Policy) {
	d.Get("/queue", reader, b.informed(inTurn(b.getQueue)))
	d.Post("/queue/view", reader, b.informed(b.postView))
	d.Post("/queue/view/{view}/remove", reader, b.informed(b.postViewRemove))
	d.Get("/figures/{procedure}", reader, b.informed(b.getFigures))
	d.Get("/bulk", reader, b.informed(b.getBulks))
	d.Post("/bulk", reader, b.informed(b.postBulk))
	d.Get("/bulk/{bulk}", reader, b.informed(b.getBulk))
	d.Post("/bulk/{bulk}/start", reader, b.informed(b.postBulkStart))
	d.Post("/dossier/{dossier}/release", reader, b.informed(b.postRelease))
}
