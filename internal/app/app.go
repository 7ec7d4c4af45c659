// Package app is the rooms wired together, for the program and for the tests.
package app

import (
	"context"
	"crypto/x509"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/backoffice"
	"guichet/internal/breach"
	"guichet/internal/document"
	"guichet/internal/dossier"
	"guichet/internal/exchange"
	"guichet/internal/fault"
	"guichet/internal/firm"
	"guichet/internal/glass"
	"guichet/internal/job"
	"guichet/internal/journal"
	"guichet/internal/mailbox"
	"guichet/internal/notify"
	"guichet/internal/openid"
	"guichet/internal/operation"
	"guichet/internal/portal"
	"guichet/internal/procedure"
	"guichet/internal/release"
	"guichet/internal/report"
	"guichet/internal/retention"
	"guichet/internal/rotation"
	"guichet/internal/seal"
	"guichet/internal/setting"
	"guichet/internal/statistic"
	"guichet/internal/store"
	"guichet/internal/strength"
	"guichet/internal/syslog"
	"guichet/internal/text"
	"guichet/internal/watch"
	"guichet/internal/web"
	"guichet/web/components"
)

// Config is all that the rooms take from outside.
type Config struct {
	Store        *store.Store
	Keys         *seal.Keyring
	Blobs        document.Store
	Workshop     *document.Workshop
	Scanner      *document.Scanner // nil = files are not scanned
	Catalogue    *procedure.Catalogue
	Texts        *text.Catalogue
	Front        fs.FS         // web/static
	Renewal      time.Duration // how long a password opens an account; zero: for ever
	PurgeMost    int           // dossiers that one run erases at most; zero: retention.Most
	BreachWithin time.Duration // from when a breach is known to when the authority must know; zero: breach.Within
	WorkCost     int           // of the proof of work; zero: what a browser does in half a second
	// HashMemory is what hashing a password takes, in KiB; zero: what the rules ask.
	HashMemory uint32
	Passwords  *strength.List     // those that attackers try first; nil: none is known
	Breached   *strength.Breached // the administrator's own file of them

	Applicants, Agents, Files string // public addresses of the doors
	Service, Controller       text.Words
	Contact, Address          string            // where people reach the authority; of its counter
	Officer                   string            // address of the data-protection officer; empty: no break-glass
	ServiceDesk               string            // mailbox that incidents are raised at; empty: none are
	Links                     map[string]string // addresses that lead out, by the name a workflow gives them
	Theme                     string            // CSS that configuration adds
	Logo                      string            // address of the logo among Front's images
	SMTP, From                string            // mail server; empty: mails wait in the queue
	Carrier                   notify.Carrier    // of SMS; nil: none are sent, and nobody is offered the choice
	Mailbox                   *mailbox.Server   // that messages come in by; nil: none is looked into
	Bounces                   string            // address that mails which cannot be delivered come back to; empty: to From
	Events                    *syslog.Sender    // collector that events go to; nil: none
	DemoBox                   *notify.DemoBox
	Proxies                   []netip.Prefix
	AdminNetworks             []netip.Prefix // from which administration is open; none = from everywhere
	ProviderNetworks          []netip.Prefix // from which providers are let in; none = from everywhere
	LimitScale                int
	People, Agent             *openid.Config            // providers of identities of the two doors; nil: none. The house adds its addresses
	Groups                    []account.GroupRight      // what the groups of the agents' provider give
	AgentsBare                bool                      // agents need no second proof: demonstrations and tests, never real people
	ExchangeRoutes            map[string]exchange.Route // where dossiers are handed over, by "procedure/connector"
	ExchangeRoots             *x509.CertPool            // nil: the system's
	Log                       *slog.Logger
}

// App is a running house: doors and jobs. Tests drain the jobs; the program starts the queue.
type App struct {
	Config
	Site       *web.Site
	Accounts   *account.Desk
	Firms      *firm.House
	Office     *dossier.Office
	Releases   *release.House
	Statistics *statistic.House
	Keeper     *retention.Keeper
	Journal    *journal.Keeper
	Settings   *setting.Board
	Workers    *job.Workers
	Exchange   *exchange.House
	Glass      *glass.House
	Watch      *watch.Tower
	Mailbox    *mailbox.House
	Rotation   *rotation.House
	Events     *syslog.House
	Breaches   *breach.House
	Operation  *operation.House
	sender     *notify.Sender // nil = no mail server is configured
}

