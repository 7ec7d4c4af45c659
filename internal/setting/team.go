package setting

import (
	"context"
	"slices"
)

// Names of a team's parts, and of what others have one of.
const (
	partName    = "name"
	partMailbox = "mailbox"
	partAddress = "address"
	partLines   = "lines"
	partValue   = "value"
)

// teams lists the teams that somebody has a right in, and those that were named.
func (b *Board) teams(ctx context.Context) ([]Item, error) {
	now := b.Store.Now()
	rows, err := b.Store.Q().SettingTeams(ctx, &now)
	if err != nil {
		return nil, err
	}
	var out []Item
	add := func(procedureID, code string) {
		if b.Catalogue.Get(procedureID) != nil {
			out = append(out, Item{
				Key: key(string(Team), procedureID, code), Kind: Team, Procedure: procedureID, Name: code,
				Parts: []string{partName, partMailbox}, Written: Value{partName: code, partMailbox: ""},
			})
		}
	}
	for _, r := range rows {
		add(r.Procedure, r.Team)
	}
	for k := range b.now.Load().values {
		if kindOf(k) == Team && !slices.ContainsFunc(out, func(i Item) bool { return i.Key == k }) {
			add(procedureOf(k), nameOf(k))
		}
	}
	return out, nil
}

// TeamName is how a team is called: what was set, or its code.
func (b *Board) TeamName(procedureID, code string) string {
	if x, ok := b.now.Load().values[key(string(Team), procedureID, code)]; ok && x.value[partName] != "" {
		return x.value[partName]
	}
	return code
}

// Mailbox is the professional mailbox of a team, "" when it has none (RP-169).
func (b *Board) Mailbox(procedureID, code string) string {
	return b.now.Load().values[key(string(Team), procedureID, code)].value[partMailbox]
}

// SurveyAddress is where the satisfaction survey is held, "" for nowhere. It says nothing of a dossier (RP-023).
func (b *Board) SurveyAddress() string {
	s := b.now.Load()
	if x, ok := s.values[string(Survey)]; ok && s.misfits[string(Survey)] == "" {
		return x.value[partAddress]
	}
	return b.Survey
}
