package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"

	"guichet/internal/fault"
	"guichet/internal/rotation"
	"guichet/internal/seal"
)

const keysAbout = `guichet keys tells how the keyring stands, and changes its keys while the service runs.

  guichet keys
      lists the keys that rotate, what each still wraps, and the servers that have read them
  guichet keys rotate --backup /mnt/safe/keyring.tar
      makes a new master key, copies the keyring to a file that must not be there yet, waits until every server has read the
      new key, and has all data keys wrapped by it. It may be interrupted: the next call finishes it. The key before stays for
      30 days, as long as backups of the database do, and is then destroyed
  guichet keys rotate --backup /mnt/safe/keyring.tar --stolen
      the same after a theft: the keys before are destroyed as soon as no row needs them, and a new search key is begun
      a data key that does not open keeps no other from being wrapped anew: it is named, and the key before is not retired until
      the row was brought back from a backup of the database, or --give-up leaves it behind
  guichet keys backup --to /mnt/safe/keyring.tar
      copies the keyring into one file, as it lies there: whoever has the file has the keys
  guichet keys restore --from /mnt/safe/keyring.tar
      brings back what the folder lacks; keys of days that are over stay destroyed
  guichet keys wrap
      has the key service (GUICHET_KMS) wrap the keys that lie in the folder in the clear

What to do after a loss or a theft, in which order, and what is lost, stands in docs/keys.md.`

type keysOrder struct {
	act, backup, to, from string
	stolen, giveUp        bool
}

func runKeys(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	in := keysOrder{act: "status"}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		in.act, args = args[0], args[1:]
	}
	f := newFlags("keys", keysAbout, stderr)
	file := f.String("config", "", "`file` of NAME=value lines")
	f.StringVar(&in.backup, "backup", "", "new `file` that takes a copy of the keyring before the new key is used, for rotate")
	f.BoolVar(&in.stolen, "stolen", false, "somebody else may have the keyring, for rotate")
	f.BoolVar(&in.giveUp, "give-up", false, "retire the key before although data keys that do not open are lost with it, for rotate")
	f.StringVar(&in.to, "to", "", "new `file` that takes the copy, for backup")
	f.StringVar(&in.from, "from", "", "`file` that backup or rotate wrote, for restore")
	if err := parse(f, args); err != nil {
		return err
	}
	acts := map[string]func(context.Context, Config, keysOrder, io.Writer, io.Writer) error{
		"status": keysStatus, "rotate": keysRotate, "backup": keysBackup, "restore": keysRestore, "wrap": keysWrap,
	}
	do := acts[in.act]
	if do == nil {
		return fmt.Errorf("%q is nothing to do with keys: write rotate, backup, restore or wrap, or nothing to see how they stand; %s", in.act, more("keys"))
	}
	c, err := loadConfig(*file, os.Getenv)
	if err != nil {
		return err
	}
	return do(ctx, c, in, stdout, stderr)
}