// New wires the rooms. Nothing runs yet.
func New(cfg Config) (_ *App, err error) {
	defer fault.Wrap(&err, "app.New")
	a := &App{Config: cfg, Workers: job.NewWorkers()}
	a.Settings = setting.New(setting.Config{Store: cfg.Store, Texts: cfg.Texts, Catalogue: cfg.Catalogue, Survey: cfg.Links[surveyLink], Log: cfg.Log})
	a.Accounts = account.NewDesk(account.Config{
		Store: cfg.Store, Keys: cfg.Keys, Texts: cfg.Texts, Service: cfg.Service, Roles: rights(cfg.Catalogue), Contract: contract(cfg.Catalogue),
		Origins: account.Origins{Applicants: cfg.Applicants, Agents: cfg.Agents}, Groups: cfg.Groups,
		AgentsBare: cfg.AgentsBare,
		Passwords:  cfg.Passwords, Breached: cfg.Breached, Renewal: cfg.Renewal, Log: cfg.Log, WorkCost: cfg.WorkCost, HashMemory: cfg.HashMemory,
		Holders: holders(cfg.Catalogue), Traced: traced(cfg.Catalogue),
	})
	a.Office = &dossier.Office{Store: cfg.Store, Keys: cfg.Keys, Catalogue: cfg.Catalogue, Blobs: cfg.Blobs, Workshop: cfg.Workshop, Scanner: cfg.Scanner, Controller: cfg.Controller, Actor: a.Accounts.Actor}
	a.Firms = &firm.House{Store: cfg.Store, Keys: cfg.Keys, Texts: cfg.Texts, Service: cfg.Service, Address: a.Accounts.Address, Applicants: cfg.Applicants}
	a.Keeper = &retention.Keeper{Store: cfg.Store, Keys: cfg.Keys, Catalogue: cfg.Catalogue, Office: a.Office, Log: cfg.Log, Most: cfg.PurgeMost}
	a.Releases = &release.House{Store: cfg.Store, Office: a.Office, Catalogue: cfg.Catalogue, Texts: cfg.Texts}
	a.Statistics = &statistic.House{Store: cfg.Store, Office: a.Office, Catalogue: cfg.Catalogue, Keys: cfg.Keys, Texts: cfg.Texts}
	a.Exchange = &exchange.House{
		Store: cfg.Store, Office: a.Office, Catalogue: cfg.Catalogue, Keys: cfg.Keys, Routes: cfg.ExchangeRoutes, Sender: exchange.NewSender(cfg.ExchangeRoots), Log: cfg.Log,
	}
	a.Glass = &glass.House{
		Store: cfg.Store, Office: a.Office, Catalogue: cfg.Catalogue, Keys: cfg.Keys, Workshop: cfg.Workshop, Texts: cfg.Texts, Service: cfg.Service, Agents: cfg.Agents,
		Scanner: cfg.Scanner, Actor: a.Accounts.ActorIn, Address: a.Accounts.Address,
	}
	a.Breaches = &breach.House{Store: cfg.Store, Keys: cfg.Keys, Catalogue: cfg.Catalogue, Texts: cfg.Texts, Service: cfg.Service, Agents: cfg.Agents, Within: cfg.BreachWithin}
	if cfg.SMTP != "" { // nobody is told without a mail server
		a.Glass.Officer, a.Breaches.Officer = cfg.Officer, cfg.Officer
	}
	a.Operation = &operation.House{Store: cfg.Store, Catalogue: cfg.Catalogue, Texts: cfg.Texts, Service: cfg.Service, Agents: cfg.Agents, Desk: cfg.ServiceDesk, Alarms: a.alarms}
	a.Watch = &watch.Tower{Store: cfg.Store, Office: a.Office, Catalogue: cfg.Catalogue, Keys: cfg.Keys, Surnames: a.Accounts.Surnames}
	a.Mailbox = &mailbox.House{Office: a.Office, Catalogue: cfg.Catalogue, Own: bare(cfg.From, cfg.Bounces), Server: cfg.Mailbox, Log: cfg.Log}
	a.Events = &syslog.House{Store: cfg.Store, Catalogue: cfg.Catalogue, Sender: cfg.Events}
	a.Rotation = &rotation.House{Store: a.Store, Keys: a.Keys, Reindex: a.Office.Reindex, Log: a.Log}
	if err := a.openJournal(); err != nil {
		return nil, err
	}
	if err := a.openDoors(); err != nil {
		return nil, err
	}
	return a, a.hire()
}

