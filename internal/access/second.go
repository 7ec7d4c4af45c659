package access

// Seconds tells whether the actor may share in what another one began on a dossier, as the second of the two people it takes: an
// agent who processes such dossiers, and never who began it.
func Seconds(a Actor, first int64, d Dossier) bool {
	return a.Kind == Agent && a.AccountID != 0 && first != 0 && a.AccountID != first && Can(a, Process, d, "")
}
