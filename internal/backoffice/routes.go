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
	d.Post("/dossier/{dossier}/proof/{move}", reader, b.informed(b.postMoveFile), web.Upload(mostProof))
	d.Post("/dossier/{dossier}/move/{move}", reader, b.informed(b.Counter.PostMove(b.postMove)), web.OnLapse(b.lapsed))
	d.Get("/dossier/{dossier}/second", reader, b.informed(b.getSecond))
	d.Post("/dossier/{dossier}/second/{proposal}/approve", reader, b.informed(b.postSecondApprove), web.Sensitive)
	d.Post("/dossier/{dossier}/second/{proposal}/back", reader, b.informed(b.postSecondBack))
	d.Get("/dossier/{dossier}/why", reader, b.informed(b.getWhy))
	d.Post("/dossier/{dossier}/why", reader, b.informed(b.postWhy))
	b.requestRoutes(d, reader)
	b.threadRoutes(d, reader, looker)
	b.mailRoutes(d)
	b.inquiryRoutes(d, reader)
	b.registerRoutes(d)
	d.Post("/dossier/{dossier}/mandate/verify", reader, b.informed(b.postMandateVerify))
	d.Post("/dossier/{dossier}/mandate/address", reader, b.informed(b.postMandateAddress))
	d.Post("/dossier/{dossier}/mandate/refuse", reader, b.informed(b.postMandateRefuse))
	d.Get("/dossier/{dossier}/made/{template}.pdf", looker, b.informed(b.getMade))
	d.Get("/dossier/{dossier}/document/{document}/page/{page}", looker, b.informed(b.getPageImage), web.Slow(time.Minute))

	d.Get("/release", analyst, b.informed(b.getRelease))
	d.Post("/release/{procedure}", analyst, b.informed(b.postAsk), web.Sensitive)
	d.Get("/release/file/{release}", analyst, b.informed(b.getReleaseFile))
	d.Post("/release/file/{release}/approve", analyst, b.informed(b.postApprove), web.Sensitive)
	d.Post("/release/file/{release}/refuse", analyst, b.informed(b.postRefuse))
	d.Post("/release/file/{release}/withdraw", analyst, b.informed(b.postWithdrawn))
	d.Post("/release/file/{release}/workbook", analyst, b.informed(b.postWorkbook), web.Slow(time.Minute), web.Sensitive)
	d.Post("/release/file/{release}/certificate", analyst, b.informed(b.postCertificate), web.Sensitive)
	d.Get("/release/version/{version}.yaml", analyst, b.informed(b.getReleaseVersion))
	d.Get("/release/version/{version}", analyst, b.informed(b.getReview), web.Slow(time.Minute))
	d.Post("/release/version/{version}/approve", analyst, b.informed(b.postVersionApprove), web.Slow(time.Minute), web.Sensitive)
	d.Post("/release/version/{version}/refuse", analyst, b.informed(b.postVersionRefuse), web.Slow(time.Minute))

	b.designRoutes(d, analyst)

	d.Get("/tables", analyst, b.informed(b.getTables))
	d.Get("/tables/{procedure}/{question}", analyst, b.informed(b.getTable))
	d.Post("/tables/{procedure}/{question}/workbook", analyst, b.informed(b.postTable), web.Slow(time.Minute), web.Sensitive)

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
	d.Post("/admin/invite", administrator, b.informed(b.postInvitation), web.Sensitive)
	d.Post("/admin/agent/{agent}/disable", administrator, b.informed(b.postDisable), web.Sensitive)
	d.Post("/admin/agent/{agent}/enable", administrator, b.informed(b.postEnable), web.Sensitive)
	d.Post("/admin/agent/{agent}/sessions", administrator, b.informed(b.postEndSessions), web.Sensitive)
	d.Post("/admin/agent/{agent}/factors", administrator, b.informed(b.postResetFactors), web.Sensitive)
	d.Post("/admin/agent/{agent}/give", administrator, b.informed(b.postGive), web.Sensitive)
	d.Post("/admin/agent/{agent}/withdraw/{right}", administrator, b.informed(b.postWithdraw), web.Sensitive)
}
