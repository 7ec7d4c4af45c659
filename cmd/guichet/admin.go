package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/text"
)

const adminAbout = `guichet admin makes agents' accounts from the command line.

  guichet admin create --email head@example.org --last-name Durand
      makes the first administrator, who then invites the others in the agents' door
  guichet admin invite --email eve@example.org --last-name Martin --right PROCEDURE:ROLE
      makes an agent's account; --right PROCEDURE:ROLE[:TEAM[:YYYY-MM-DD]] may be given several times, and needs the
      last day where the role is a provider's
  guichet admin list
      lists the agents and their rights
  guichet admin reset-factors --email eve@example.org
      takes the passkeys, the code app, the recovery codes and the password away from an agent who has lost them and whom no
      other administrator can help, and prints the link of a new invitation; --person does it for an applicant, who chooses
      another password by mail. Make sure first who asks. The person is told by mail, and all their sessions end
  guichet admin end-sessions --email eve@example.org
      ends the sessions of an agent on every server, with --person those of an applicant; with --everybody in place of
      --email those of all people at all doors

Have two administrators: a token with which another system reads files opens nothing until a second administrator confirms
it. The first one invites the second on the page "Administration" of the agents' door.

create and invite print a link that works once, for seven days: who follows it chooses the password, so give it to that
person alone.`

// rightFlags collects --right PROCEDURE:ROLE[:TEAM[:YYYY-MM-DD]].
type rightFlags []account.Right

func (r *rightFlags) String() string { return "" }

func (r *rightFlags) Set(s string) error {
	parts := strings.SplitN(s, ":", 4)
	if len(parts) < 2 || parts[0] == "" || parts[1] == "" {
		return errors.New("write PROCEDURE:ROLE, PROCEDURE:ROLE:TEAM or PROCEDURE:ROLE:TEAM:YYYY-MM-DD")
	}
	right := account.Right{Procedure: parts[0], Role: parts[1]}
	if len(parts) > 2 {
		right.Team = parts[2]
	}
	if len(parts) > 3 {
		day, err := time.Parse(time.DateOnly, parts[3])
		if err != nil {
			return errors.New("write the last day of the right as YYYY-MM-DD")
		}
		right.Until = time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, text.Zone)
	}
	*r = append(*r, right)
	return nil
}

func runAdmin(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	act, rest := "", args
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		act, rest = args[0], args[1:]
	}
	var in account.Invitation
	f := newFlags("admin", adminAbout, stderr)
	file := f.String("config", "", "file of NAME=value lines")
	f.StringVar(&in.Profile.Email, "email", "", "address to sign in with")
	f.StringVar(&in.Profile.LastName, "last-name", "", "last name, as colleagues see it")
	f.StringVar(&in.Profile.FirstNames, "first-names", "", "first names")
	f.StringVar((*string)(&in.Lang), "lang", string(text.FR), "language of the person, fr or en")
	f.Var((*rightFlags)(&in.Rights), "right", "PROCEDURE:ROLE[:TEAM[:YYYY-MM-DD]], for invite")
	applicant := f.Bool("person", false, "the account is an applicant's, for reset-factors and end-sessions")
	everybody := f.Bool("everybody", false, "of all people, for end-sessions")
	if err := parse(f, rest); err != nil {
		return err
	}
	if !slices.Contains([]string{"create", "invite", "list", "reset-factors", "end-sessions"}, act) {
		return errors.New("say what to do: create, invite, list, reset-factors or end-sessions; " + more("admin"))
	}
	c, err := loadConfig(*file, os.Getenv)
	if err != nil {
		return err
	}
	r, err := open(ctx, c, forCommand, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	if act == "reset-factors" {
		return resetFactors(ctx, r.Accounts, in.Profile.Email, *applicant, stdout)
	}
	if act == "end-sessions" {
		return endSessions(ctx, r.Accounts, in.Profile.Email, *applicant, *everybody, stdout)
	}
	return administer(ctx, r, act, in, stdout)
}

