package portal

import (
	"time"

	"guichet/internal/web"
)

// Register lays out the applicants' door.
func Register(d *web.Door, x Deps) {
	p := &portal{x}
	d.Nav = p.nav
	accountRoutes(d, p)

	d.Get("/dossier/{dossier}", web.SignedIn, p.getDossier)
	d.Get("/dossier/{dossier}/step/{step}", web.SignedIn, p.getStep)
	d.Post("/dossier/{dossier}/step/{step}", web.SignedIn, p.postStep, web.OnLapse(p.keepStep))
	d.Post("/dossier/{dossier}/step/{step}/resume", web.Public, p.postResume, web.PerIP(30, 5*time.Minute))

	d.Get("/dossier/{dossier}/documents", web.SignedIn, p.getDocuments)
	d.Post("/dossier/{dossier}/document", web.SignedIn, p.postDocument, web.Upload(mostUpload))
	d.Post("/dossier/{dossier}/upload", web.SignedIn, p.postUpload)
	d.Get("/dossier/{dossier}/upload/{upload}", web.SignedIn, p.getUpload)
	d.Post("/dossier/{dossier}/upload/{upload}", web.SignedIn, p.postPiece, web.Upload(mostFile+1))
	d.Post("/dossier/{dossier}/upload/{upload}/finish", web.SignedIn, p.postFinish, web.Slow(5*time.Minute))
	d.Get("/dossier/{dossier}/document/{document}", web.SignedIn, p.getDocument)
	d.Post("/dossier/{dossier}/document/{document}/remove", web.SignedIn, p.postRemove)
	d.Post("/dossier/{dossier}/document/{document}/about", web.SignedIn, p.postAbout)

	d.Get("/dossier/{dossier}/check", web.SignedIn, p.getCheck)
	d.Get("/dossier/{dossier}/move/{move}", web.SignedIn, p.getMove)
	d.Post("/dossier/{dossier}/move/{move}", web.SignedIn, p.postMove)
	d.Get("/dossier/{dossier}/receipt.pdf", web.SignedIn, p.getReceipt)
	d.Get("/dossier/{dossier}/receipt/{line}.pdf", web.SignedIn, p.getProof)
	d.Get("/start/{procedure}/form.pdf", web.Public, p.getBlank, web.PerIP(60, 5*time.Minute))
	d.Get("/verify/{token}", web.Public, p.getVerify, web.PerIP(30, 5*time.Minute))
	d.Get("/dossier/{dossier}/messages", web.SignedIn, p.getMessages)
	d.Post("/dossier/{dossier}/messages", web.SignedIn, p.postMessage, web.Upload(mostUpload), web.OnLapse(p.lapsedMessage))
}

// RegisterFiles lays out the files' door, reached by links that [web.Visit.FileURL] signs.
func RegisterFiles(d *web.Door, x Deps) {
	p := &portal{x}
	d.Get("/document/{document}", web.Linked, p.sendDocument, web.Slow(5*time.Minute))
	d.Get("/page/{document}/{page}", web.Linked, p.sendPage, web.Slow(time.Minute))
}