// rights says what a role may do, in the words of its workflow.
func rights(c *procedure.Catalogue) func(procedure, role string) ([]access.Verb, []string) {
	return func(id, role string) (verbs []access.Verb, hidden []string) {
		p := c.Get(id)
		if p == nil || p.Flow.Role(role) == nil {
			return nil, nil
		}
		r := p.Flow.Role(role)
		for _, v := range r.Can {
			verbs = append(verbs, access.Verb(v))
		}
		return verbs, r.Hide
	}
}

// contract tells whether a role is a provider's, whose contract has an end (RP-163).
func contract(c *procedure.Catalogue) func(procedure, role string) bool {
	return func(id, role string) bool {
		p := c.Get(id)
		return p != nil && p.Flow.Role(role) != nil && p.Flow.Role(role).Kind == "support"
	}
}

// traced tells whether a procedure has noted from where its agents sign in.
func traced(c *procedure.Catalogue) func(procedure string) bool {
	return func(id string) bool {
		p := c.Get(id)
		return p != nil && p.Flow.Traces.Address
	}
}

// holders is how many agents may hold a role at once, 0 for any number (DS-087).
func holders(c *procedure.Catalogue) func(procedure, role string) int {
	return func(id, role string) int {
		p := c.Get(id)
		if p == nil || p.Flow.Role(role) == nil {
			return 0
		}
		return p.Flow.Role(role).Holders
	}
}

func (a *App) openDoors() (err error) {
	assets, err := components.NewAssets(a.Front, a.Theme)
	if err != nil {
		return err
	}
	look := &components.Site{Service: a.Service, Authority: a.Controller, Logo: a.Logo, Demo: a.DemoBox != nil, Assets: assets}
	a.Site, err = web.New(web.Config{
		Applicants: a.Applicants, Agents: a.Agents, Files: a.Files, Site: look, Texts: a.Texts, Sessions: a.Accounts, Log: a.Log,
		Now: a.Store.Now, Proxies: a.Proxies, AdminNetworks: a.AdminNetworks, ProviderNetworks: a.ProviderNetworks, Contract: contract(a.Catalogue), LinkKey: a.Keys.Derive("file links"), LimitScale: a.LimitScale, Health: a.Store.Ping,
	})
	if err != nil {
		return err
	}
	signer, err := a.Keys.Signer()
	if err != nil {
		return err
	}
	people, err := a.openProvider(a.People, a.Applicants, web.SignOutPath)
	if err != nil {
		return err
	}
	agents, err := a.openProvider(a.Agent, a.Agents, web.SignInPath)
	if err != nil {
		return err
	}
	clerk := &report.Clerk{Signer: signer, Address: a.Applicants, Controller: a.Controller}
	deps := portal.Deps{
		Office: a.Office, Accounts: a.Accounts, Firms: a.Firms, Catalogue: a.Catalogue, Site: look, DemoBox: a.DemoBox,
		Controller: a.Controller, Contact: a.Contact, Address: a.Address, Links: a.link, SMS: a.Carrier != nil, Lapse: a.Keys, Receipts: clerk,
		Rules: a.Releases.InForce, OpenID: people,
	}
	portal.Register(a.Site.Applicants, deps)
	portal.RegisterFiles(a.Site.Files, deps)
	desk := backoffice.Deps{
		Office: a.Office, Accounts: a.Accounts, Firms: a.Firms, Catalogue: a.Catalogue, Releases: a.Releases, Statistics: a.Statistics, Site: look, Counter: portal.NewCounter(deps), Receipts: clerk, Public: a.Applicants, Controller: a.Controller, Contact: a.Contact,
		Processing: processing(deps), Printer: a.Texts.Printer, Parts: a.parts, Settings: a.Settings, SMS: notify.Counted,
		Exchange: a.Exchange, Glass: a.Glass, Watch: a.Watch, OpenID: agents, Keeper: a.Keeper, Breaches: a.Breaches, Operation: a.Operation,
	}
	backoffice.Register(a.Site.Agents, desk)
	backoffice.RegisterFiles(a.Site.Files, desk)
	return nil
}

