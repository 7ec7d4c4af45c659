package stage_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"guichet/internal/account"
	"guichet/internal/app"
	"guichet/internal/testkit"
	"guichet/internal/testkit/passkey"
	"guichet/internal/testkit/stage"
	"guichet/internal/web"
)

func strict(c *app.Config) { c.AgentsBare = false }

var (
	secretShape   = regexp.MustCompile(`[A-Z2-7]{4}( [A-Z2-7]{4}){7}`)
	recoveryShape = regexp.MustCompile(`[0-9a-z]{4}(-[0-9a-z]{4}){5}`)
)

// codeApp is the app of somebody on a stage.
type codeApp struct {
	*stage.App
	t      *testing.T
	secret string
}

func (a codeApp) code() string {
	a.t.Helper()
	a.Clock.Advance(time.Minute) // the code before is spent
	code, err := totp.GenerateCode(a.secret, a.Clock.Now())
	if err != nil {
		a.t.Fatal(err)
	}
	return code
}

// setUp sets up an app by the pages, and gives the recovery codes that come with the first proof.
func setUp(t *testing.T, a *stage.App, b *stage.Browser) (codeApp, []string) {
	t.Helper()
	p := b.Get(web.FactorsPath).Form("totp").Submit("").Want(http.StatusOK)
	mine := codeApp{a, t, strings.ReplaceAll(secretShape.FindString(p.Text()), " ", "")}
	if picture := b.Twin().Try(web.FactorsPath + "/totp/code.png"); picture.Header.Get("Content-Type") != "image/png" {
		t.Fatalf("the image is %s", picture.Header.Get("Content-Type"))
	}
	p.Form("confirm-totp").Set("code", "000000").Submit("").Want(http.StatusUnprocessableEntity)
	p = b.Get(web.FactorsPath+"/totp").Form("confirm-totp").Set("code", mine.code()).Submit("").Want(http.StatusOK)
	return mine, recoveryShape.FindAllString(p.Text(), -1)
}

func enter(a *stage.App, origin, email string) *stage.Browser {
	b := a.Visit(origin, "fr")
	b.Get("/sign-in").Form("sign-in").Set("email", email).Set("password", stage.Password).Submit("")
	return b
}

// Until an agent has a second proof, no route of the agents' door does anything but lead to making one.
func TestAgentsMakeASecondProofFirst_ASVS_6_3_3(t *testing.T) {
	a := stage.Open(t, strict)
	b := a.Invited("agent@example.org", "fr", "authority", "analyst")
	b.Page.Shows("Ajoutez une seconde preuve")
	uninvited(t, a)
	pairs := 0
	for _, r := range a.Site.Agents.Routes() {
		if p := r.Policy.String(); p == web.Public.String() || p == web.Inside.String() || p == web.MakesProofs.String() {
			continue
		}
		pairs++
		var page *stage.Page
		if r.Method == http.MethodPost {
			page = b.Post(r.Pattern, nil)
		} else {
			page = b.Try(r.Pattern)
		}
		if page.Status == http.StatusOK && page.Path() != web.FactorsPath || page.Status >= 500 {
			t.Errorf("%s %s answers %d at %s to who gave a password alone", r.Method, r.Pattern, page.Status, page.Path())
		}
	}
	if pairs < 50 {
		t.Errorf("only %d routes were tried", pairs)
	}
	b.Twin().Get(web.FactorsPath + "?lang=en").Shows("Add a second proof")
	planted := b.Twin()
	mine, codes := setUp(t, a, b)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes: %s", len(codes), b.Page.Text())
	}
	if planted.Try(web.FactorsPath); planted.Page.Path() != web.SignInPath {
		t.Errorf("a planted cookie is good after the second proof: %s", planted.Page.Path())
	}
	a.Acknowledge(b)
	b.Get("/queue")
	b.Get(web.FactorsPath).Shows("C’est votre seule preuve")
	b = enter(a, stage.Agents, "agent@example.org")
	b.Page.Shows("Seconde preuve")
	planted = b.Twin()
	if b.Try("/queue"); b.Page.Path() != web.SignInPath {
		t.Errorf("a password alone reads the queue: %s", b.Page.Path())
	}
	b.Get(web.SecondPath).Form("second").Set("code", "").Submit("").Want(http.StatusUnprocessableEntity).Shows("Saisissez un code")
	b.Page.Form("second").Set("code", mine.code()).Submit("").Want(http.StatusOK)
	b.Get("/queue")
	if planted.Try("/queue"); planted.Page.Path() != web.SignInPath {
		t.Errorf("a cookie of before the second proof is good: %s", planted.Page.Path())
	}
	if planted.Try(web.SecondPath); planted.Page.Path() != web.SignInPath {
		t.Errorf("a half sign-in outlives its end: %s", planted.Page.Path())
	}
}