// endSessions ends those of somebody, or of everybody.
func endSessions(ctx context.Context, desk *account.Desk, email string, applicant, everybody bool, stdout io.Writer) (err error) {
	kind := access.Agent
	if applicant {
		kind = access.Person
	}
	switch {
	case everybody == (email != ""):
		return errors.New("say whose: --email, or --everybody")
	case everybody:
		err = desk.EndAllSessionsHere(ctx)
	default:
		err = desk.EndSessionsHere(ctx, kind, email)
	}
	if fault.Of(err) == fault.NotFound {
		return errors.New("--email: nobody has an account with that address here; an applicant's needs --person")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(stdout, "The sessions have ended.")
	return err
}

func administer(ctx context.Context, r *running, act string, in account.Invitation, stdout io.Writer) error {
	switch act {
	case "list":
		return listAgents(ctx, r.Accounts, stdout)
	case "create":
		return createAdmin(ctx, r, in, stdout)
	}
	known := roles(r.Catalogue)
	for _, right := range in.Rights {
		if name := right.Procedure + ":" + right.Role; !slices.Contains(known, name) {
			return fmt.Errorf("--right %s: there is no such role; those of the workflows are %s", name, strings.Join(known, ", "))
		}
		if right.Until.IsZero() && r.Accounts.Contract(right.Procedure, right.Role) {
			return fmt.Errorf("--right %s:%s is a provider's: add the last day of the contract, as in %[1]s:%[2]s::2027-06-30", right.Procedure, right.Role)
		}
	}
	link, problem, err := r.Accounts.InviteHere(ctx, in)
	return printLink(r.Texts, stdout, link, problem, err)
}

// resetFactors takes the second proofs away from somebody who has lost them.
func resetFactors(ctx context.Context, desk *account.Desk, email string, applicant bool, stdout io.Writer) error {
	kind := access.Agent
	if applicant {
		kind = access.Person
	}
	link, err := desk.ResetFactorsHere(ctx, kind, email)
	if fault.Of(err) == fault.NotFound {
		return errors.New("--email: nobody has an account with that address here; an applicant's needs --person")
	}
	if err != nil {
		return err
	}
	said := "The second proofs and the password are removed, and the sessions ended. A mail tells the person."
	if link != "" {
		said += "\nGive this link, which works once, for seven days, to that person alone:\n" + link
	}
	_, err = fmt.Fprintln(stdout, said)
	return err
}

// roles are those that can be given, as --right takes them.
func roles(c *procedure.Catalogue) (out []string) {
	for _, p := range c.All() {
		for _, r := range p.Flow.Roles {
			out = append(out, p.ID+":"+r.ID)
		}
	}
	return out
}

// createAdmin makes the first administrator; a second one is somebody's decision, made in the agents' door.
func createAdmin(ctx context.Context, r *running, in account.Invitation, stdout io.Writer) error {
	if len(in.Rights) > 0 {
		return errors.New("create takes no --right: an administrator gives rights, and holds none over dossiers")
	}
	n, err := r.Accounts.Administrators(ctx)
	if err != nil {
		return err
	}
	if n > 0 {
		return errors.New("there is an administrator already, who can invite others in the agents' door")
	}
	link, problem, err := r.Accounts.CreateAdmin(ctx, in)
	return printLink(r.Texts, stdout, link, problem, err)
}

func printLink(texts *text.Catalogue, stdout io.Writer, link string, problem *account.Problem, err error) error {
	if err != nil {
		return err
	}
	if problem != nil {
		return fmt.Errorf("--%s: %s", problem.Field, problem.Say(texts.Printer(text.EN)))
	}
	_, err = fmt.Fprintln(stdout, link)
	return err
}

func listAgents(ctx context.Context, desk *account.Desk, stdout io.Writer) error {
	agents, err := desk.Agents(ctx)
	if err != nil {
		return err
	}
	for _, a := range agents {
		var rights []string
		for _, r := range a.Rights {
			rights = append(rights, strings.TrimSuffix(r.Procedure+":"+r.Role+":"+r.Team, ":"))
		}
		if _, err := fmt.Fprintf(stdout, "%-10s %-30s %-40s %s\n", a.State, a.Profile.Shown(), a.Profile.Email, strings.Join(rights, " ")); err != nil {
			return err
		}
	}
	return nil
}
