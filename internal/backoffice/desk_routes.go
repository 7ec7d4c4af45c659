package backoffice

import "guichet/internal/web"

// deskRoutes are the pages of the daily work beyond one dossier and its moves.
func (b *desk) deskRoutes(d *web.Door, reader web.Policy) {
	d.Get("/queue", reader, b.informed(inTurn(b.getQueue)))
	b.post(d, "/queue/view", reader, b.postView)
	b.post(d, "/queue/view/{view}/remove", reader, b.postViewRemove)
	d.Get("/figures/{procedure}", reader, b.informed(b.getFigures))
	d.Get("/bulk", reader, b.informed(b.getBulks))
	b.post(d, "/bulk", reader, b.postBulk)
	d.Get("/bulk/{bulk}", reader, b.informed(b.getBulk))
	b.post(d, "/bulk/{bulk}/start", reader, b.postBulkStart)
	b.post(d, "/dossier/{dossier}/release", reader, b.postRelease)
}