// uninvited: who knows the password of an agent without second proof and did not follow the invitation makes none.
func uninvited(t *testing.T, a *stage.App) {
	t.Helper()
	b := enter(a, stage.Agents, "agent@example.org")
	b.Page.Shows("Votre compte n’a pas de seconde preuve").Hides("Ajoutez une clé d’accès")
	b.Get(web.FactorsPath + "?lang=en").Shows("Your account has no second proof")
	for _, r := range a.Site.Agents.Routes() {
		if r.Policy.String() != web.MakesProofs.String() {
			continue
		}
		p := b.Try(r.Pattern)
		if r.Method == http.MethodPost {
			p = b.Post(r.Pattern, nil)
		}
		if p.Status != http.StatusForbidden {
			t.Errorf("%s %s answers %d to who was not invited", r.Method, r.Pattern, p.Status)
		}
	}
}

// An agent whose session ends between the password and the second proof goes on by the invitation and that password, in whatever
// browser; neither alone is enough, and it ends with the proof, with another password, with the account, and with its seven days.
func TestAnInterruptedInvitationGoesOn(t *testing.T) {
	a := stage.Open(t, strict)
	invited := func(email string) (link string) {
		t.Helper()
		link, problem, err := a.Accounts.InviteHere(t.Context(), account.Invitation{
			Profile: account.Profile{Email: email, LastName: "Agent"}, Lang: "fr", Rights: []account.Right{{Procedure: a.Definition().ID, Role: "authority"}},
		})
		if err != nil || problem != nil {
			t.Fatal(err, problem)
		}
		a.Visit(stage.Agents, "fr").Get(link).Form("/invite/").Set("password", stage.Password).Submit("").Want(http.StatusOK)
		return link
	}
	dead := func(link, why string) {
		t.Helper()
		if p := a.Visit(stage.Agents, "fr").Post(link, url.Values{"present": {stage.Password}}); p.Status != http.StatusNotFound {
			t.Errorf("%s: the invitation answers %d", why, p.Status)
		}
	}
	const email = "agent@example.org"
	link := invited(email)
	uninvited(t, a)
	b := a.Visit(stage.Agents, "fr")
	b.Get(link).Shows("Votre mot de passe est déjà choisi").Form("/invite/").Set("present", "autre chose encore").Submit("").Want(http.StatusUnprocessableEntity)
	b.Get("/sign-in").Form("sign-in").Set("email", email).Set("password", stage.Password).Submit("").Shows("Votre compte n’a pas de seconde preuve")
	b.Post("/sign-out", nil)
	b.Post(link, url.Values{"password": {"quatre mots sans rapport"}}).Shows("Votre mot de passe est déjà choisi") // chooses no other
	b.Get(link + "?lang=en").Shows("Your password is chosen already")
	b.Get(link+"?lang=fr").Form("/invite/").Set("present", stage.Password).Submit("").Want(http.StatusOK).Shows("ce même navigateur")
	b.Page.Form("sign-in").Set("email", email).Set("password", stage.Password).Submit("").Want(http.StatusOK).Shows("Ajoutez une seconde preuve")
	setUp(t, a, b)
	dead(link, "with a second proof")

	link = invited("reset@example.org")
	a.Visit(stage.Agents, "fr").Get("/forgotten").Form("/forgotten").Set("email", "reset@example.org").Submit("").Want(http.StatusOK)
	a.Drain()
	reset := regexp.MustCompile(`https://\S+/reset/\S+`).FindString(a.Mails("reset@example.org")[0].Body)
	a.Visit(stage.Agents, "fr").Get(reset).Form("/reset/").Set("password", "quatre mots sans rapport aucun").Submit("").Want(http.StatusOK)
	dead(link, "after another password")

	link = invited("late@example.org")
	a.Clock.Advance(7*24*time.Hour + time.Second)
	dead(link, "after seven days")
}

