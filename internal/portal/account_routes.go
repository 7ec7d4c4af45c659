package portal

import (
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/web"
)

// accountRoutes are the pages of people: home, registration, sign-in, account, the list of dossiers, notices.
func accountRoutes(d *web.Door, p *portal) {
	p.Site.Legal = legal(d.Origin, p.Catalogue)
	few := func() web.Option { return web.PerIP(30, 5*time.Minute) }

	d.Get("/", web.Public, p.getHome)
	d.Get("/papers/{procedure}", web.Public, p.getPapers)
	d.Get(noticesPath, web.Public, p.getNotices)
	d.Get("/notice/{procedure}/{notice}", web.Public, p.getNotice)
	d.Get("/notice/{procedure}/{notice}/print.pdf", web.Public, p.getNoticePaper, web.PerIP(60, 5*time.Minute))
	d.Get("/data/{procedure}", web.Public, p.getData)
	d.Get("/release/{procedure}", web.Public, p.getRelease)
	d.Get(demoMailPath, web.Public, p.getDemoMails)
	d.Get(demoMailPath+"/{mail}", web.Public, p.getDemoMail)

	d.Get("/register", web.Public, p.getRegister)
	d.Post("/register", web.Public, p.postRegister, few())
	d.Get("/register/sent", web.Public, p.getRegisterSent)
	d.Get(account.ConfirmPath+"{token}", web.Public, p.getConfirm, few())
	d.Post(account.ConfirmPath+"{token}", web.Public, p.postConfirm, few())
	d.ServeWork(p.Accounts)
	d.ServeStrength(p.Accounts)
	d.Get(web.SignInPath, web.Public, p.getSignIn)
	d.Post(web.SignInPath, web.Public, p.postSignIn, few())
	d.Get(web.SignOutPath, web.Public, p.getSignedOut)
	d.Post(web.SignOutPath, web.Public, p.postSignOut)
	d.Get("/forgotten", web.Public, p.getForgotten)
	d.Post("/forgotten", web.Public, p.postForgotten, few())
	d.Get("/forgotten/sent", web.Public, p.getForgottenSent)
	d.Get(account.ResetPath+"{token}", web.Public, p.getReset, few())
	d.Post(account.ResetPath+"{token}", web.Public, p.postReset, few())

	d.ServeFactors(&web.Factors{
		Accounts: p.Accounts, Kind: access.Person, Contact: p.Contact, Back: accountPath,
		Enter: func(v *web.Visit, o account.Opened, next string) error { return p.letIn(v, o.Account, o.Via, next) },
	})
	providerRoutes(d, p)

	d.Get(accountPath, web.SignedIn, p.getAccount)
	d.Post(accountPath+"/names", web.SignedIn, p.postNames)
	d.Post(accountPath+"/language", web.SignedIn, p.postLanguage)
	d.Get(reachPath, web.SignedIn, p.getReach)
	d.Post(reachPath, web.SignedIn, p.postNumber, few(), web.Sensitive)
	d.Post(reachPath+"/code", web.SignedIn, p.postCode, few())
	d.Post(reachPath+"/channel", web.SignedIn, p.postChannel)
	d.Post(reachPath+"/forget", web.SignedIn, p.postForget, web.Sensitive)
	d.Get(emailPath, web.SignedIn, p.getEmail)
	d.Post(emailPath, web.SignedIn, p.postEmail, few(), web.Sensitive)
	d.Post(emailPath+"/forgo", web.SignedIn, p.postForgoEmail)
	d.Get(account.MovePath+"{token}", web.SignedIn, p.getEmailLink(provesEmail), few())
	d.Post(account.MovePath+"{token}", web.SignedIn, p.postMoveEmail, few())
	d.Get(account.KeepPath+"{token}", web.Public, p.getEmailLink(keepsEmail), few())
	d.Post(account.KeepPath+"{token}", web.Public, p.postKeepEmail, few())
	d.Get(passwordPath, web.SignedIn, p.getPassword)
	d.Post(passwordPath, web.SignedIn, p.postPassword, few(), web.AsksPassword)
	d.Post(web.EndSittingsPath, web.SignedIn, p.postEndSessions)
	d.Get(heldPath, web.SignedIn, p.getHeld, web.Slow(time.Minute))
	d.Post(heldPath+"/copy.json", web.SignedIn, p.postHeldJSON, web.Slow(5*time.Minute), few(), web.Sensitive)
	d.Post(heldPath+"/copy.pdf", web.SignedIn, p.postHeldPDF, web.Slow(2*time.Minute), few(), web.Sensitive)
	d.Get(leavePath, web.SignedIn, p.getLeave)
	d.Post(leavePath, web.SignedIn, p.postLeave, web.Sensitive)
	d.Get("/left", web.Public, p.getLeft)

	d.Get(firmPath, web.SignedIn, p.getFirm)
	d.Post(firmPath, web.SignedIn, p.postFirm)
	d.Post(firmPath+"/invite", web.SignedIn, p.postInvite, few(), web.Sensitive)
	d.Post(firmPath+"/invitation/{member}", web.SignedIn, p.postInvitation, web.Sensitive)
	d.Post(firmPath+"/member/{member}", web.SignedIn, p.postMember, web.Sensitive)
	d.Get(firmPath+"/clients", web.SignedIn, p.getClients)

	d.Get(dossiersPath, web.SignedIn, p.getDossiers)
	d.Get("/start/{procedure}", web.Public, p.getStart)
	d.Post("/start/{procedure}", web.Public, p.postStart, web.PerIP(30, 5*time.Minute))
}
