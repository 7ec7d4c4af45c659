// Package web is the kit of the doors: origins, routes with their policy, sessions, pages, limits and the log of requests.
//
// # A door
//
// [New] makes three doors behind one listener, applicants, agents and files, each an origin of its own. A door package
// has one routes.go that reads as a sitemap; every line bears its policy, or does not compile:
//
//	func Register(d *web.Door, x *Deps) {
//		p := &portal{Deps: x}
//		d.Nav = p.nav
//		d.Get("/", web.Public, p.getHome)
//		d.Get("/sign-in", web.Public, p.getSignIn)
//		d.Post("/sign-in", web.Public, p.postSignIn, web.PerIP(30, 5*time.Minute))
//		d.Get("/dossier/{dossier}/{step}", web.SignedIn, p.getStep)
//		d.Post("/dossier/{dossier}/{step}", web.SignedIn, p.postStep, web.OnLapse(p.keepStep))
//		d.Post("/dossier/{dossier}/document/{kind}", web.SignedIn, p.postDocument, web.Upload(12<<20))
//		d.Get("/audit", web.Holder("audit", func(a access.Actor) bool { … }), p.getAudit)
//	}
//	files.Get("/document/{document}", web.Linked, p.getDocument)  // reached by v.FileURL("/document/…")
//
// HEAD follows GET. Every door must register [SignInPath] and [SignOutPath]: that is where an unknown visitor is sent,
// with ?next=, to be followed only through [ReturnPath].
//
// # A handler
//
// A handler has five beats: visit, bind, problems, act, redirect.
//
//	func (p *portal) postStep(v *web.Visit) error {
//		at, err := p.visit(v)                       // 1 visit: v.Param, v.Actor; another person's dossier is NotFound
//		…
//		form, err := v.Form()                       // 2 bind: at most 1 MB and 1,000 values
//		…
//		if len(problems) > 0 {                      // 3 problems are values: same page, 422, everything kept
//			return v.PageStatus(http.StatusUnprocessableEntity, stepPage(v.Frame(title), …))
//		}
//		if err := p.Dossiers.Answer(v.R.Context(), v.Actor, …); err != nil { // 4 act
//			return err                              // a fault.Kind becomes its page: see fail.go
//		}
//		v.Flash("step.saved")                       // shown once by the next v.Frame
//		return v.Redirect(next)                     // 5 redirect, 303
//	}
//
// Pages are templ components around v.Frame(title), which carries site, printer, navigation, person and flash:
//
//	templ stepPage(pg components.Page, …) {
//		@components.Layout(pg) { … }                 // components.Desk(pg) for agents
//	}
//
// Other answers: v.Send (a file), v.Empty (a status alone). Other readings: v.Posted (one value), v.OneEach (a whole
// small form, unknown names refused), v.R.MultipartReader (on Upload routes), v.Navigates (false for the script's calls).
// v.P says texts, v.Now is the time, v.Log adds to the request's one log line (keys are listed in log.go).
// v.Admit(arrival) lets in whose password was right, past the second proof where there is one; v.SignIn(accountID) and
// v.SignOut() begin and end a session; v.Put, v.Get and v.Take keep short strings in it.
//
// A session that ran out of time leaves v.Lapsed, the account it was of, and no v.Actor; one that is gone leaves neither. A route with
// [OnLapse] can keep what was typed, sealed, instead of sending the person to sign-in at once.
//
// A route that is [Sensitive] waits for a proof of the last five minutes of who asks; its form is carried past it (again.go). A
// door that [Door.ServeFactors] lets nobody past [Inside] who must have a second proof and gave none.
//
// # Limits
//
// Handlers get ten seconds (Slow changes it), then their context ends and the page is a 503. Unsafe requests from another
// origin, and those that bear a session and tell no origin, are refused before any of it (cross_origin.go).
package web