// A person adds an app and removes it again; in between a password is not enough, and every other session has ended.
func TestPersonsChooseASecondProof(t *testing.T) {
	a := stage.Open(t)
	b := a.Person("lea@example.org", "fr")
	other := a.SignIn(stage.Applicants, "lea@example.org", "fr")
	b.Get("/account").Shows("Seconde preuve")
	_, codes := setUp(t, a, b)
	if other.Try("/account"); other.Page.Path() != web.SignInPath {
		t.Error("another session outlives a change of proofs")
	}
	b.Get(web.FactorsPath).Shows("Codes de secours encore valables : 10 sur 10")
	late := enter(a, stage.Applicants, "lea@example.org")
	late.Page.Shows("Seconde preuve")
	a.Clock.Advance(11 * time.Minute)
	if late.Page.Form("second").Set("code", codes[0]).Submit(""); late.Page.Path() != web.SignInPath {
		t.Errorf("a password waits for more than ten minutes: %s", late.Page.Path())
	}
	in := enter(a, stage.Applicants, "lea@example.org")
	in.Page.Form("second").Set("code", strings.ToUpper(codes[0])).Submit("").Want(http.StatusOK).Shows("il en reste 9")
	in.Get(web.FactorsPath).Form("/remove").Submit("").Want(http.StatusOK).Shows("La preuve est retirée")
	a.SignIn(stage.Applicants, "lea@example.org", "fr").Get("/account").Shows("Aucune")
	want := []string{"Une preuve de connexion a été retirée de votre compte", "Un code de secours a été utilisé", "Une preuve de connexion a été ajoutée à votre compte"}
	for i, m := range a.Mails("lea@example.org")[:3] {
		if m.Subject != want[i] {
			t.Errorf("mail %d: %q", i, m.Subject)
		}
	}
}

