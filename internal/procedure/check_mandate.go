package procedure

import "guichet/internal/workflow"

// checkMandate wants what a definition in force says of mandates. What was stored before it was asked for goes on being read: with
// it dossiers were begun ([Catalogue.Adopt]).
func (l *loader) checkMandate(src *source, w *workflow.Workflow) {
	if w.Mandate != nil && len(w.Mandate.Proves) == 0 {
		l.add(src, "mandate", "name what only the applicant knows, such as their name and birth date: their address may be mistyped", "proves are missing")
	}
}
