// Package syslog sends what happens on dossiers, and who signed in, to the collector that an authorised processing of events has:
// RFC 5424 over UDP, TCP or TLS, ids and instants alone (DS-089).
package syslog