func sessions(t *testing.T, a *stage.App) (n int) {
	t.Helper()
	if err := a.Store.Pool().QueryRow(t.Context(), "select count(*) from session").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Agents who forgot their password do the work that applicants do; without it nothing is sent, and nothing typed is lost.
func TestAgentsWorkForAForgottenPassword(t *testing.T) {
	a := stage.Open(t)
	a.Hire("agent@example.org", "fr", "authority")
	b := a.Visit(stage.Agents, "fr")
	p := b.Post("/forgotten", map[string][]string{"email": {"agent@example.org"}, "altcha": {"forged"}})
	p = p.Want(http.StatusUnprocessableEntity).Shows("La vérification automatique n’a pas abouti")
	if got := p.Form("/forgotten").Values.Get("email"); got != "agent@example.org" || len(a.Mails("agent@example.org")) != 0 {
		t.Errorf("typed %q, %d mails", got, len(a.Mails("agent@example.org")))
	}
	p.Form("/forgotten").Submit("").Want(http.StatusOK)
	if n := len(a.Mails("agent@example.org")); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// A passkey is added and signs in by the pages; one of the applicants' door opens nothing at the agents'.
func TestPasskeysByThePages(t *testing.T) {
	a := stage.Open(t)
	b := a.Person("lea@example.org", "fr")
	d := &passkey.Device{Origin: stage.Applicants}
	asks := func(p *stage.Page) string { return p.Form("passkey").Attr("data-options") }
	k, made, err := d.Make(asks(b.Get(web.FactorsPath+"/passkey")), passkey.Lie{})
	if err != nil {
		t.Fatal(err)
	}
	b.Page.Form("passkey").Set("name", "Mon téléphone").Carry("passkey", made).Submit("").Want(http.StatusOK).Shows("Codes de secours")
	b.Get(web.FactorsPath).Shows("Clé d’accès « Mon téléphone »")
	in := a.Visit(stage.Applicants, "fr")
	before := sessions(t, a)
	if in.Get(web.PasskeyPath); sessions(t, a) != before {
		t.Error("reading the page of a passkey begins a session")
	}
	in.Get(web.SignInPath).Form("passkey-ask").Submit("").Want(http.StatusOK)
	planted := in.Twin()
	said, err := d.Answer(asks(in.Page), k, passkey.Lie{})
	if err != nil {
		t.Fatal(err)
	}
	stranger := a.Visit(stage.Applicants, "fr")
	stranger.Get(web.PasskeyPath).Form("passkey-ask").Submit("").Form("passkey").Carry("passkey", said).Submit("").Want(http.StatusUnprocessableEntity)
	in.Page.Form("passkey").Carry("passkey", said).Submit("").Want(http.StatusOK)
	in.Get("/account").Shows("lea@example.org")
	if planted.Try("/account"); planted.Page.Path() != web.SignInPath {
		t.Error("a planted cookie is good after a passkey")
	}
	planted.Get(web.PasskeyPath).Form("passkey-ask").Submit("").Form("passkey").Carry("passkey", said).Submit("").Want(http.StatusUnprocessableEntity)
	half := enter(a, stage.Applicants, "lea@example.org")
	if said, err = d.Answer(asks(half.Page), k, passkey.Lie{}); err != nil {
		t.Fatal(err)
	}
	half.Page.Form("passkey").Carry("passkey", said).Submit("").Want(http.StatusOK)
	half.Get("/account").Shows("lea@example.org")
}

// What was typed when the session ended waits until the second proof as well is given.
func TestTypedStepWaitsForTheSecondProof(t *testing.T) {
	a := stage.Open(t)
	f := a.Person("lea@example.org", "fr").Start(a.Definition(), testkit.PersonaNamed(t, "family"))
	mine, _ := setUp(t, a, f.Browser)
	step := f.Get(f.Path("/step/applicant")).Form("step").Set("applicant.last_name", "Marchand")
	a.Clock.Advance(13 * time.Hour)
	p := step.Submit("leave").Want(http.StatusUnauthorized)
	p = p.Form("sign-in").Set("email", "lea@example.org").Set("password", stage.Password).Submit("").Want(http.StatusOK).Shows("Seconde preuve")
	p = p.Form("language").Submit("lang:en").Want(http.StatusOK).Shows("Second proof").Form("language").Submit("lang:fr")
	p = p.Form("second").Set("code", "000000").Submit("").Want(http.StatusUnprocessableEntity)
	p.Form("second").Set("code", mine.code()).Submit("").Want(http.StatusOK)
	if got := f.Get(f.Path("/step/applicant")).Form("step").Values.Get("applicant.last_name"); got != "Marchand" {
		t.Errorf("what was typed is lost: %q", got)
	}
}

// More than five minutes after the last proof, a sensitive act waits for another one, with all that was typed.
func TestSensitiveActsWantAProofOfNow_ASVS_7_5_1_7_5_3(t *testing.T) {
	a := stage.Open(t)
	admin := a.Administrator("admin@example.org")
	a.Hire("agent@example.org", "fr", "authority")
	form := admin.Get("/admin").Form("/admin/invite").Set("email", "eve@example.org").Set("last_name", "Martin")
	form.Set("right", "*/admin").Set("reason", "Deuxième administratrice")
	a.Clock.Advance(6 * time.Minute)
	p := form.Submit("").Want(http.StatusUnauthorized).Shows("Confirmez que c’est vous")
	if len(a.Mails("eve@example.org")) != 0 {
		t.Fatal("the act was made without a proof")
	}
	thief := admin.Twin()
	p = p.Form("language").Submit("lang:en").Shows("Confirm that it is you")
	p = p.Form("again").Set("password", "faux").Submit("").Want(http.StatusUnprocessableEntity)
	kept := p.Form("again").Values.Get("kept")
	p.Form("again").Set("password", stage.Password).Submit("").Want(http.StatusOK)
	if len(a.Mails("eve@example.org")) != 1 {
		t.Errorf("what was typed is lost: %s", p.Text())
	}
	again := admin.Post(web.AgainPath, map[string][]string{"kept": {kept}}).Want(http.StatusConflict).Shows("This was already done once")
	if n := len(a.Mails("eve@example.org")); n != 1 {
		t.Errorf("gone back and sent again: %d invitations at %s", n, again.Path())
	}
	if thief.Try("/admin"); thief.Page.Path() != web.SignInPath {
		t.Error("the token of before the proof is still good")
	}
	admin.Get("/admin").Form("/admin/invite").Set("email", "luc@example.org").Set("last_name", "Blanc").Set("right", "*/admin").Set("reason", "Troisième").Submit("").Want(http.StatusOK)
	agent := a.SignIn(stage.Agents, "agent@example.org", "fr")
	agent.Post(web.AgainPath, map[string][]string{"kept": {kept}}).Want(http.StatusUnprocessableEntity)
	a.Clock.Advance(2 * time.Hour)
	admin = a.SignIn(stage.Agents, "admin@example.org", "fr")
	admin.Post(web.AgainPath, map[string][]string{"kept": {kept}}).Want(http.StatusUnprocessableEntity)
}

// An agent who has lost every proof is helped by an administrator, on record; then a new one is made, and five minutes later
// the password is asked first.
func TestAnAdministratorHelpsWhoHasLostTheirProof(t *testing.T) {
	a := stage.Open(t)
	a.Administrator("admin@example.org")
	agent := a.Hire("agent@example.org", "fr", "authority")
	setUp(t, a, agent)
	admin := a.SignIn(stage.Agents, "admin@example.org", "fr")
	admin.Get("/admin").Form("/factors").Submit("").Want(http.StatusOK).Shows("Ses secondes preuves et son mot de passe sont retirés")
	admin.Get("/admin/rights").Shows("Secondes preuves retirées")
	if agent.Try("/queue"); agent.Page.Path() != web.SignInPath {
		t.Error("a session outlives the proofs that were taken away")
	}
	told := map[string]bool{}
	for _, m := range a.Mails("agent@example.org") {
		told[m.Subject] = true
	}
	if !told["Vos preuves de connexion ont été retirées"] {
		t.Errorf("the agent is told %v", told)
	}
	a.Accounts.AgentsBare = false
	if p := enter(a, stage.Agents, "agent@example.org").Page; p.Status != http.StatusUnprocessableEntity {
		t.Errorf("the password of before is good: %d", p.Status)
	}
	invitation := ""
	for _, m := range a.Mails("agent@example.org") {
		if l := regexp.MustCompile(`https://\S+/invite/\S+`).FindString(m.Body); l != "" {
			invitation = l
		}
	}
	agent = a.TakeUpBare(invitation, "agent@example.org", "fr")
	agent.Page.Shows("Ajoutez une seconde preuve")
	a.Clock.Advance(6 * time.Minute)
	p := agent.Get(web.FactorsPath).Form("totp").Submit("").Want(http.StatusUnauthorized)
	p.Form("again").Set("password", stage.Password).Submit("").Want(http.StatusOK).Shows("Installer une application de codes")
	if agent.Try("/queue"); agent.Page.Path() != web.FactorsPath {
		t.Errorf("a password given twice is no second proof: %s", agent.Page.Path())
	}
}

// Everybody sees the sessions they have open and ends one of them, or all; nobody ends another's.
func TestSittings_ASVS_7_5_2(t *testing.T) {
	a := stage.Open(t)
	for door, first := range map[string]*stage.Browser{stage.Applicants: a.Person("lea@example.org", "fr"), stage.Agents: a.Hire("lea@example.org", "fr", "authority")} {
		second := a.SignIn(door, "lea@example.org", "fr")
		p := first.Get(web.FactorsPath).Shows("Celle-ci")
		one := p.Forms(web.SittingPath)
		if len(one) != 1 {
			t.Fatalf("%s: %d other sessions can be ended, want 1: %s", door, len(one), p.Text())
		}
		id := one[0].Values.Get("session")
		if door == stage.Applicants {
			a.Person("luc@example.org", "fr").Post(web.SittingPath, map[string][]string{"session": {id}})
			second.Get(web.FactorsPath)
		}
		one[0].Submit("").Want(http.StatusOK).Shows("La session est terminée")
		if second.Try(web.FactorsPath); second.Page.Path() != web.SignInPath {
			t.Errorf("%s: a session that was ended goes on", door)
		}
		second = a.SignIn(door, "lea@example.org", "fr")
		first.Get(web.FactorsPath).Form("end-sittings").Submit("").Want(http.StatusOK)
		for _, b := range []*stage.Browser{first, second} {
			if b.Try(web.FactorsPath); b.Page.Path() != web.SignInPath {
				t.Errorf("%s: a session outlives the end of all", door)
			}
		}
	}
}

// What a thief of a session would do to outlast it, or to shut others out, wants a proof of now.
func TestTakingOverWantsAProofOfNow_ASVS_7_5_3(t *testing.T) {
	a := stage.Open(t)
	admin := a.Administrator("admin@example.org")
	boss := a.Person("lea@example.org", "fr")
	a.Clock.Advance(6 * time.Minute)
	for path, b := range map[string]*stage.Browser{
		"/firm/invite": boss, "/firm/member/1": boss, "/firm/invitation/1": boss,
		"/admin/agent/1/disable": admin, "/admin/agent/1/withdraw/1": admin,
		"/setting/item": admin, "/setting/change/1/take-back": admin,
	} {
		if p := b.Post(path, map[string][]string{"x": {"y"}}); p.Status != http.StatusUnauthorized || !strings.Contains(p.Text(), "Confirmez que c’est vous") {
			t.Errorf("%s answers %d without a proof", path, p.Status)
		}
	}
}

// The proof that a new passkey wants is asked before the device makes it, or takes nothing from it; without a name it has one.
func TestAPasskeyIsAddedLongAfterTheLastProof(t *testing.T) {
	a := stage.Open(t)
	b := a.Person("lea@example.org", "fr")
	d := &passkey.Device{Origin: stage.Applicants}
	a.Clock.Advance(6 * time.Minute)
	p := b.Try(web.FactorsPath + "/passkey").Want(http.StatusUnauthorized)
	p.Form("again").Set("password", stage.Password).Submit("").Want(http.StatusOK)
	a.Clock.Advance(4 * time.Minute)
	p = b.Get(web.FactorsPath + "/passkey")
	_, made, err := d.Make(p.Form("passkey").Attr("data-options"), passkey.Lie{})
	if err != nil {
		t.Fatal(err)
	}
	a.Clock.Advance(2 * time.Minute)
	p = p.Form("passkey").Carry("passkey", made).Submit("").Want(http.StatusUnauthorized)
	p.Form("again").Set("password", stage.Password).Submit("").Want(http.StatusOK).Shows("Codes de secours")
	b.Get(web.FactorsPath).Shows("Clé d’accès « Clé d’accès »")
}

// The secret of an app that is being set up is shown in the session that began it, and soon after a proof.
func TestTheSecretOfAnAppIsOfOneSession(t *testing.T) {
	a := stage.Open(t)
	thief := a.Person("lea@example.org", "fr")
	owner := a.SignIn(stage.Applicants, "lea@example.org", "fr")
	owner.Get(web.FactorsPath).Form("totp").Submit("").Want(http.StatusOK)
	if p := thief.Try(web.FactorsPath + "/totp/code.png"); p.Status != http.StatusNotFound {
		t.Errorf("another session sees the image: %d", p.Status)
	}
	if p := thief.Try(web.FactorsPath + "/totp"); p.Path() != web.FactorsPath {
		t.Errorf("another session sees the secret at %s", p.Path())
	}
	a.Clock.Advance(6 * time.Minute)
	if p := owner.Try(web.FactorsPath + "/totp"); p.Path() != web.FactorsPath {
		t.Errorf("the secret is shown at %s long after the last proof", p.Path())
	}
}

// An agent whose session ran out and who has no second proof yet makes one before what was typed goes anywhere.
func TestAPasswordAloneEntersNothing_ASVS_6_3_3(t *testing.T) {
	a := stage.Open(t)
	f := a.Hire("counter@example.org", "fr", "authority").Enter(a.Definition(), testkit.PersonaNamed(t, "family"), "2", "3", "2026")
	step := f.Get(f.Path("/step/applicant")).Form("step").Set("applicant.last_name", "Marchand")
	a.Accounts.AgentsBare = false
	a.Clock.Advance(16 * time.Minute)
	p := step.Submit("leave").Want(http.StatusUnauthorized)
	p = p.Form("sign-in").Set("email", "counter@example.org").Set("password", stage.Password).Submit("")
	if p.Path() != web.FactorsPath || !strings.Contains(p.Text(), "n’a pas de seconde preuve") {
		t.Errorf("a password alone leads to %s: %s", p.Path(), p.Text())
	}
	a.Accounts.AgentsBare = true
	f.Browser = a.SignIn(stage.Agents, "counter@example.org", "fr")
	if got := f.Get(f.Path("/step/applicant")).Form("step").Values.Get("applicant.last_name"); got == "Marchand" {
		t.Error("what was typed was written without a second proof")
	}
}
