package backoffice

import "guichet/internal/web"

// threadRoutes are the pages of what is said about a dossier, and of all that has happened on it.
func (b *desk) threadRoutes(d *web.Door, reader, looker web.Policy) {
	d.Get("/dossier/{dossier}/timeline", looker, b.informed(b.getTimeline))
	d.Post("/dossier/{dossier}/note", reader, b.informed(b.postNote), web.OnLapse(b.lapsed))
	d.Get("/dossier/{dossier}/write", reader, b.informed(b.getWrite))
	d.Post("/dossier/{dossier}/write", reader, b.informed(b.postWrite), web.OnLapse(b.lapsed))
	d.Post("/dossier/{dossier}/settle", reader, b.informed(b.postSettle))
	d.Get("/mentions", reader, b.informed(b.getMentions))
	d.Post("/mentions/{mention}/seen", reader, b.informed(b.postMentionSeen))
}
