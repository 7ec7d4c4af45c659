package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/demo"
	"guichet/internal/document"
	"guichet/internal/fault"
	"guichet/internal/notify"
	"guichet/internal/procedure"
	"guichet/internal/seal"
	"guichet/internal/store"
	"guichet/internal/strength"
	"guichet/internal/text"
	"guichet/internal/web"
)

// running is the wired program with what must be closed behind it.
type running struct {
	*app.App
	owner   string // address of the database for the role that owns the tables; empty: the one that serves
	closers []func() error
}

func (r *running) close() error {
	var out []error
	for i := len(r.closers) - 1; i >= 0; i-- {
		out = append(out, r.closers[i]())
	}
	return errors.Join(out...)
}

// purpose is what the program is opened for.
type purpose int

const (
	forCommand purpose = iota // one act at the prompt, perhaps beside a server, whose private database it shares
	forServing
	forDemo // serving invented people, whose mails go to a box that can be read
)

// open starts or reaches the database, brings its schema up to date and wires the rooms. What was opened before a failure
// is closed.
func open(ctx context.Context, c Config, why purpose, stderr io.Writer) (_ *running, err error) {
	r := &running{}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	var catalogue *procedure.Catalogue // read while the database is reached: each takes a quarter of the start
	var reading errgroup.Group
	reading.Go(func() (err error) { catalogue, err = definitions(c.Definitions, stderr); return err })
	st, err := r.database(ctx, c, why == forCommand, stderr)
	if wrong := reading.Wait(); wrong != nil { // said before all else, and nothing is migrated
		return nil, wrong
	}
	if err != nil {
		return nil, err
	}
	if err := compatible(ctx, st, catalogue, stderr); err != nil {
		return nil, err
	}
	remote, err := c.keyService()
	if err != nil {
		return nil, err
	}
	keys, err := keyring(ctx, c, st, why, stderr, seal.Behind(remote))
	if err != nil {
		return nil, err
	}
	cfg, err := r.config(ctx, c, why, stderr)
	if err != nil {
		return nil, err
	}
	if cfg.ExchangeRoutes, err = c.routes(catalogue); err != nil {
		return nil, err
	}
	if err := c.named(catalogue); err != nil {
		return nil, err
	}
	if cfg.Groups, err = c.groups(catalogue); err != nil {
		return nil, err
	}
	cfg.Store, cfg.Keys, cfg.Catalogue = st, keys, catalogue
	if r.App, err = app.New(cfg); err != nil {
		return r, err
	}
	r.Releases.Stream = demo.Reference // nobody's: the program brings it along
	hear := r.Rotation.Hear
	if why != forCommand {
		hear = r.Rotation.Begin // from its first request on, who changes a key waits for this server
	}
	return r, errors.Join(hear(ctx), r.Settings.Load(ctx))
}

// compatible refuses definitions that have dropped what live dossiers still have.
func compatible(ctx context.Context, st *store.Store, c *procedure.Catalogue, stderr io.Writer) error {
	rows, err := st.Q().DefinitionsInUse(ctx)
	if err != nil {
		return err
	}
	var refused []procedure.Refusal
	for _, row := range rows {
		if c.ByHash(row.Hash) != nil {
			continue
		}
		older, err := c.Adopt(row.Content)
		if err != nil {
			return err
		}
		refused = append(refused, c.Keeps(older)...)
	}
	for _, x := range refused {
		_, _ = fmt.Fprintln(stderr, x)
	}
	if len(refused) > 0 {
		return errors.New("the definitions drop what live dossiers still have")
	}
	return nil
}

// keyring opens the keys, or makes them on the very first start; a database whose keys are missing must not get new ones.
func keyring(ctx context.Context, c Config, st *store.Store, why purpose, stderr io.Writer, how seal.Option) (*seal.Keyring, error) {
	k, err := seal.Open(c.Keyring, how)
	if fault.Of(err) != fault.NotFound {
		return k, err
	}
	n, err := st.Q().AccountCount(ctx)
	if err != nil {
		return nil, err
	}
	if n > 0 {
		return nil, fmt.Errorf("no keyring in %s, but the database holds sealed data: restore the keyring's backup, or set GUICHET_KEYRING", c.Keyring)
	}
	if k, err = seal.Create(c.Keyring, how); err == nil && why != forDemo {
		_, _ = fmt.Fprintf(stderr, "A new keyring was made in %s. Back it up now, apart from the database: without it nothing can be read again.\n", c.Keyring)
	}
	return k, err
}

