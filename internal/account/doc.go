// Package account is who people are: registration, sign-in, sessions, agents, invitations and grants.
//
// One rule for transactions: what a door calls is a method of [Desk] and opens its own; what other rooms call inside
// theirs takes a *store.Tx after ctx. Problems with what people typed are values, errors are for the rest.
package account
