package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"guichet/internal/document"
	"guichet/internal/exchange"
	"guichet/internal/notify"
)

// Config is what an installation sets, by environment or by a file of NAME=value lines (--config or GUICHET_CONFIG; the
// environment wins). Every value has a default that works for the demo.
type Config struct {
	Addr             string `env:"GUICHET_ADDR" default:"localhost:8080" validate:"required,hostname_port" help:"address to listen on"`
	PublicURL        string `env:"GUICHET_PUBLIC_URL" validate:"omitempty,http_url" help:"address of the applicants' door; default http://localhost and the port"`
	AgentsURL        string `env:"GUICHET_AGENTS_URL" validate:"omitempty,http_url" help:"address of the agents' door; default agents. before the applicants'"`
	FilesURL         string `env:"GUICHET_FILES_URL" validate:"omitempty,http_url" help:"address that files are shown from; default files. before the applicants'"`
	DatabaseURL      string `env:"DATABASE_URL" validate:"omitempty,startswith=postgres" secret:"true" help:"PostgreSQL 15 or later; empty starts a private one under the data folder"`
	DatabaseOwner    string `env:"GUICHET_DATABASE_OWNER" validate:"omitempty,startswith=postgres" secret:"true" help:"the same database for the role that owns the tables, which migrate signs in as; empty: that of DATABASE_URL"`
	DatabasePurge    string `env:"GUICHET_DATABASE_PURGE" validate:"omitempty,startswith=postgres" secret:"true" help:"the same database for the role that erases what is due; needed where that of DATABASE_URL is not the owner"`
	Data             string `env:"GUICHET_DATA" default:"var" validate:"required" help:"folder of the private database, the files and the demo's mail"`
	Keyring          string `env:"GUICHET_KEYRING" validate:"-" help:"folder of the keys, outside the database and its backups; default keyring under the data folder"`
	KMS              string `env:"GUICHET_KMS" validate:"-" help:"key service that wraps the keyring’s keys: vault://host:8200/MOUNT/KEY (transit protocol); empty: the folder holds the keys themselves"`
	KMSFile          string `env:"GUICHET_KMS_TOKEN_FILE" validate:"omitempty,file" help:"file that holds its token"`
	KMSCA            string `env:"GUICHET_KMS_CA" validate:"omitempty,file" help:"PEM file of the authorities that sign its certificate; empty: the system's"`
	Blobs            string `env:"GUICHET_BLOBS" validate:"-" help:"sealed files: a folder, or s3://bucket?region=…&endpoint=… (credentials in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); default blobs under the data folder"`
	Clamd            string `env:"GUICHET_CLAMD" validate:"-" help:"clamd that looks for viruses: path of its socket, or host:port; empty scans nothing"`
	SMTP             string `env:"GUICHET_SMTP_URL" validate:"omitempty,startswith=smtp" secret:"true" help:"smtp://user:password@host:port or smtps://…"`
	MailFrom         string `env:"GUICHET_MAIL_FROM" default:"guichet@localhost" validate:"required,email|contains=@localhost" help:"sender of the mails"`
	Bounces          string `env:"GUICHET_BOUNCES" validate:"omitempty,email" help:"address that mails which cannot be delivered come back to, such as bounces@guichet.example; the mail server hands what arrives there to guichet bounce"`
	Mailbox          string `env:"GUICHET_MAILBOX" validate:"-" help:"mailbox that is looked into every minute for messages to a procedure: imaps://user@host:993/INBOX, with ?procedure= where several take messages; empty: none"`
	MailboxSecret    string `env:"GUICHET_MAILBOX_SECRET" validate:"-" secret:"true" help:"its password"`
	MailboxFile      string `env:"GUICHET_MAILBOX_SECRET_FILE" validate:"omitempty,file" help:"file that holds it instead"`
	MailboxCA        string `env:"GUICHET_MAILBOX_CA" validate:"omitempty,file" help:"PEM file of the authorities that sign its certificate; empty: the system's"`
	SMS              string `env:"GUICHET_SMS" validate:"-" help:"carrier of text messages: https://gateway.example/messages or smpp://user@host:2775, with ?from= the sender shown; empty sends none"`
	SMSSecret        string `env:"GUICHET_SMS_SECRET" validate:"-" secret:"true" help:"the gateway's token, or the SMPP user's password"`
	SMSFile          string `env:"GUICHET_SMS_SECRET_FILE" validate:"omitempty,file" help:"file that holds it instead"`
	Issuer           string `env:"GUICHET_OPENID_ISSUER" validate:"-" help:"people may sign in at this OpenID Connect provider: its address, such as https://accounts.example; empty: nowhere else"`
	Client           string `env:"GUICHET_OPENID_CLIENT" validate:"-" help:"client id it has given this service"`
	OpenSecret       string `env:"GUICHET_OPENID_SECRET" validate:"-" secret:"true" help:"client secret it has given"`
	OpenFile         string `env:"GUICHET_OPENID_SECRET_FILE" validate:"omitempty,file" help:"file that holds it instead"`
	OpenFR           string `env:"GUICHET_OPENID_LABEL_FR" validate:"max=60" help:"its name on the French button"`
	OpenEN           string `env:"GUICHET_OPENID_LABEL_EN" validate:"max=60" help:"its name on the English button; default the French one"`
	OpenCA           string `env:"GUICHET_OPENID_CA" validate:"omitempty,file" help:"PEM file of the authorities that sign its certificate; empty: the system's"`
	OpenScopes       string `env:"GUICHET_OPENID_SCOPES" default:"email profile" validate:"-" help:"scopes asked for beside openid"`
	OpenACR          string `env:"GUICHET_OPENID_ACR" validate:"-" help:"authentication contexts (acr), one of which is required, separated by blanks; empty: any"`
	DeskIssuer       string `env:"GUICHET_AGENTS_OPENID_ISSUER" validate:"-" help:"the same for agents: address of their provider"`
	DeskClient       string `env:"GUICHET_AGENTS_OPENID_CLIENT" validate:"-" help:"client id"`
	DeskSecret       string `env:"GUICHET_AGENTS_OPENID_SECRET" validate:"-" secret:"true" help:"client secret"`
	DeskFile         string `env:"GUICHET_AGENTS_OPENID_SECRET_FILE" validate:"omitempty,file" help:"file that holds it instead"`
	DeskFR           string `env:"GUICHET_AGENTS_OPENID_LABEL_FR" validate:"max=60" help:"name on the French button"`
	DeskEN           string `env:"GUICHET_AGENTS_OPENID_LABEL_EN" validate:"max=60" help:"name on the English button; default the French one"`
	DeskCA           string `env:"GUICHET_AGENTS_OPENID_CA" validate:"omitempty,file" help:"PEM file of the authorities that sign its certificate"`
	DeskScopes       string `env:"GUICHET_AGENTS_OPENID_SCOPES" default:"email profile" validate:"-" help:"scopes asked for beside openid"`
	DeskACR          string `env:"GUICHET_AGENTS_OPENID_ACR" validate:"-" help:"authentication contexts, one of which is required"`
	DeskClaim        string `env:"GUICHET_AGENTS_OPENID_GROUPS_CLAIM" default:"groups" validate:"-" help:"claim that holds an agent's groups"`
	DeskGroups       string `env:"GUICHET_AGENTS_OPENID_GROUPS" validate:"omitempty,file" help:"file that says what each group gives: lines of procedure/role or procedure/role/team, blanks, the group"`
	Breached         string `env:"GUICHET_BREACHED" validate:"omitempty,file" help:"file of breached passwords beside the built-in list: lines in order, each beginning with a SHA-1 in hexadecimal; it is searched where it lies"`
	Renewal          string `env:"GUICHET_PASSWORD_DAYS" default:"365" validate:"numeric,max=4" help:"days after which a password has to be renewed, by a link sent to its owner; who signs in within the two weeks before is told by mail; 0: never (RP-174)"`
	BreachHours      string `env:"GUICHET_BREACH_HOURS" default:"72" validate:"number,max=4,ne=0" help:"hours from when a breach of personal data is known to when the authority must have been told"`
	PurgeMost        string `env:"GUICHET_PURGE_MOST" default:"2000" validate:"number,max=7,ne=0" help:"dossiers that one run erases at most; a run is made every hour, and what is left goes with the next"`
	Definitions      string `env:"GUICHET_DEFINITIONS" validate:"omitempty,dir" help:"folder of definitions instead of the built-in ones"`
	Name             string `env:"GUICHET_NAME" default:"Guichet" validate:"required,max=60" help:"name of the service on every page"`
	Controller       string `env:"GUICHET_CONTROLLER" default:"Direction de la Sûreté Publique" validate:"required,max=120" help:"authority that answers for the processing"`
	Contact          string `env:"GUICHET_CONTACT" default:"guichet@localhost" validate:"required,max=200" help:"where people reach it"`
	Address          string `env:"GUICHET_ADDRESS" validate:"max=300" help:"postal address of the counter, in notices"`
	Officer          string `env:"GUICHET_DPO" validate:"omitempty,email" help:"address of the data protection officer, told each time a written request opens dossiers; empty: none ever does"`
	ServiceDesk      string `env:"GUICHET_SERVICE_DESK" validate:"omitempty,email" help:"mailbox of the service desk that incidents are raised at, where a definition names its processing (connector of kind tickets); empty: none are"`
	Survey           string `env:"GUICHET_SATISFACTION_URL" validate:"omitempty,http_url" help:"anonymous satisfaction survey, held elsewhere (RP-023)"`
	Colour           string `env:"GUICHET_COLOUR" validate:"omitempty,hexcolor" help:"main colour, such as #1d3557"`
	Logo             string `env:"GUICHET_LOGO" validate:"omitempty,file" help:"SVG or PNG file shown beside the name"`
	AdminNetworks    string `env:"GUICHET_ADMIN_NETWORKS" validate:"-" help:"networks from which the pages of administration and configuration open, such as 10.1.0.0/16, separated by commas; from everywhere when empty"`
	ProviderNetworks string `env:"GUICHET_PROVIDER_NETWORKS" validate:"-" help:"networks from which who holds a role of a provider is let in: the access that is kept for them, such as 10.3.0.0/16, separated by commas; from everywhere when empty"`
	Proxies          string `env:"GUICHET_TRUSTED_PROXIES" validate:"-" help:"networks whose X-Forwarded-For is believed, such as 10.0.0.0/8, separated by commas"`
	AllowDemo        bool   `env:"GUICHET_ALLOW_DEMO" help:"1 lets the demo write into DATABASE_URL"`
	Exchange         string `env:"GUICHET_EXCHANGE" validate:"-" help:"where dossiers are handed over: procedure/connector=https://address, separated by commas; empty hands over to who fetches"`
	ExchangeCA       string `env:"GUICHET_EXCHANGE_CA" validate:"omitempty,file" help:"PEM file of the authorities that sign the certificates of those addresses; empty: the system's"`
	Syslog           string `env:"GUICHET_SYSLOG" validate:"-" help:"collector that events go to (RFC 5424), for procedures that name its processing: tls://collector.example:6514, tcp:// or udp://; empty: none"`
	SyslogCA         string `env:"GUICHET_SYSLOG_CA" validate:"omitempty,file" help:"PEM file of the authorities that sign its certificate; empty: the system's"`
	Log              string `env:"GUICHET_LOG" default:"text" validate:"oneof=text json" help:"text or json"`
	Profile          string `env:"GUICHET_PROFILE" validate:"-" help:"file for a CPU profile of all that is served, read with go tool pprof; empty writes none"`
}

