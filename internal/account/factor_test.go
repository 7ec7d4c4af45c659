package account_test

import (
	"bytes"
	"encoding/base32"
	"image/png"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"guichet/internal/access"
	"guichet/internal/account"
	"guichet/internal/fault"
	"guichet/internal/notify"
)

// app is somebody's code app.
type app struct {
	w      *world
	secret string
}

func (a app) code() string {
	a.w.t.Helper()
	code, err := totp.GenerateCode(a.secret, a.w.now())
	must(a.w.t, err)
	return code
}

// enrol gives somebody an app and ten recovery codes.
func (w *world) enrol(who access.Actor) (app, []string) {
	w.t.Helper()
	begun, err := w.BeginTOTP(w.ctx, who)
	must(w.t, err)
	typed, picture, err := w.PendingTOTP(w.ctx, who, begun)
	must(w.t, err)
	if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
		w.t.Fatal(err)
	}
	a := app{w, strings.ReplaceAll(typed, " ", "")}
	codes, problem, err := w.ConfirmTOTP(w.ctx, who, begun, a.code())
	must(w.t, err)
	if problem != nil {
		w.t.Fatal(problem.Key)
	}
	w.pass(time.Minute) // the code that confirmed it is spent
	return a, codes
}

func (w *world) arrive(email string) account.Arrival {
	w.t.Helper()
	in, problem, err := w.SignIn(w.ctx, access.Person, email, good)
	must(w.t, err)
	if problem != nil {
		w.t.Fatal(problem.Key)
	}
	return in
}

// second gives the kind of proof and the key of the problem.
func (w *world) second(in account.Arrival, code string) (by, key string) {
	w.t.Helper()
	by, problem, err := w.Second(w.ctx, in, account.Answer{Code: code})
	must(w.t, err)
	if problem != nil {
		key = strings.TrimPrefix(problem.Key, "factor.problem.")
	}
	return by, key
}

func person(id int64) access.Actor { return access.Actor{AccountID: id, Kind: access.Person} }

func subjects(mails []notify.Received) (out string) {
	for _, m := range mails {
		out += m.Subject + "\n"
	}
	return out
}

// A password alone opens nothing once there is an app; each of its codes opens once; the owner is told.
func TestCodesOfAnApp_ASVS_6_3_3_6_5_1(t *testing.T) {
	w := newWorld(t)
	who := person(w.person("lea@example.com"))
	if in := w.arrive("lea@example.com"); in.Second {
		t.Fatal("a second proof is asked of who has none")
	}
	begun, err := w.BeginTOTP(w.ctx, who)
	must(t, err)
	if _, problem, err := w.ConfirmTOTP(w.ctx, who, begun, "000000"); err != nil || problem == nil {
		t.Fatalf("confirmed by a guess: %v", err)
	}
	if in := w.arrive("lea@example.com"); in.Second {
		t.Fatal("an app counts that was never confirmed")
	}
	a, codes := w.enrol(who)
	if len(codes) != 10 || !strings.Contains(subjects(w.mails()), "Une preuve de connexion a été ajoutée") {
		t.Fatalf("%d codes, mails: %s", len(codes), subjects(w.mails()))
	}
	before := w.count("select count(*) from connection_log where act = 'sign_in'")
	in := w.arrive("lea@example.com")
	if !in.Second || w.count("select count(*) from connection_log where act = 'sign_in'") != before {
		t.Fatal("a password alone signed in")
	}
	old := a.code()
	if by, key := w.second(in, old[:3]+" "+old[3:]); by != account.TOTP || key != "" {
		t.Fatalf("%q %q", by, key)
	}
	if _, key := w.second(w.arrive("lea@example.com"), old); key != "used" {
		t.Errorf("the same code again: %q", key)
	}
	w.pass(time.Minute + 30*time.Second)
	if _, key := w.second(w.arrive("lea@example.com"), old); key != "wrong" {
		t.Errorf("a code of the past: %q", key)
	}
	if n := w.count("select count(*) from factor where position('" + a.secret + "' in encode(sealed, 'escape')) > 0"); n != 0 {
		t.Error("the secret stands in clear")
	}
}