func keysStatus(ctx context.Context, c Config, _ keysOrder, stdout, stderr io.Writer) (err error) {
	r, err := open(ctx, c, forCommand, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	s, err := r.Rotation.Standing(ctx)
	if err != nil {
		return err
	}
	for _, k := range s.Keys {
		_, _ = fmt.Fprintln(stdout, keyLine(k))
	}
	_, err = fmt.Fprintf(stdout, "%d data keys are wrapped by the keys of purge days; %d servers are at work\n", s.Days, s.Servers)
	return err
}

func keyLine(k rotation.Key) string {
	line := fmt.Sprintf("%-12s since %s", k.Name, day(k.Made))
	switch {
	case k.Missing && k.Wraps > 0:
		line += fmt.Sprintf("  NOT IN THE FOLDER, and wraps %d data keys: bring back the backup of the keyring", k.Wraps)
	case !k.Destroyed.IsZero():
		line += "  destroyed " + day(k.Destroyed)
	case !k.Retired.IsZero():
		line += fmt.Sprintf("  retired %s, to be destroyed from %s on", day(k.Retired), day(k.Retired.Add(rotation.Backups)))
	case k.InUse:
		line += "  in use"
	default:
		line += "  being left, or not yet in use: guichet keys rotate goes on"
	}
	if k.Wraps > 0 && !k.Missing {
		line += fmt.Sprintf("  wraps %d data keys", k.Wraps)
	}
	if k.Clear {
		line += "  (in the clear: guichet keys wrap)"
	}
	return line
}

func day(t time.Time) string { return t.Format(time.DateOnly) }

func keysRotate(ctx context.Context, c Config, in keysOrder, stdout, stderr io.Writer) (err error) {
	if in.backup == "" {
		return errors.New("name a new file with --backup, apart from the database: what is wrapped by a key of which there is no copy is lost with the folder; " + more("keys"))
	}
	r, err := open(ctx, c, forCommand, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	order := rotation.Order{AtOnce: in.stolen, GiveUp: in.giveUp, Backup: func() error { return copyKeys(c.Keyring, in.backup, stdout) }}
	if onTerminal(stderr) {
		tell := newProgress(stderr).of("data keys")
		order.Tell = func(done, left int64) { tell(int(done), int(done+left)) }
	}
	name, retired, err := r.Rotation.RotateMaster(ctx, order)
	if in.stolen && name != "" && (err == nil || fault.Of(err) == fault.Conflict) { // also where one data key did not open
		err = errors.Join(err, r.Rotation.RotateSearch(ctx))
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s wraps every data key; retired: %s\n", name, strings.Join(retired, ", "))
	return err
}

// copyKeys writes a backup into a new file: one that is there is left alone.
func copyKeys(dir, file string, stdout io.Writer) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("%w; name a file that is not there yet, in a folder that is", err)
	}
	n, err := seal.Backup(dir, f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	_, err = fmt.Fprintf(stdout, "%d keys were copied to %s: take it away from this machine\n", n, file)
	return err
}

func keysBackup(_ context.Context, c Config, in keysOrder, stdout, _ io.Writer) error {
	if in.to == "" {
		return errors.New("name a new file with --to; " + more("keys"))
	}
	return copyKeys(c.Keyring, in.to, stdout)
}

// keysRestore needs no database: it is brought back before the service is.
func keysRestore(_ context.Context, c Config, in keysOrder, stdout, _ io.Writer) error {
	if in.from == "" {
		return errors.New("name the file of the backup with --from; " + more("keys"))
	}
	f, err := os.Open(in.from)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	today, spared := time.Now(), 0
	back, err := seal.Restore(c.Keyring, f, func(name string) bool {
		gone := seal.Over(name, today)
		if gone {
			spared++
		}
		return gone
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%d keys were brought back into %s; %d keys of days that are over stay destroyed\n", len(back), c.Keyring, spared)
	return err
}

func keysWrap(_ context.Context, c Config, _ keysOrder, stdout, _ io.Writer) error {
	remote, err := c.keyService()
	if err != nil {
		return err
	}
	if remote == nil {
		return errors.New("GUICHET_KMS is not set: it says which key service wraps them")
	}
	names, err := seal.WrapFiles(c.Keyring, remote)
	if err != nil {
		return err
	}
	slices.Sort(names)
	_, err = fmt.Fprintf(stdout, "%d keys are now wrapped by the key service. Copy the keyring again, and destroy the copies made before\n", len(names))
	return err
}

// keyService is nil when none is configured.
func (c Config) keyService() (tink.AEAD, error) {
	if c.KMS == "" {
		if c.KMSFile != "" || c.KMSCA != "" {
			return nil, errors.New("GUICHET_KMS is missing: GUICHET_KMS_TOKEN_FILE and GUICHET_KMS_CA say how to reach it")
		}
		return nil, nil
	}
	s := seal.Service{URI: c.KMS}
	if c.KMSFile != "" {
		raw, err := os.ReadFile(c.KMSFile)
		if err != nil {
			return nil, errors.New("GUICHET_KMS_TOKEN_FILE is wrong: name a file that this program may read")
		}
		s.Token = strings.TrimSpace(string(raw))
	}
	roots, err := rootsOf("GUICHET_KMS_CA", c.KMSCA)
	if err != nil {
		return nil, err
	}
	s.Roots = roots
	key, err := seal.Remote(s)
	if err != nil {
		return nil, fmt.Errorf("GUICHET_KMS: %w", err)
	}
	return key, nil
}
