package backoffice

import "guichet/internal/web"

// requestRoutes are the pages of what is asked of the person, of what came back, and of what an agent thinks of it.
func (b *desk) requestRoutes(d *web.Door, reader web.Policy) {
	d.Get("/dossier/{dossier}/ask", reader, b.informed(b.getGather))
	b.post(d, "/dossier/{dossier}/ask", reader, b.postGather)
	d.Get("/dossier/{dossier}/compare", reader, b.informed(b.getCompare))
	b.post(d, "/dossier/{dossier}/compare", reader, b.postCompare)
	d.Get("/dossier/{dossier}/correct", reader, b.informed(b.getCorrect))
	b.post(d, "/dossier/{dossier}/correct", reader, b.postCorrect)
	b.post(d, "/dossier/{dossier}/document/{document}/judge", reader, b.postJudge)
}
