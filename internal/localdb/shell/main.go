// Command shell opens psql on a private database that no program is using, such as the one a failed test left.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"guichet/internal/localdb"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run starts the database of a folder, which must exist, for as long as psql lasts.
func run(args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return fmt.Errorf("usage: shell FOLDER [DATABASE]   for example: shell var/postgres")
	}
	if _, err := os.Stat(args[0]); err != nil {
		return err
	}
	database := localdb.Database
	if len(args) == 2 {
		database = args[1]
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	server, err := localdb.Start(ctx, localdb.Options{Dir: args[0], Durable: true})
	if err != nil {
		return err
	}
	psql := exec.Command("psql", server.DSN(database))
	psql.Stdin, psql.Stdout, psql.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := psql.Run(); err != nil {
		return fmt.Errorf("psql (Debian: postgresql-client) on %s: %w", server.DSN(database), err)
	}
	return server.Stop()
}
