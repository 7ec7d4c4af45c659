package stage_test

import (
	"testing"

	"guichet/internal/access"
	"guichet/internal/dossier"
	"guichet/internal/fault"
	"guichet/internal/procedure"
	"guichet/internal/testkit/stage"
)

// askingNothing serves the procedure as it was stored before mandates said what proves somebody to be the applicant.
func askingNothing(a *stage.App) {
	p := *a.Definition()
	flow, words, rules := *p.Flow, *p.Flow.Workflow, *p.Flow.Mandate
	rules.Proves, words.Mandate, flow.Workflow, p.Flow = nil, &rules, &words, &flow
	a.Catalogue.Serve(map[string]*procedure.Procedure{p.ID: &p}, flow.Calendar)
}

// Where a definition asks nothing, nothing is proven: who types nothing is not known by it.
func TestWhereNothingIsAskedNobodyIsKnown(t *testing.T) {
	a, _, f := mandated(t)
	askingNothing(a)
	stranger := a.SignUp(client, "en")
	stranger.Get(f.Path("/mandate")).Hides("Hutchinson")
	stranger.Post(f.Path("/mandate/prove"), nil).Want(409)
	if err := a.Office.Prove(t.Context(), actorOf(t, a, client), f.ID, nil); fault.Key(err) != "mandate.early" {
		t.Errorf("proven by nothing: %v", err)
	}
	d, err := a.Office.Open(t.Context(), access.Actor{Kind: access.System}, f.ID)
	if err != nil || d.Mandate.Known {
		t.Errorf("known: %+v, %v", d.Mandate, err)
	}
	if err := a.Office.ByPrincipal(t.Context(), actorOf(t, a, client), f.ID, dossier.TakeOver); fault.Of(err) != fault.NotFound {
		t.Errorf("taken over: %v", err)
	}
}
