package account

import "strings"

// guessed are words that people here begin a password with; the strength meter knows the English ones by itself.
var guessed = strings.Fields(`
motdepasse mdp passe azerty azertyuiop qsdfgh qsdfghjklm wxcvbn soleil bonjour bonsoir salut coucou chouchou doudou loulou nounours
bisous jetaime amour toujours liberte bonheur merci famille maison voiture vacances printemps ete automne hiver noel dimanche lundi
mardi mercredi jeudi vendredi samedi janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
france paris marseille nice lyon monaco montecarlo principaute menton cannes italie italia rocher grimaldi casino
nicolas julien thomas pierre antoine alexandre camille marine sophie isabelle caroline stephanie nathalie catherine laurent olivier
philippe francois vincent sebastien christophe maxime guillaume romain mathieu pauline charlotte manon chloe lucas
football asmonaco psg olympique chocolat papillon princesse etoile licorne chaton pompier docteur secret secrete ordinateur portable
administrateur utilisateur bienvenue changezmoi provisoire demande sejour carte residence prefecture mairie guichet dossier agent service public
`)

// knownWords are those an attacker would try first on this account: the common ones, and the parts of what names it.
func knownWords(about []string) []string {
	words := guessed[:len(guessed):len(guessed)]
	for _, a := range about {
		words = append(words, strings.ToLower(a))
		words = append(words, strings.FieldsFunc(strings.ToLower(a), func(r rune) bool { return strings.ContainsRune(" @.-_'’", r) })...)
	}
	return words
}
