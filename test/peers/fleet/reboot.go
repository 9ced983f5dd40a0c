package main

import "time"

// turnedAway is how often a host that reboots cannot be connected to before it is back.
const turnedAway = 1

// may answers sudo -n -l.
func (h *host) may() answer {
	if h.how().Unit == "no-sudo" {
		return answer{stderr: "sudo: a password is required\n", code: 1}
	}
	return answer{stdout: "/usr/bin/systemctl\n"}
}

// reboot cuts every session off and comes back under another boot id, after a while.
func (h *host) reboot() answer {
	how := h.how()
	if how.Unit == "no-sudo" {
		return answer{stderr: "sudo: a password is required\n", code: 1}
	}
	h.count(&h.asked)
	if how.Unit == "hangs" {
		return answer{}
	}
	time.Sleep(time.Duration(how.RestartMs) * time.Millisecond)
	h.Lock()
	h.boot(time.Now())
	h.behaviour.RefuseTimes = turnedAway
	if how.Unit == "fails" {
		h.state.Active, h.state.Sub = "failed", "failed"
	}
	h.restarts++
	h.Unlock()
	return answer{cutOff: true}
}
