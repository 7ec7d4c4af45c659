package main

import (
	"bufio"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/openid"
	"guichet/internal/procedure"
	"guichet/internal/text"
)

// providerSettings are those of one provider of identities.
type providerSettings struct {
	prefix                                                       string // of the names of the settings
	issuer, client, secret, file, fr, en, ca, scopes, acr, claim string
}

func (c Config) people() providerSettings {
	return providerSettings{"GUICHET_OPENID_", c.Issuer, c.Client, c.OpenSecret, c.OpenFile, c.OpenFR, c.OpenEN, c.OpenCA, c.OpenScopes, c.OpenACR, ""}
}

func (c Config) agents() providerSettings {
	return providerSettings{
		"GUICHET_AGENTS_OPENID_", c.DeskIssuer, c.DeskClient, c.DeskSecret, c.DeskFile, c.DeskFR, c.DeskEN, c.DeskCA, c.DeskScopes, c.DeskACR, c.DeskClaim,
	}
}

// config is nil when none is configured. Every fault is named with its setting and its mend.
func (s providerSettings) config() (*openid.Config, error) {
	if s.issuer == "" {
		if s.client != "" || s.secret != "" || s.file != "" {
			return nil, errors.New(s.prefix + "ISSUER is missing: give the address of the provider, as its own page /.well-known/openid-configuration writes it")
		}
		return nil, nil
	}
	wrong := func(name, mend string) error { return errors.New(s.prefix + name + " " + mend) }
	c := openid.Config{
		Issuer: s.issuer, Client: s.client, Secret: s.secret, Label: text.Words{FR: s.fr, EN: s.en}, Groups: s.claim,
		Scopes: strings.Fields(s.scopes), Contexts: strings.Fields(s.acr),
	}
	if c.Secret == "" && s.file != "" {
		raw, err := os.ReadFile(s.file)
		if err != nil {
			return nil, wrong("SECRET_FILE", "is wrong: name a file that this program may read")
		}
		c.Secret = strings.TrimSpace(string(raw))
	}
	if c.Label.EN == "" {
		c.Label.EN = c.Label.FR
	}
	switch {
	case c.Client == "":
		return nil, wrong("CLIENT", "is missing: give the client id that the provider has given this service")
	case c.Secret == "":
		return nil, wrong("SECRET", "is missing: give the client secret there, or in the file "+s.prefix+"SECRET_FILE names")
	case c.Label.FR == "":
		return nil, wrong("LABEL_FR", "is missing: give the name that people know the provider by")
	}
	if s.ca != "" {
		pem, err := os.ReadFile(s.ca)
		c.Roots = x509.NewCertPool()
		if err != nil || !c.Roots.AppendCertsFromPEM(pem) {
			return nil, wrong("CA", "is wrong: name a file with certificates in PEM")
		}
	}
	if _, err := openid.New(c); fault.Of(err) == fault.Invalid {
		return nil, wrong("ISSUER", "is wrong: write a whole https address without ? or #; http is for this machine alone")
	}
	return &c, nil
}

// groups reads what each group of the agents' provider gives. A line that names no role of a procedure stops the start.
func (c Config) groups(catalogue *procedure.Catalogue) (out []account.GroupRight, err error) {
	if c.DeskGroups == "" || c.DeskIssuer == "" {
		return nil, nil
	}
	f, err := os.Open(c.DeskGroups)
	if err != nil {
		return nil, errors.New("GUICHET_AGENTS_OPENID_GROUPS is wrong: name a file that this program may read")
	}
	defer func() { _ = f.Close() }()
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		line := strings.TrimSpace(s.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		g, wrong := groupRight(line, catalogue)
		if wrong != "" {
			return nil, fmt.Errorf("%s:%d: %s", c.DeskGroups, n, wrong)
		}
		out = append(out, g)
	}
	if len(out) == 0 && s.Err() == nil {
		return nil, fmt.Errorf("%s gives no group any right: write a line procedure/role, blanks, the group", c.DeskGroups)
	}
	return out, s.Err()
}

// groupRight reads one line; wrong says what is wrong with it and how to mend it.
func groupRight(line string, catalogue *procedure.Catalogue) (g account.GroupRight, wrong string) {
	given, group, ok := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
	parts := strings.Split(given, "/")
	if !ok || len(parts) < 2 || len(parts) > 3 {
		return g, "write procedure/role or procedure/role/team, then blanks, then the group as the provider names it"
	}
	g = account.GroupRight{Group: strings.TrimSpace(group), Right: account.Right{Procedure: parts[0], Role: parts[1]}}
	if len(parts) == 3 {
		g.Right.Team = parts[2]
	}
	if g.Right.Procedure == account.Everything {
		if g.Right.Role != account.Administrator || g.Right.Team != "" {
			return g, fmt.Sprintf("%q is no right; the one over the whole installation is %s/%s", given, account.Everything, account.Administrator)
		}
		return g, ""
	}
	p := catalogue.Get(g.Right.Procedure)
	if p != nil && p.Flow.Role(g.Right.Role) != nil && p.Flow.Role(g.Right.Role).Holders > 0 {
		return g, fmt.Sprintf("%q is a right that few may hold: an administrator gives it by name", given)
	}
	if p == nil {
		return g, fmt.Sprintf("there is no procedure %q; there are: %s", g.Right.Procedure, strings.Join(procedures(catalogue), ", "))
	}
	var roles []string
	for _, r := range p.Flow.Roles {
		if r.Kind == "support" && r.ID == g.Right.Role { // RP-163
			return g, fmt.Sprintf("a contract bounds the role %q, so that a right to it has a last day: give it on the administrators’ page", r.ID)
		}
		if r.Kind != "agent" {
			continue
		}
		if r.ID == g.Right.Role {
			return g, ""
		}
		roles = append(roles, r.ID)
	}
	return g, fmt.Sprintf("procedure %q has no role %q for agents; it has: %s", p.ID, g.Right.Role, strings.Join(roles, ", "))
}

func procedures(catalogue *procedure.Catalogue) []string {
	var out []string
	for _, p := range catalogue.All() {
		out = append(out, p.ID)
	}
	return out
}
