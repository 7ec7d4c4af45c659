package account

import "strings"

// Guessed are words that people here begin a password with, tried before those of the list.
var Guessed = strings.Fields(`
motdepasse mdp passe azerty azertyuiop qsdfgh qsdfghjklm wxcvbn soleil bonjour bonsoir salut coucou chouchou doudou loulou nounours
bisous jetaime amour toujours liberte bonheur merci famille maison voiture vacances printemps ete automne hiver noel dimanche lundi
mardi mercredi jeudi vendredi samedi janvier fevrier mars avril juin juillet aout septembre octobre novembre decembre
france paris marseille nice lyon monaco montecarlo principaute menton cannes italie italia rocher grimaldi casino
nicolas julien thomas pierre antoine alexandre camille marine sophie isabelle caroline stephanie nathalie catherine laurent olivier
philippe francois vincent sebastien christophe maxime guillaume romain mathieu pauline charlotte manon chloe lucas
football asmonaco psg olympique chocolat papillon princesse etoile licorne chaton pompier docteur secret secrete ordinateur portable
administrateur utilisateur bienvenue changezmoi provisoire demande sejour carte residence prefecture mairie guichet dossier agent service public
`)