// config gathers what the rooms take from outside.
func (r *running) config(ctx context.Context, c Config, why purpose, stderr io.Writer) (cfg app.Config, err error) {
	cfg = app.Config{
		Applicants: c.PublicURL, Agents: c.AgentsURL, Files: c.FilesURL, Contact: c.Contact, Address: c.Address, Officer: c.Officer, ServiceDesk: c.ServiceDesk,
		Links:   map[string]string{"satisfaction_url": c.Survey},
		Service: text.Words{FR: c.Name, EN: c.Name}, Controller: text.Words{FR: c.Controller, EN: c.Controller},
		SMTP: c.SMTP, From: c.MailFrom, Bounces: c.Bounces, Log: newLog(c.Log, stderr),
	}
	slog.SetDefault(cfg.Log) // rooms that have no log of their own are held to the same list of keys
	if cfg.AdminNetworks, err = networks("GUICHET_ADMIN_NETWORKS", c.AdminNetworks); err != nil {
		return cfg, err
	}
	if cfg.ProviderNetworks, err = networks("GUICHET_PROVIDER_NETWORKS", c.ProviderNetworks); err != nil {
		return cfg, err
	}
	if cfg.Proxies, err = networks("GUICHET_TRUSTED_PROXIES", c.Proxies); err != nil {
		return cfg, err
	}
	if cfg.Scanner, err = c.scanner(); err != nil {
		return cfg, err
	}
	if cfg.Carrier, err = c.carrier(); err != nil {
		return cfg, err
	}
	if cfg.Mailbox, err = c.mailbox(); err != nil {
		return cfg, err
	}
	if err := c.writes(); why == forServing && err != nil { // the demo has a box of its own
		return cfg, err
	}
	if cfg.Carrier != nil {
		r.closers = append(r.closers, cfg.Carrier.Close)
	}
	if cfg.Events, err = c.events(); err != nil {
		return cfg, err
	}
	if cfg.ExchangeRoots, err = c.roots(); err != nil {
		return cfg, err
	}
	if cfg.People, err = c.people().config(); err != nil {
		return cfg, err
	}
	if cfg.Agent, err = c.agents().config(); err != nil {
		return cfg, err
	}
	if cfg.Texts, err = texts(); err != nil {
		return cfg, err
	}
	if cfg.Front, err = front(c, &cfg); err != nil {
		return cfg, err
	}
	if err := r.passwords(c, &cfg, why, stderr); err != nil {
		return cfg, err
	}
	blobs, err := openBlobs(ctx, c.Blobs)
	if err != nil {
		return cfg, err
	}
	r.closers = append(r.closers, blobs.Close)
	cfg.Blobs = blobs
	cfg.Workshop = document.NewWorkshopOf(inspector, "/proc/self/exe", "child") // or the program itself, also after an upgrade replaced its file
	hours, _ := strconv.Atoi(c.BreachHours)                                     // validated
	cfg.BreachWithin = time.Duration(hours) * time.Hour
	cfg.PurgeMost, _ = strconv.Atoi(c.PurgeMost) // validated
	if why != forDemo {                          // the demo's people were made with a past of their own
		days, _ := strconv.Atoi(c.Renewal) // validated
		cfg.Renewal = time.Duration(days) * 24 * time.Hour
	}
	cfg.AgentsBare = why == forDemo // invented people alone: a newcomer needs no app to look round
	if why == forDemo && cfg.SMTP == "" {
		box, err := notify.OpenDemoBox(filepath.Join(c.Data, "mail"), time.Now)
		if err != nil {
			return cfg, err
		}
		r.closers = append(r.closers, box.Close)
		cfg.DemoBox, cfg.SMTP = box, box.URL()
		cfg.Officer = cmp.Or(cfg.Officer, "dpo@guichet.example")
	}
	return cfg, nil
}

// passwords opens the lists of those that attackers try first. The program works without the built one, and says so.
func (r *running) passwords(c Config, cfg *app.Config, why purpose, stderr io.Writer) (err error) {
	if cfg.Passwords, err = strength.Open(cfg.Front, account.Guessed...); err != nil && why != forCommand {
		_, _ = fmt.Fprintln(stderr, err)
	}
	if c.Breached == "" {
		return nil
	}
	if cfg.Breached, err = strength.OpenBreached(c.Breached); err != nil {
		return fmt.Errorf("GUICHET_BREACHED: %w", err)
	}
	r.closers = append(r.closers, cfg.Breached.Close)
	return nil
}

func newLog(kind string, w io.Writer) *slog.Logger {
	if kind == "json" {
		return web.NewLog(w, nil)
	}
	return slog.New(web.Listed(slog.NewTextHandler(w, nil)))
}
