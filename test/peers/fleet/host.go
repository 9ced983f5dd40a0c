package main

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// host is one machine: its identity, its unit, and how it misbehaves.
type host struct {
	index   int
	id      string
	address string
	signer  ssh.Signer
	other   ssh.Signer

	sync.Mutex
	behaviour behaviour
	state     unitState
	bootID    string
	booted    time.Time
	// Restarts that took hold, and those that were asked for.
	restarts int
	asked    int
	signIns  int
	commands []string
	// By path, and how often one was put in place.
	files  map[string]file
	pushes int
}

// behaviour says how a host goes wrong; its zero value is well.
type behaviour struct {
	// refuse, silent, garbage, drop-greeting, drop-key-exchange, drop-sign-in, drop-session, drop-exec, hang-sign-in,
	// no-session, no-exec, wrong-key, no-sign-in
	Connect string `json:"connect"`
	// drop-before, drop-after: cut off around a restart
	Restart string `json:"restart"`
	// crash-loop, fails, no-unit, no-sudo, hangs
	Unit string `json:"unit"`
	// A file that is put at this path ends what is wrong with the unit.
	Cure string `json:"cure"`
	// Milliseconds before a restart takes hold, and before every command is answered.
	RestartMs int `json:"restartMs"`
	CommandMs int `json:"commandMs"`
	// no-space, drop-before, drop-after, lies: around putting a file in place; and how long that takes
	Push   string `json:"push"`
	PushMs int    `json:"pushMs"`
	// Printed instead of what a command would say: garbage, flood.
	Output string `json:"output"`
	// Goes away the next so many times it is connected to.
	RefuseTimes int `json:"refuseTimes"`
}

type unitState struct {
	Active     string
	Sub        string
	Invocation string
	NRestarts  int
	Started    time.Time
}

func newHost(i int, seed, unit string) (*host, error) {
	signer, err := signerOf(seed, i, "host")
	if err != nil {
		return nil, err
	}
	other, err := signerOf(seed, i, "other")
	if err != nil {
		return nil, err
	}
	h := &host{index: i, id: idOf(i), address: addressOf(i), signer: signer, other: other, files: map[string]file{}}
	h.boot(time.Now().Add(-24 * time.Hour))
	return h, nil
}

func (h *host) boot(at time.Time) {
	h.bootID = randomHex()
	h.booted = at
	h.state = unitState{Active: "active", Sub: "running", Invocation: randomHex(), Started: at}
}

func randomHex() string {
	bytes := make([]byte, 16)
	_, _ = rand.Read(bytes)
	return hex.EncodeToString(bytes)
}
