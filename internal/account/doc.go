// Package account is who people are: registration, sign-in, sessions, agents, invitations and grants.
package account
