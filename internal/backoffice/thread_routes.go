package backoffice

import "guichet/internal/web"

// threadRoutes are the pages of what is said about a dossier, and of all that has happened on it.
func (b *desk) threadRoutes(d *web.Door, reader, looker web.Policy) {
	d.Get("/dossier/{dossier}/timeline", looker, b.informed(b.getTimeline))
	b.post(d, "/dossier/{dossier}/note", reader, b.postNote)
	d.Get("/dossier/{dossier}/write", reader, b.informed(b.getWrite))
	b.post(d, "/dossier/{dossier}/write", reader, b.postWrite)
	b.post(d, "/dossier/{dossier}/settle", reader, b.postSettle)
	d.Get("/mentions", reader, b.informed(b.getMentions))
	b.post(d, "/mentions/{mention}/seen", reader, b.postMentionSeen)
}