// A half sign-in dies with the password it began with, and with the account.
func TestHalfSignInDies(t *testing.T) {
	w := newWorld(t)
	id := w.person("lea@example.com")
	a, _ := w.enrol(person(id))
	in := w.arrive("lea@example.com")
	if p, err := w.ChangePassword(w.ctx, id, good, other); err != nil || p != nil {
		t.Fatal(p, err)
	}
	if _, _, err := w.Second(w.ctx, in, account.Answer{Code: a.code()}); fault.Of(err) != fault.Unauthenticated {
		t.Errorf("the old password still opens: %v", err)
	}
	if _, _, err := w.Second(w.ctx, account.Arrival{Account: id}, account.Answer{Code: a.code()}); fault.Of(err) != fault.Unauthenticated {
		t.Errorf("a sign-in without a password: %v", err)
	}
	w.person("max@example.com")
	in, problem, err := w.SignIn(w.ctx, access.Person, "max@example.com", good)
	if err != nil || problem != nil {
		t.Fatal(problem, err)
	}
	if _, problem, err := w.Second(w.ctx, in, account.Answer{Code: "123456"}); fault.Of(err) != fault.Unauthenticated || problem != nil {
		t.Errorf("a code where there is no second proof any more: %v, %v", problem, err)
	}
	if n := w.count("select count(*) from connection_log where act = 'second_wrong'"); n != 0 {
		t.Error("it counts as a guess")
	}
}

// Wrong codes are slowed down from the third on, the owner hears of it, and nobody is locked out for good.
func TestGuessedCodes_ASVS_6_3_1_6_3_5(t *testing.T) {
	w := newWorld(t)
	a, _ := w.enrol(person(w.person("lea@example.com")))
	in := w.arrive("lea@example.com")
	for range 2 {
		if _, key := w.second(in, "000000"); key != "wrong" {
			t.Fatal(key)
		}
	}
	if _, key := w.second(in, a.code()); key != "throttled" {
		t.Fatalf("the third at once: %q", key)
	}
	if !strings.Contains(subjects(w.mails()), "Quelqu’un essaie d’ouvrir votre compte") {
		t.Error("the owner is not told that the password is known")
	}
	for range 12 { // whoever goes on guessing, one in an hour is free
		w.pass(16 * time.Minute)
		if _, key := w.second(in, "000000"); key != "wrong" {
			t.Fatal(key)
		}
	}
	w.pass(16 * time.Minute)
	if by, key := w.second(in, a.code()); by != account.TOTP || key != "" {
		t.Fatalf("the owner is locked out: %q", key)
	}
}

// Whoever goes on guessing for days is told of every day, and in other words when no password was typed.
func TestGuessesAreToldDayByDay_ASVS_6_3_5(t *testing.T) {
	w := newWorld(t)
	id := w.person("lea@example.com")
	w.enrol(person(id))
	in := w.arrive("lea@example.com")
	for range 5 {
		w.second(in, "000000")
		w.pass(12 * time.Hour)
	}
	if n := strings.Count(subjects(w.mails()), "Quelqu’un essaie d’ouvrir votre compte"); n < 2 || n > 3 {
		t.Errorf("told %d times in two days", n)
	}
	w.pass(48 * time.Hour)
	for range 2 {
		if _, p, err := w.Again(w.ctx, person(id), account.Answer{Code: "000000"}); err != nil || said(p) != "wrong" {
			t.Fatal(said(p), err)
		}
	}
	if !strings.Contains(subjects(w.mails()), "De faux codes ont été saisis dans votre session") {
		t.Error("codes typed in a session are told as if a password had been typed, or not at all")
	}
}

