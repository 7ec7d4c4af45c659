package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"

	"guichet/bench/figure"
	"guichet/internal/localdb"
)

const floorName = "floor"

// floorTables are those of pgbench/setup.sql that a save needs, in a database of their own.
const floorTables = `
create extension if not exists pgcrypto;
create table dossier (id bigint primary key, version int not null default 0, state smallint not null default 0,
  updated_at timestamptz not null default now(), answers bytea not null);
insert into dossier select i, 0, 0, now(), gen_random_bytes(1024) || gen_random_bytes(1024) from generate_series(1, 100000) i;
create table audit (id bigint generated always as identity primary key, dossier_id bigint not null, actor bigint not null,
  action text not null, at timestamptz not null default now(), digest bytea not null);
create index audit_dossier on audit (dossier_id, id);
`

func (l *lab) floorDatabase(ctx context.Context) error {
	if err := execute(ctx, l.db.DSN(localdb.Database), "create database "+floorName); err != nil {
		return err
	}
	dsn := l.db.DSN(floorName)
	sql := floorTables
	if !l.pgbench {
		sql = sql[strings.Index(sql, "create table audit"):]
	}
	return errors.Join(execute(ctx, dsn, sql), execute(ctx, dsn, "vacuum analyze"))
}

func execute(ctx context.Context, dsn, sql string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

// besidePgbench sets our saves beside what PostgreSQL alone commits, in as many rounds. A machine without pgbench has none.
func (l *lab) besidePgbench(ctx context.Context, ours float64) error {
	program := pgbench()
	if program == "" {
		fmt.Println("beside step_save_vs_pgbench: no pgbench on this machine")
		return nil
	}
	var rates []float64
	for range max(1, l.rounds/2) {
		rate, err := l.pgbenchOnce(ctx, program)
		if err != nil {
			return err
		}
		rates = append(rates, rate)
	}
	figure.Beside("pgbench_rate", figure.Median(rates), "/s")
	figure.Beside("step_save_vs_pgbench", ours/figure.Median(rates), "pgbench")
	return nil
}

func (l *lab) pgbenchOnce(ctx context.Context, program string) (float64, error) {
	cmd := exec.CommandContext(ctx, program, "-n", "-M", "prepared", "-c", strconv.Itoa(l.clients), "-j", "2",
		"-T", strconv.Itoa(max(1, int(l.span.Seconds()))), "-D", "payload="+random(2048), "-D", "digest="+random(32),
		"-f", filepath.Join(l.sql, "save_step.sql"), l.db.DSN(floorName))
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.CombinedOutput()
	found := tps.FindSubmatch(out)
	if err != nil || found == nil {
		return 0, fmt.Errorf("pgbench: %w: %.500s", err, out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return `\x` + hex.EncodeToString(b)
}

// pgbench is the newest of Debian's, or the one on the path.
func pgbench() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) > 0 {
		return found[len(found)-1]
	}
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path
	}
	return os.Getenv("PGBENCH")
}
