package backoffice

import (
	"os/exec"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/dossier"
	"guichet/internal/web"
)

// Register lays out the agents' door.
func Register(d *web.Door, x Deps) {
	_, err := exec.LookPath("pdftoppm")
	b := &desk{Deps: x, draws: err == nil}
	d.Nav = b.navOf
	reader := web.Holder("read", reads)
	looker := web.Holder("read what is named", looks) // of a written request: these pages, and no act
	analyst := web.Holder("export", b.exports)
	administrator := web.Near(web.Holder("administer", access.Administers))

	d.Get("/", web.SignedIn, b.getHome)
	d.Get("/sign-in", web.Public, b.getSignIn)
	d.Post("/sign-in", web.Public, b.postSignIn, web.PerIP(30, 5*time.Minute))
	d.Post("/sign-out", web.Inside, b.postSignOut)
	d.Post(web.EndSittingsPath, web.SignedIn, b.postEndSittings)
	d.ServeWork(b.Accounts)
	d.ServeStrength(b.Accounts)
	d.ServeFactors(&web.Factors{
		Accounts: b.Accounts, Kind: access.Agent, Contact: b.Contact,
		Enter: func(v *web.Visit, o account.Opened, next string) error { return b.letIn(v, o.Account, o.Via, next) },
	})
	b.providerRoutes(d)
	d.Get("/forgotten", web.Public, b.getForgotten)
	d.Post("/forgotten", web.Public, b.postForgotten, web.PerIP(10, 5*time.Minute))
	d.Get("/reset/{token}", web.Public, b.getReset)
	d.Post("/reset/{token}", web.Public, b.postReset, web.PerIP(30, 5*time.Minute))
	d.Get("/invite/{token}", web.Public, b.getInvite)
	d.Post("/invite/{token}", web.Public, b.postInvite, web.PerIP(30, 5*time.Minute))
	d.Get("/duties", web.SignedIn, b.getDuties)
	d.Post("/duties", web.SignedIn, b.postDuties)
	d.Get(dossier.StaffPath, web.SignedIn, b.informed(b.getStaff))

	b.deskRoutes(d, reader)
	b.counterRoutes(d)
	d.Get("/dossier/{dossier}", looker, b.informed(b.getDossier))
	d.Get("/dossier/{dossier}/move/{move}", reader, b.informed(b.Counter.GetMove(b.getMove)))
	b.post(d, "/dossier/{dossier}/proof/{move}", reader, b.postMoveFile, web.Upload(mostProof))
	b.post(d, "/dossier/{dossier}/move/{move}", reader, b.Counter.PostMove(b.postMove))
	d.Get("/dossier/{dossier}/second", reader, b.informed(b.getSecond))
	b.post(d, "/dossier/{dossier}/second/{proposal}/approve", reader, b.postSecondApprove, web.Sensitive)
	b.post(d, "/dossier/{dossier}/second/{proposal}/back", reader, b.postSecondBack)
	d.Get("/dossier/{dossier}/why", reader, b.informed(b.getWhy))
	b.post(d, "/dossier/{dossier}/why", reader, b.postWhy)
	b.requestRoutes(d, reader)
	b.threadRoutes(d, reader, looker)
	b.mailRoutes(d)
	b.inquiryRoutes(d, reader)
	b.registerRoutes(d)
	b.post(d, "/dossier/{dossier}/mandate/verify", reader, b.postMandateVerify)
	b.post(d, "/dossier/{dossier}/mandate/address", reader, b.postMandateAddress)
	b.post(d, "/dossier/{dossier}/mandate/refuse", reader, b.postMandateRefuse)
	d.Get("/dossier/{dossier}/made/{template}.pdf", looker, b.informed(b.getMade))
	d.Get("/dossier/{dossier}/document/{document}/page/{page}", looker, b.informed(b.getPageImage), web.Slow(time.Minute))

	d.Get("/release", analyst, b.informed(b.getRelease))
	b.post(d, "/release/{procedure}", analyst, b.postAsk, web.Sensitive)
	d.Get("/release/file/{release}", analyst, b.informed(b.getReleaseFile))
	b.post(d, "/release/file/{release}/approve", analyst, b.postApprove, web.Sensitive)
	b.post(d, "/release/file/{release}/refuse", analyst, b.postRefuse)
	b.post(d, "/release/file/{release}/withdraw", analyst, b.postWithdrawn)
	b.post(d, "/release/file/{release}/workbook", analyst, b.postWorkbook, web.Slow(time.Minute), web.Sensitive)
	b.post(d, "/release/file/{release}/certificate", analyst, b.postCertificate, web.Sensitive)
	d.Get("/release/version/{version}.yaml", analyst, b.informed(b.getReleaseVersion))
	d.Get("/release/version/{version}", analyst, b.informed(b.getReview), web.Slow(time.Minute))
	b.post(d, "/release/version/{version}/approve", analyst, b.postVersionApprove, web.Slow(time.Minute), web.Sensitive)
	b.post(d, "/release/version/{version}/refuse", analyst, b.postVersionRefuse, web.Slow(time.Minute))

	b.designRoutes(d, analyst)

	d.Get("/tables", analyst, b.informed(b.getTables))
	d.Get("/tables/{procedure}/{question}", analyst, b.informed(b.getTable))
	b.post(d, "/tables/{procedure}/{question}/workbook", analyst, b.postTable, web.Slow(time.Minute), web.Sensitive)

	b.statisticRoutes(d)
	b.settingRoutes(d)
	b.exchangeRoutes(d, administrator)
	b.glassRoutes(d)
	b.watchRoutes(d)
	b.processingRoutes(d)
	b.endingRoutes(d)
	b.breachRoutes(d)
	b.operationRoutes(d)

	d.Get("/admin", administrator, b.informed(b.getAdmin))
	d.Get("/admin/rights", web.Holder("read the journal of rights", b.seesRights), b.informed(b.getRights))
	b.post(d, "/admin/invite", administrator, b.postInvitation, web.Sensitive)
	b.post(d, "/admin/agent/{agent}/disable", administrator, b.postDisable, web.Sensitive)
	b.post(d, "/admin/agent/{agent}/enable", administrator, b.postEnable, web.Sensitive)
	b.post(d, "/admin/agent/{agent}/sessions", administrator, b.postEndSessions, web.Sensitive)
	b.post(d, "/admin/agent/{agent}/factors", administrator, b.postResetFactors, web.Sensitive)
	b.post(d, "/admin/agent/{agent}/give", administrator, b.postGive, web.Sensitive)
	b.post(d, "/admin/agent/{agent}/withdraw/{right}", administrator, b.postWithdraw, web.Sensitive)
}