// A recovery code opens once, however it is typed, and the owner is told; new ones end the old ones.
func TestRecoveryCodes_ASVS_6_5_1(t *testing.T) {
	w := newWorld(t)
	who := person(w.person("lea@example.com"))
	_, codes := w.enrol(who)
	if n := len(strings.ReplaceAll(codes[0], "-", "")) * 5; n < 112 {
		t.Errorf("a code of %d bits (ASVS 6.5.2)", n)
	}
	typed := strings.ReplaceAll(strings.ToUpper(codes[0]), "0", "O")
	if by, key := w.second(w.arrive("lea@example.com"), typed); by != account.Recovery || key != "" {
		t.Fatalf("%q %q", by, key)
	}
	if !strings.Contains(subjects(w.mails()), "Un code de secours a été utilisé") {
		t.Error("the owner is not told")
	}
	if _, key := w.second(w.arrive("lea@example.com"), codes[0]); key != "wrong" {
		t.Errorf("twice: %q", key)
	}
	w.pass(time.Hour)
	fresh, err := w.RenewCodes(w.ctx, who)
	must(t, err)
	if _, key := w.second(w.arrive("lea@example.com"), codes[1]); key != "wrong" {
		t.Errorf("an old one after new ones were made: %q", key)
	}
	w.pass(time.Hour)
	if _, key := w.second(w.arrive("lea@example.com"), fresh[9]); key != "" {
		t.Errorf("a new one: %q", key)
	}
	other := w.person("luc@example.com")
	w.enrol(person(other))
	if _, key := w.second(w.arrive("luc@example.com"), fresh[1]); key != "wrong" {
		t.Errorf("somebody else's: %q", key)
	}
}

// Of fifty uses at once of one code, one succeeds.
func TestOneOfFiftyUses_ASVS_6_5_1(t *testing.T) {
	w := newWorld(t)
	a, codes := w.enrol(person(w.person("lea@example.com")))
	in := w.arrive("lea@example.com")
	for name, give := range map[string]func() string{"app": a.code, "recovery": func() string { return codes[3] }} {
		code := give()
		var let atomic.Int32
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if by, problem, err := w.Second(w.ctx, in, account.Answer{Code: code}); err == nil && problem == nil && by != "" {
					let.Add(1)
				}
			})
		}
		all.Wait()
		if let.Load() != 1 {
			t.Errorf("%s: %d of 50 uses succeeded", name, let.Load())
		}
		w.pass(time.Hour)
	}
}

// Before what a thief of a session would like to do, its owner proves again who they are, by the best proof there is.
func TestAgain_ASVS_7_5_1(t *testing.T) {
	w := newWorld(t)
	who := person(w.person("lea@example.com"))
	again := func(ans account.Answer) string {
		_, problem, err := w.Again(w.ctx, who, ans)
		must(t, err)
		if problem != nil {
			return problem.Key
		}
		return ""
	}
	if key := again(account.Answer{Password: other}); key != "account.problem.sign_in" {
		t.Errorf("a wrong password: %q", key)
	}
	if key := again(account.Answer{Password: good}); key != "" {
		t.Errorf("the password: %q", key)
	}
	a, _ := w.enrol(who)
	if key := again(account.Answer{Password: good}); key != "factor.problem.missing" {
		t.Errorf("a password where there is an app: %q", key)
	}
	if key := again(account.Answer{Code: a.code()}); key != "" {
		t.Errorf("the app: %q", key)
	}
}

