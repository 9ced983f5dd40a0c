package main

import "fmt"

// mostCommands is what a host remembers of what it was asked.
const mostCommands = 50

func idOf(i int) string {
	return fmt.Sprintf("rx-%05d", i)
}

func (h *host) how() behaviour {
	h.Lock()
	defer h.Unlock()
	return h.behaviour
}

// turnsAway counts a host that comes back after some attempts.
func (h *host) turnsAway() bool {
	h.Lock()
	defer h.Unlock()
	if h.behaviour.RefuseTimes > 0 {
		h.behaviour.RefuseTimes--
		return true
	}
	return h.behaviour.Connect == "refuse"
}

func (h *host) signedIn() {
	h.count(&h.signIns)
}

func (h *host) count(what *int) {
	h.Lock()
	defer h.Unlock()
	*what++
}

func (h *host) remember(line string) {
	h.Lock()
	defer h.Unlock()
	if len(h.commands) < mostCommands {
		h.commands = append(h.commands, line)
	}
}
