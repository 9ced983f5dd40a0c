package main

import (
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// seen is what the control port tells of a host.
type seen struct {
	ID         string          `json:"id"`
	Address    string          `json:"address"`
	HostKey    string          `json:"hostKey"`
	Restarts   int             `json:"restarts"`
	Asked      int             `json:"asked"`
	SignIns    int             `json:"signIns"`
	Active     string          `json:"active"`
	Invocation string          `json:"invocation"`
	Commands   []string        `json:"commands"`
	Files      map[string]file `json:"files"`
	Pushes     int             `json:"pushes"`
}

// listenControl serves, on loopback: GET /hosts, GET /counters, POST /behave {ids, behaviour}, POST /boot {ids},
// POST /crash {ids} (the unit has just crashed), POST /forget (counts only).
func (f *fleet) listenControl() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hosts", func(w http.ResponseWriter, _ *http.Request) { reply(w, f.look()) })
	mux.HandleFunc("GET /counters", func(w http.ResponseWriter, _ *http.Request) {
		f.counters.Lock()
		defer f.counters.Unlock()
		reply(w, &f.counters)
	})
	mux.HandleFunc("POST /behave", f.each(func(h *host, how behaviour) { h.behaviour = how }))
	mux.HandleFunc("POST /crash", f.each(func(h *host, _ behaviour) { h.start("crash-loop") }))
	mux.HandleFunc("POST /boot", f.each(func(h *host, _ behaviour) { h.boot(time.Now()) }))
	mux.HandleFunc("POST /file", f.putFiles)
	mux.HandleFunc("POST /forget", func(w http.ResponseWriter, _ *http.Request) {
		f.forget()
		reply(w, true)
	})
	go func() { _ = http.Serve(listener, mux) }()
	return "http://" + listener.Addr().String(), nil
}

func (f *fleet) look() []seen {
	all := make([]seen, 0, len(f.hosts))
	for _, h := range f.hosts {
		h.Lock()
		h.settle()
		all = append(all, seen{
			ID: h.id, Address: h.address, HostKey: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(h.signer.PublicKey()))),
			Restarts: h.restarts, Asked: h.asked, SignIns: h.signIns,
			Active: h.state.Active, Invocation: h.state.Invocation, Commands: append([]string{}, h.commands...),
			Files: maps.Clone(h.files), Pushes: h.pushes,
		})
		h.Unlock()
	}
	return all
}

// each does something to the hosts that the request names; no ids means all of them.
func (f *fleet) each(act func(*host, behaviour)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			IDs       []string  `json:"ids"`
			Behaviour behaviour `json:"behaviour"`
		}
		decoder := json.NewDecoder(r.Body)
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&asked); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		wanted := map[string]bool{}
		for _, id := range asked.IDs {
			wanted[id] = true
		}
		done := 0
		for _, h := range f.hosts {
			if len(wanted) > 0 && !wanted[h.id] {
				continue
			}
			h.Lock()
			act(h, asked.Behaviour)
			h.Unlock()
			done++
		}
		if len(wanted) > 0 && done != len(wanted) {
			http.Error(w, "some of these hosts do not exist", http.StatusBadRequest)
			return
		}
		reply(w, done)
	}
}

// putFiles replaces what these hosts have at their paths; no ids means all of them.
func (f *fleet) putFiles(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		IDs   []string        `json:"ids"`
		Files map[string]file `json:"files"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, h := range f.hosts {
		if len(asked.IDs) > 0 && !slices.Contains(asked.IDs, h.id) {
			continue
		}
		h.Lock()
		h.files = map[string]file{}
		maps.Copy(h.files, asked.Files)
		h.Unlock()
	}
	reply(w, true)
}

func (f *fleet) forget() {
	for _, h := range f.hosts {
		h.Lock()
		h.restarts, h.asked, h.signIns, h.pushes, h.commands = 0, 0, 0, 0, nil
		h.Unlock()
	}
	f.counters.Lock()
	defer f.counters.Unlock()
	open := f.counters.Open
	f.counters.Connections, f.counters.MostOpen, f.counters.SignIns, f.counters.Commands = 0, open, 0, 0
}

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("content-type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
