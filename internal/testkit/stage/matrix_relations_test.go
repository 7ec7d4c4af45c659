package stage_test

import (
	"strings"

	"guichet/internal/testkit/stage"
)

// relation is what somebody has to do with a dossier, as the database has it, and who gets in: "all" reads and acts, "reads" opens
// its pages, "why" has to state first why they read, "asked" is told that somebody acts for them and sees nothing else before they
// have proven who they are. Whoever is not named is shut out.
type relation struct {
	name, door, dossier, sql string
	in                       map[string]string
	waits                    bool // a proposal waits for a second person
}

func to(words string) map[string]string {
	out := map[string]string{}
	for _, w := range strings.Fields(words) {
		name, how, _ := strings.Cut(w, "=")
		out[name] = how
	}
	return out
}

const (
	theirs  = "update dossier set (assignee_id, team, state, state_kind, closed_at, procedure) = "
	inForce = "update mandate set (state, scope, ends_at, firm_id, known_at, principal_id) = "
)

func relations() []relation {
	// A colleague of who proposed is the one it waits for, and reads it as what lies in the queue.
	second := relation{"waits for a second person", stage.Agents, "own", theirs + "((select id from north), 'Nord', 'submitted', 'open', null, $1)", to("north=all colleague=all south=why opened=reads"), true}
	return append(append(mandates(), second), []relation{
		{"queue", stage.Agents, "own", theirs + "(null, '', 'submitted', 'open', null, $1)", to("north=all south=all colleague=all opened=reads"), false},
		{"assigned", stage.Agents, "own", theirs + "((select id from north), '', 'submitted', 'open', null, $1)", to("north=all south=why colleague=why opened=reads"), false},
		{"same team", stage.Agents, "own", theirs + "(null, 'Nord', 'submitted', 'open', null, $1)", to("north=all colleague=all south=why opened=reads"), false},
		{"other team’s agent", stage.Agents, "own", theirs + "((select id from north), 'Nord', 'submitted', 'open', null, $1)", to("north=all colleague=why south=why opened=reads"), false},
		{"closed", stage.Agents, "own", theirs + "((select id from north), 'Nord', 'accepted', 'closed', now(), $1)", to("north=all colleague=why south=why opened=reads"), false},
		{"draft", stage.Agents, "own", theirs + "(null, '', 'draft', 'draft', null, $1)", nil, false},
		{"other procedure", stage.Agents, "own", theirs + "((select id from north), '', 'submitted', 'open', null, 'elsewhere' || left($1, 0))", nil, false},
		{"not the one opened", stage.Agents, "mandated", theirs + "(null, '', 'submitted', 'open', null, $1)", to("north=all south=all colleague=all"), false},
		{"none", stage.Agents, "", "", nil, false},

		{"own", stage.Applicants, "own", theirs + "(null, '', 'submitted', 'open', null, $1)", to("owner=all"), false},
		{"own draft", stage.Applicants, "own", theirs + "(null, '', 'draft', 'draft', null, $1)", to("owner=all"), false},
		{"own closed", stage.Applicants, "own", theirs + "(null, '', 'accepted', 'closed', now(), $1)", to("owner=all"), false},
		{"none", stage.Applicants, "", "", nil, false},
	}...)
}

// mandates are the relations to a dossier that somebody else fills in: each with an applicant who has proven who they are, and with
// one whose address alone is known, which may be a stranger's.
func mandates() (out []relation) {
	const whole, later = "array['fill','submit','receive','withdraw']", "timestamptz '2027-11-01'"
	for _, x := range []struct{ name, values, in string }{
		{"mandated", "'confirmed', " + whole + ", " + later + ", null", "holder=all"},
		{"proposed", "'proposed', " + whole + ", " + later + ", null", "holder=all"},
		{"of a firm", "'confirmed', " + whole + ", " + later + ", (select id from firm)", "member=all"},
		{"revoked", "'revoked', " + whole + ", " + later + ", null", ""},
		{"expired", "'confirmed', " + whole + ", timestamptz '2026-11-01', null", ""},
		{"denied", "'denied', " + whole + ", " + later + ", null", ""},
		{"scope of nothing", "'confirmed', array[]::text[], " + later + ", null", ""},
	} {
		out = append(out,
			relation{x.name, stage.Applicants, "mandated", inForce + "(" + x.values + ", now(), (select id from principal))", to(x.in + " principal=reads"), false},
			relation{x.name + ", applicant not known", stage.Applicants, "mandated", inForce + "(" + x.values + ", null::timestamptz, null::bigint)", to(x.in + " principal=asked"), false})
	}
	return out
}