// loadConfig reads the file, then the environment, and validates; every fault is named with its variable and its mend.
func loadConfig(file string, getenv func(string) string) (Config, error) {
	var c Config
	if file == "" {
		file = getenv("GUICHET_CONFIG")
	}
	lines, err := readConfigFile(file)
	if err != nil {
		return c, err
	}
	if err := c.fill(func(name string) string {
		if v := getenv(name); v != "" {
			return v
		}
		return lines[name]
	}); err != nil {
		return c, err
	}
	c.derive()
	return c, c.validate()
}

func readConfigFile(file string) (map[string]string, error) {
	lines := map[string]string{}
	if file == "" {
		return lines, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("the configuration file cannot be read: %w", err)
	}
	defer func() { _ = f.Close() }()
	known := map[string]bool{}
	for _, x := range fields() {
		known[x.Tag.Get("env")] = true
	}
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSpace(s.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); !ok || !known[name] {
			return nil, fmt.Errorf("%s:%d: %q is no setting; write NAME=value with a name that `guichet serve --help` lists", file, n, name)
		}
		lines[name] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return lines, s.Err()
}

func fields() []reflect.StructField { return reflect.VisibleFields(reflect.TypeFor[Config]()) }

func (c *Config) fill(get func(string) string) error {
	v := reflect.ValueOf(c).Elem()
	for i, f := range fields() {
		value := get(f.Tag.Get("env"))
		if value == "" {
			value = f.Tag.Get("default")
		}
		if f.Type.Kind() == reflect.Bool {
			switch value {
			case "", "0", "false":
			case "1", "true":
				v.Field(i).SetBool(true)
			default:
				return fmt.Errorf("%s is %q; write 1 or 0", f.Tag.Get("env"), value)
			}
			continue
		}
		v.Field(i).SetString(value)
	}
	return nil
}