// Every session ends when a proof changes, also those of whoever has stolen one; leaving forgets every proof.
func TestChangedProofsEndSessions_ASVS_7_4_3(t *testing.T) {
	w := newWorld(t)
	who := person(w.person("lea@example.com"))
	session := func() {
		must(t, w.SaveSession(w.ctx, account.Session{Hash: [32]byte{1}, Data: []byte{1}, Created: w.now(), Seen: w.now(), Expires: w.now().Add(time.Hour), Actor: who}))
	}
	ended := func(when string) {
		t.Helper()
		if n := w.count("select count(*) from session"); n != 0 {
			t.Errorf("%s: %d sessions live on", when, n)
		}
	}
	session()
	w.enrol(who)
	ended("an app was added")
	session()
	_, err := w.RenewCodes(w.ctx, who)
	must(t, err)
	ended("codes were renewed")
	session()
	all, left, err := w.Factors(w.ctx, who.AccountID)
	must(t, err)
	if len(all) != 1 || left != 10 {
		t.Fatalf("%d proofs, %d codes", len(all), left)
	}
	if err := w.RemoveFactor(w.ctx, person(who.AccountID+1), all[0].ID); fault.Of(err) == fault.Internal || err == nil {
		t.Errorf("somebody else's proof: %v", err)
	}
	must(t, w.RemoveFactor(w.ctx, who, all[0].ID))
	ended("an app was removed")
	if n := w.count("select count(*) from recovery_code"); n != 0 {
		t.Errorf("%d recovery codes outlive the last proof", n)
	}
	w.enrol(who)
	must(t, w.Leave(w.ctx, who))
	if n := w.count("select (select count(*) from factor) + (select count(*) from recovery_code)"); n != 0 {
		t.Errorf("%d proofs outlive the account", n)
	}
}

// The last proof of an agent stays, unless a provider lets them in; who has lost it is helped by an administrator, on record.
func TestAgentsKeepAProof_ASVS_6_3_3(t *testing.T) {
	w := newWorld(t)
	admin := w.admin()
	p, err := w.Invite(w.ctx, admin, account.Invitation{Profile: account.Profile{Email: "martin@example.com", LastName: "Martin"}})
	must(t, err)
	if p != nil {
		t.Fatal(p.Key)
	}
	_, p, err = w.AcceptInvite(w.ctx, w.token(), good)
	must(t, err)
	if p != nil {
		t.Fatal(p.Key)
	}
	martin := access.Actor{AccountID: int64(w.count("select max(id) from account")), Kind: access.Agent}
	w.enrol(martin)
	all, _, err := w.Factors(w.ctx, martin.AccountID)
	must(t, err)
	if err := w.RemoveFactor(w.ctx, martin, all[0].ID); fault.Key(err) != "factor.last" {
		t.Errorf("an agent removed the only proof: %v", err)
	}
	if err := w.ResetFactors(w.ctx, martin, admin.AccountID); fault.Of(err) != fault.Forbidden {
		t.Errorf("no administrator: %v", err)
	}
	if err := w.ResetFactors(w.ctx, admin, admin.AccountID); fault.Of(err) != fault.Forbidden {
		t.Errorf("one's own: %v", err)
	}
	w.forgotten("martin@example.com")
	stale := w.token()
	must(t, w.ResetFactors(w.ctx, admin, martin.AccountID))
	acts, err := w.RightActs(w.ctx, 0, 1)
	must(t, err)
	if len(acts) != 1 || acts[0].By != admin.AccountID || acts[0].Of != martin.AccountID || !acts[0].Reset {
		t.Errorf("the journal says %+v", acts)
	}
	if !strings.Contains(subjects(w.mails()), "Vos preuves de connexion ont été retirées") {
		t.Error("the agent is not told")
	}
	w.againByInvitation(stale)
	link, err := w.ResetFactorsHere(w.ctx, access.Agent, "root@example.com")
	must(t, err)
	if _, p, err := w.AcceptInvite(w.ctx, link[strings.LastIndex(link, "/")+1:], other); p != nil || err != nil {
		t.Errorf("the link of the command: %+v, %v", p, err)
	}
	if _, err := w.ResetFactorsHere(w.ctx, access.Agent, "nobody@example.com"); fault.Of(err) != fault.NotFound {
		t.Errorf("nobody's: %v", err)
	}
}

// forgotten asks for a link to choose another password.
func (w *world) forgotten(email string) {
	w.t.Helper()
	if p, err := w.Forgotten(w.ctx, access.Agent, email); err != nil || p != nil {
		w.t.Fatal(p, err)
	}
}

