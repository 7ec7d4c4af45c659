package backoffice

import "guichet/internal/web"

// requestRoutes are the pages of what is asked of the person, of what came back, and of what an agent thinks of it.
func (b *desk) requestRoutes(d *web.Door, reader web.Policy) {
	d.Get("/dossier/{dossier}/ask", reader, b.informed(b.getGather))
	d.Post("/dossier/{dossier}/ask", reader, b.informed(b.postGather), web.OnLapse(b.lapsed))
	d.Get("/dossier/{dossier}/compare", reader, b.informed(b.getCompare))
	d.Post("/dossier/{dossier}/compare", reader, b.informed(b.postCompare), web.OnLapse(b.lapsed))
	d.Get("/dossier/{dossier}/correct", reader, b.informed(b.getCorrect))
	d.Post("/dossier/{dossier}/correct", reader, b.informed(b.postCorrect), web.OnLapse(b.lapsed))
	d.Post("/dossier/{dossier}/document/{document}/judge", reader, b.informed(b.postJudge), web.OnLapse(b.lapsed))
}