// derive fills what follows from the rest.
func (c *Config) derive() {
	if c.PublicURL == "" {
		_, port, _ := strings.Cut(c.Addr, ":")
		c.PublicURL = "http://localhost:" + port
	}
	if u, err := url.Parse(c.PublicURL); err == nil {
		set := func(to *string, prefix string) {
			if *to == "" {
				*to = u.Scheme + "://" + prefix + u.Host
			}
		}
		set(&c.AgentsURL, "agents.")
		set(&c.FilesURL, "files.")
	}
	if c.Keyring == "" {
		c.Keyring = c.Data + "/keyring"
	}
	if c.Blobs == "" {
		c.Blobs = c.Data + "/blobs"
	}
}

var hints = map[string]string{
	"hostname_port": "write host:port, such as 127.0.0.1:8080",
	"http_url":      "write a whole address, such as https://guichet.example",
	"startswith":    "write postgres://user:password@host:5432/database",
	"dir":           "name a folder that exists",
	"file":          "name a file that exists",
	"number":        "write a number, in figures",
	"ne":            "write a number from 1 on",
	"hexcolor":      "write a colour such as #1d3557",
	"max":           "write something shorter",
	"oneof":         "write text or json",
	"email":         "write an e-mail address",
}

func (c Config) validate() error {
	err := validator.New().Struct(c)
	var faults validator.ValidationErrors
	var out []error
	if errors.As(err, &faults) {
		for _, f := range faults {
			field, _ := reflect.TypeFor[Config]().FieldByName(f.Field())
			hint := hints[strings.Split(f.Tag(), "|")[0]]
			if f.Field() == "SMTP" {
				hint = "write smtp://host:port or smtps://host:port"
			}
			if hint == "" {
				hint = "it must be " + f.Tag() + " " + f.Param()
			}
			out = append(out, fmt.Errorf("%s is wrong: %s", field.Tag.Get("env"), hint))
		}
	}
	if c.DatabaseURL == "" && (c.DatabaseOwner != "" || c.DatabasePurge != "") {
		out = append(out, errors.New("DATABASE_URL is missing: GUICHET_DATABASE_OWNER and GUICHET_DATABASE_PURGE are other roles of its database"))
	}
	if c.DatabaseOwner != "" && c.DatabasePurge == "" {
		out = append(out, errors.New("GUICHET_DATABASE_PURGE is missing: beside GUICHET_DATABASE_OWNER the role of DATABASE_URL may erase nothing, so name the one that may"))
	}
	for name, list := range map[string]string{"GUICHET_TRUSTED_PROXIES": c.Proxies, "GUICHET_ADMIN_NETWORKS": c.AdminNetworks, "GUICHET_PROVIDER_NETWORKS": c.ProviderNetworks} {
		if _, nerr := networks(name, list); nerr != nil {
			out = append(out, nerr)
		}
	}
	if _, serr := c.scanner(); serr != nil {
		out = append(out, serr)
	}
	if _, cerr := c.carrier(); cerr != nil {
		out = append(out, cerr)
	}
	if c.Officer != "" && c.SMTP == "" {
		out = append(out, errors.New("GUICHET_DPO needs GUICHET_SMTP_URL beside it: the officer is told by mail"))
	}
	if _, rerr := exchange.ParseRoutes(c.Exchange); rerr != nil {
		out = append(out, errors.New("GUICHET_EXCHANGE is wrong: write procedure/connector=https://address, separated by commas; http is for this machine alone"))
	}
	if _, merr := c.mailbox(); merr != nil {
		out = append(out, merr)
	}
	if _, serr := c.events(); serr != nil {
		out = append(out, serr)
	}
	if _, rerr := c.roots(); rerr != nil {
		out = append(out, rerr)
	}
	for _, s := range []providerSettings{c.people(), c.agents()} {
		if _, perr := s.config(); perr != nil {
			out = append(out, perr)
		}
	}
	if c.DeskIssuer != "" && c.DeskGroups == "" {
		out = append(out, errors.New("GUICHET_AGENTS_OPENID_GROUPS is missing: name the file that says what each group gives; without it no agent gets in"))
	}
	return errors.Join(out...)
}