// processing reads definitions for the controller's register as the public page does.
func processing(d portal.Deps) func(*procedure.Procedure, text.Printer) backoffice.Processing {
	read := portal.NewRecords(d)
	return func(p *procedure.Procedure, pr text.Printer) backoffice.Processing {
		return backoffice.Processing(read(p, pr))
	}
}

// hire says how each kind of job is done.
func (a *App) hire() error {
	letters := &dossier.Composer{
		Office: a.Office, Addresses: a.Accounts, Applicants: a.Applicants, Agents: a.Agents, Service: a.Service, Controller: a.Controller, Texts: a.Texts,
		Links: a.link, TeamMailbox: a.Settings.Mailbox,
	}
	if err := a.openPost(letters); err != nil {
		return err
	}
	a.Accounts.RegisterJobs(a.Workers)
	report.Register(a.Workers, a.Office, a.Texts)
	a.Office.RegisterBulk(a.Workers)
	a.Office.RegisterScan(a.Workers)
	a.Office.RegisterUploads(a.Workers)
	a.Office.RegisterOrders(a.Workers)
	a.Office.RegisterMandates(a.Workers)
	a.Office.RegisterWays(a.Workers)
	a.Office.RegisterStaff(a.Workers)
	a.Keeper.Register(a.Workers)
	a.Journal.Register(a.Workers)
	a.Releases.Register(a.Workers)
	a.Statistics.Register(a.Workers)
	a.Exchange.Register(a.Workers)
	a.Glass.Register(a.Workers)
	a.Watch.Register(a.Workers)
	a.Mailbox.Register(a.Workers)
	a.Rotation.Register(a.Workers)
	a.Events.Register(a.Workers)
	a.Breaches.Register(a.Workers)
	a.Operation.Register(a.Workers)
	return nil
}

// surveyLink is the one link that leads out whose address an administration may set.
const surveyLink = "satisfaction_url"

// link is an address that leads out, by the name a workflow gives it.
func (a *App) link(name string) string {
	if name == surveyLink {
		return a.Settings.SurveyAddress()
	}
	return a.Links[name]
}

// Handler serves the three doors.
func (a *App) Handler() http.Handler { return a.Site }

// Work starts the queue with the clock's own jobs, and again what a killed server was at; the returned function lets running jobs finish.
func (a *App) Work(ctx context.Context) (stop func(context.Context) error, err error) {
	q, err := job.NewQueue(a.Store, a.Workers, a.Log, []job.Every{
		{Period: time.Hour, Args: retention.Tick{}},
		{Period: 5 * time.Minute, Args: journal.Linked{}},
		{Period: time.Hour, Args: journal.Daily{}},
		{Period: time.Hour, Args: account.Sweeping{}},
		{Period: 5 * time.Minute, Args: dossier.ScanWaiting{}},
		{Period: time.Hour, Args: dossier.SweepUploads{}},
		{Period: 10 * time.Minute, Args: dossier.MandatesEnd{}},
		{Period: time.Minute, Args: exchange.Due{}},
		{Period: time.Minute, Args: mailbox.Poll{}},
		{Period: time.Hour, Args: dossier.OrdersDue{}},
		{Period: 24 * time.Hour, Args: dossier.MailWaiting{}},
		{Period: time.Hour, Args: dossier.StaffNews{}},
		{Period: 24 * time.Hour, Args: release.Freeze{}},
		{Period: 24 * time.Hour, Args: statistic.Months{}},
		{Period: 24 * time.Hour, Args: glass.Sweep{}},
		{Period: time.Hour, Args: watch.Look{}},
		{Period: 5 * time.Minute, Args: notify.Gather{}},
		{Period: 5 * time.Minute, Args: notify.Fates{}},
		{Period: time.Hour, Args: rotation.Tick{}},
		{Period: time.Minute, Args: syslog.Forward{}},
		{Period: 15 * time.Minute, Args: breach.Tick{}},
		{Period: 15 * time.Minute, Args: operation.Tick{}},
	})
	if err != nil {
		return nil, err
	}
	if err := a.Releases.Resume(ctx); err != nil {
		return nil, err
	}
	if err := a.Office.ResumeBulk(ctx); err != nil {
		return nil, err
	}
	go a.Settings.Follow(ctx)
	go a.Rotation.Follow(ctx)
	return q.Stop, q.Start(ctx)
}