// againByInvitation: martin, whose proofs were reset, gets in by the new invitation and by nothing he had before.
func (w *world) againByInvitation(stale string) {
	w.t.Helper()
	if _, p, err := w.SignIn(w.ctx, access.Agent, "martin@example.com", good); err != nil || p == nil {
		w.t.Errorf("the password of before the reset is good: %+v, %v", p, err)
	}
	if _, err := w.Reset(w.ctx, stale, other); fault.Of(err) != fault.NotFound {
		w.t.Errorf("a link of before the reset chooses a password: %v", err)
	}
	ticket, p, err := w.AcceptInvite(w.ctx, w.token(), other)
	if err != nil || p != nil {
		w.t.Fatal(p, err)
	}
	in, p, err := w.SignIn(w.ctx, access.Agent, "martin@example.com", other)
	if err != nil || p != nil || in.Ticket() != ticket || in.Second {
		w.t.Errorf("by the invitation: %+v, %+v, %v", in, p, err)
	}
}

// The secret that is typed is the one that the image holds: 160 bits (RFC 4226).
func TestSecretIsLongEnough(t *testing.T) {
	w := newWorld(t)
	who := person(w.person("lea@example.com"))
	begun, err := w.BeginTOTP(w.ctx, who)
	must(t, err)
	typed, _, err := w.PendingTOTP(w.ctx, who, begun)
	must(t, err)
	raw, err := base32.StdEncoding.DecodeString(strings.ReplaceAll(typed, " ", ""))
	if err != nil || len(raw) != 20 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	w.pass(61 * time.Minute)
	if _, _, err := w.PendingTOTP(w.ctx, who, begun); fault.Of(err) != fault.NotFound {
		t.Errorf("shown after an hour: %v", err)
	}
}

// Who found out a password and added a proof of their own has not taken the account: the mail of it takes the proof back, once.
func TestAProofThatAStrangerAddedIsTakenBack(t *testing.T) {
	w := newWorld(t)
	id := w.person("lea@example.com")
	_, codes := w.enrol(person(id))
	token := w.token()
	if problem, err := w.Reset(w.ctx, token, good); err != nil || problem == nil {
		t.Fatalf("the password that somebody knows is kept: %+v, %v", problem, err)
	}
	const other = "girafe tranquille 88 lampadaires"
	if problem, err := w.Reset(w.ctx, token, other); err != nil || problem != nil {
		t.Fatal(problem, err)
	}
	in, problem, err := w.SignIn(w.ctx, access.Person, "lea@example.com", other)
	must(t, err)
	if problem != nil || in.Second {
		t.Errorf("the owner does not get in: %+v, %+v", in, problem)
	}
	if n := w.count("select count(*) from recovery_code"); n != 0 || len(codes) != 10 {
		t.Errorf("%d recovery codes are left", n)
	}
	if _, err := w.Reset(w.ctx, token, good); fault.Of(err) != fault.NotFound {
		t.Errorf("the link works twice: %v", err)
	}
}

// A link to confirm an address that left late opens no account that has a second proof by now; and where the proofs have gone
// meanwhile, a code is not wrong: sign-in begins anew.
func TestLateLinksAndCodesBeginAnew(t *testing.T) {
	w := newWorld(t)
	if p := w.register("lea@example.com", good); len(p) > 0 {
		t.Fatal(p[0].Key)
	}
	token := w.token()
	w.try("lea@example.com", good)
	in, _, err := w.Confirm(w.ctx, token, good)
	must(t, err)
	if late := w.token(); late != token {
		if _, _, err := w.Confirm(w.ctx, late, good); fault.Of(err) != fault.NotFound {
			t.Errorf("a late link signs in: %v", err)
		}
	} else {
		t.Error("no late link was sent")
	}
	w.enrol(person(in.Account))
	half := w.arrive("lea@example.com")
	if link, err := w.ResetFactorsHere(w.ctx, access.Person, "lea@example.com"); err != nil || link != "" {
		t.Fatal(link, err)
	}
	if _, _, err := w.Second(w.ctx, half, account.Answer{Code: "000000"}); fault.Of(err) != fault.Unauthenticated {
		t.Errorf("without a proof left a code answers %v", err)
	}
}