// writes tells whether people can be written to beside text messages.
func (c Config) writes() error {
	if c.SMS != "" && c.SMTP == "" {
		return errors.New("GUICHET_SMS needs GUICHET_SMTP_URL beside it: whoever has given no number is written to by e-mail")
	}
	return nil
}

// carrier is nil when none is configured.
func (c Config) carrier() (notify.Carrier, error) {
	if c.SMS == "" {
		return nil, nil
	}
	secret := c.SMSSecret
	if secret == "" && c.SMSFile != "" {
		raw, err := os.ReadFile(c.SMSFile)
		if err != nil {
			return nil, errors.New("GUICHET_SMS_SECRET_FILE is wrong: name a file that this program may read")
		}
		secret = strings.TrimSpace(string(raw))
	}
	if secret == "" {
		return nil, errors.New("GUICHET_SMS_SECRET is missing: give the token or the password there, or in the file GUICHET_SMS_SECRET_FILE names")
	}
	k, err := notify.NewCarrier(c.SMS, secret)
	if err != nil {
		return nil, fmt.Errorf("GUICHET_SMS is wrong: %w", notify.CarrierFault(err))
	}
	return k, nil
}

// scanner is nil when none is configured.
func (c Config) scanner() (*document.Scanner, error) {
	if c.Clamd == "" {
		return nil, nil
	}
	s, err := document.NewScanner(c.Clamd)
	if err != nil {
		return nil, errors.New("GUICHET_CLAMD is wrong: write the path of clamd's socket, such as /run/clamav/clamd.ctl, or host:port")
	}
	return s, nil
}

// networks reads those of a setting.
func networks(name, list string) (out []netip.Prefix, err error) {
	for _, s := range strings.Split(list, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("%s is wrong: write networks such as 10.0.0.0/8, separated by commas", name)
		}
		out = append(out, p)
	}
	return out, nil
}

// print writes the configuration in force, secrets left out.
func (c Config) print(w io.Writer) {
	v := reflect.ValueOf(c)
	for i, f := range fields() {
		value := fmt.Sprint(v.Field(i).Interface())
		if f.Tag.Get("secret") != "" && value != "" {
			value = "(set, not shown)"
		}
		_, _ = fmt.Fprintf(w, "%s=%s\n", f.Tag.Get("env"), value)
	}
}

// settingsHelp lists the settings for --help.
func settingsHelp() string {
	var b strings.Builder
	for _, f := range fields() {
		fmt.Fprintf(&b, "  %-24s %s", f.Tag.Get("env"), f.Tag.Get("help"))
		if d := f.Tag.Get("default"); d != "" {
			fmt.Fprintf(&b, " (%s)", d)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
