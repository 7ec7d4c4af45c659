// Package guichet carries the files that travel inside the binary.
package guichet

import "embed"

// Files holds the definitions, the opinions and rows they are checked against, the front end and the migrations.
//
//go:embed forms workflows docs/requirements.tsv docs/opinions web/static web/text db/migrations
var Files embed.FS
