package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// peer is a server under measurement, in a process of its own.
type peer struct {
	cmd  *exec.Cmd
	addr string
	host string // name it is asked under
	done chan struct{}
	took time.Duration // from its start to its first page
	err  bytes.Buffer
}

// freeAddr is a loopback address that nobody listens on.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// launch starts a program and does not wait for it to serve.
func launch(addr string, env []string, program string, args ...string) (*peer, error) {
	_, port, _ := net.SplitHostPort(addr)
	p := &peer{cmd: exec.Command(program, args...), addr: addr, host: "localhost:" + port, done: make(chan struct{})}
	p.cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	p.cmd.Stderr = &tail{b: &p.err}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = p.cmd.Wait(); close(p.done) }()
	return p, nil
}

// tail keeps the beginning of what a program says, and lets the rest pass.
type tail struct{ b *bytes.Buffer }

func (t *tail) Write(b []byte) (int, error) {
	if room := 4096 - t.b.Len(); room > 0 {
		t.b.Write(b[:min(room, len(b))])
	}
	return len(b), nil
}

// ready asks for a page until it is there, and returns how long that took since began.
func (p *peer) ready(ctx context.Context, path string, began time.Time) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		if status, _ := p.status(ctx, c, path); status == http.StatusOK {
			return time.Since(began), nil
		}
		select {
		case <-p.done:
			return 0, fmt.Errorf("%s ended: %s", p.cmd.Path, p.err.String())
		case <-ctx.Done():
			return 0, fmt.Errorf("%s did not serve in time", p.cmd.Path)
		case <-time.After(time.Millisecond):
		}
	}
}

func (p *peer) status(ctx context.Context, c *http.Client, path string) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+path, nil)
	if err != nil {
		return 0, err
	}
	r.Host = p.host
	res, err := c.Do(r)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

// cpu is the time this process alone has used, to 10 ms.
func (p *peer) cpu() time.Duration { return processCPU(p.cmd.Process.Pid) }

func processCPU(pid int) time.Duration {
	f := stat(pid)
	if f == nil {
		return 0
	}
	user, _ := strconv.Atoi(f[11])
	system, _ := strconv.Atoi(f[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// stat are the fields of /proc/PID/stat after the program's name; nil for a process that has ended.
func stat(pid int) []string {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
}

// familyCPU is the time that a process and its living children have used.
func familyCPU(parent int) time.Duration {
	all := processCPU(parent)
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, t := range tasks {
		b, _ := os.ReadFile(t)
		for _, child := range strings.Fields(string(b)) {
			pid, _ := strconv.Atoi(child)
			all += processCPU(pid)
		}
	}
	return all
}

// memory reads VmRSS (now) or VmHWM (at its most), in MiB.
func (p *peer) memory(name string) float64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(b), name+":")
	var kib float64
	_, _ = fmt.Sscan(rest, &kib)
	return kib / 1024
}

// stop ends the program as a person would, then by force.
func (p *peer) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
		return nil
	case <-time.After(10 * time.Second):
	}
	err := p.cmd.Process.Kill()
	<-p.done
	return errors.Join(err, fmt.Errorf("%s had to be killed", p.cmd.Path))
}
