package portal

import (
	"context"
	"time"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/web"
)

// Register lays out the applicants' door.
func Register(d *web.Door, x Deps) {
	p := &portal{Deps: x, who: access.Person}
	d.Nav = p.nav
	accountRoutes(d, p)

	d.Get(dossier.FollowPath, web.Public, p.getFollow)
	d.Post(dossier.FollowPath, web.Public, p.postFollow, web.PerIP(10, 5*time.Minute))
	d.Get(dossier.FollowPath+"/code", web.Public, p.getFollowCode)
	d.Post(dossier.FollowPath+"/code", web.Public, p.postFollowCode, web.PerIP(30, 5*time.Minute))
	d.Post(dossier.FollowPath+"/end", web.Public, p.postFollowEnd)
	p.fillRoutes(d, web.Within, func(h web.Handler) web.Handler { return h })
	d.Get("/dossier/{dossier}", web.Within, p.getDossier)
	d.Post("/dossier/{dossier}/step/{step}", web.Within, p.postStep, web.OnLapse(p.keepStep))
	p.answerRoutes(d)
	p.copyRoutes(d)
	d.Post("/dossier/{dossier}/step/{step}/resume", web.Public, p.postResume, web.PerIP(30, 5*time.Minute), web.Carries, web.Slow(20*time.Second))
	d.Get("/dossier/{dossier}/step/{step}/resume", web.Public, p.getResume)
	d.Get("/dossier/{dossier}/move/{move}", web.Within, p.getMove)
	d.Post("/dossier/{dossier}/move/{move}", web.Within, p.postMove)
	d.Get("/dossier/{dossier}/receipt.pdf", web.Within, p.getReceipt)
	d.Get("/dossier/{dossier}/receipt/{line}.pdf", web.Within, p.getProof)
	d.Get("/start/{procedure}/form.pdf", web.Public, p.getBlank, web.PerIP(60, 5*time.Minute))
	d.Get("/verify/{token}", web.Public, p.getVerify, web.PerIP(30, 5*time.Minute))
	d.Get("/dossier/{dossier}/mandate", web.SignedIn, p.getMandate)
	d.Post("/dossier/{dossier}/mandate", web.SignedIn, p.postMandate, web.Sensitive)
	d.Post("/dossier/{dossier}/mandate/prove", web.SignedIn, p.postProve, web.PerIP(30, 5*time.Minute))
	d.Post("/dossier/{dossier}/mandate/address", web.SignedIn, p.postMandateAddress, web.PerIP(30, 5*time.Minute), web.Sensitive)
	d.Get("/mandate/answered/{do}", web.Public, p.getAnswered)
	d.Get(dossier.MandatePath+"{token}", web.Public, p.getLinked, web.PerIP(30, 5*time.Minute))
	d.Post(dossier.MandatePath+"{token}", web.Public, p.postLinked, web.PerIP(30, 5*time.Minute))
	d.Post(dossier.MandatePath+"{token}/code", web.Public, p.postWhoCode, web.PerIP(10, 5*time.Minute))
	d.Post(dossier.MandatePath+"{token}/who", web.Public, p.postWho, web.PerIP(30, 5*time.Minute))
	d.Get("/dossier/{dossier}/another/{copy}", web.SignedIn, p.getCopy)
	d.Post("/dossier/{dossier}/another/{copy}", web.SignedIn, p.postCopy)
	d.Get("/dossier/{dossier}/correction", web.SignedIn, p.getCorrection)
	d.Post("/dossier/{dossier}/correction", web.SignedIn, p.postCorrection, web.OnLapse(p.lapsedCorrection))
	d.Get("/dossier/{dossier}/identity", web.Within, p.getIdentity)
	d.Post("/dossier/{dossier}/identity", web.Within, p.postIdentity, web.PerIP(10, 5*time.Minute))
	d.Get("/dossier/{dossier}/identity/code", web.Within, p.getIdentityCode)
	d.Post("/dossier/{dossier}/identity/code", web.Within, p.postIdentityCode, web.PerIP(30, 5*time.Minute))
	d.Get("/dossier/{dossier}/messages", web.Within, p.getMessages)
	d.Post("/dossier/{dossier}/messages", web.Within, p.postMessage, web.Upload(mostUpload), web.OnLapse(p.lapsedMessage))
}

// fillRoutes are the pages on which a dossier is filled in and handed over: by its person, or by an agent for who came with paper.
func (p *portal) fillRoutes(d *web.Door, may web.Policy, wrap func(web.Handler) web.Handler) {
	d.Get("/dossier/{dossier}/step/{step}", may, wrap(p.getStep), opens)

	d.Get("/dossier/{dossier}/documents", may, wrap(p.getDocuments), opens)
	d.Post("/dossier/{dossier}/document", may, wrap(p.postDocument), web.Upload(mostUpload))
	d.Post("/dossier/{dossier}/upload", may, wrap(p.postUpload))
	d.Get("/dossier/{dossier}/upload/{upload}", may, wrap(p.getUpload))
	d.Post("/dossier/{dossier}/upload/{upload}", may, wrap(p.postPiece), web.Upload(mostFile+1))
	d.Post("/dossier/{dossier}/upload/{upload}/finish", may, wrap(p.postFinish), web.Slow(5*time.Minute))
	d.Get("/dossier/{dossier}/document/{document}", may, wrap(p.getDocument))
	d.Post("/dossier/{dossier}/document/{document}/remove", may, wrap(p.postRemove))
	d.Post("/dossier/{dossier}/document/{document}/about", may, wrap(p.postAbout))

	d.Get("/dossier/{dossier}/check", may, wrap(p.getCheck), opens)
}

// opens is for a page that shows the dossier of its address: its row comes with the session.
var opens = web.Ahead(func(v *web.Visit) context.Context { return dossier.Ahead(v.R.Context(), v.Param("dossier")) })

// RegisterFiles lays out the files' door, reached by links that [web.Visit.FileURL] signs.
func RegisterFiles(d *web.Door, x Deps) {
	p := &portal{Deps: x}
	d.Get("/document/{document}", web.Linked, p.sendDocument, web.Slow(5*time.Minute))
}
