package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

type answer struct {
	stdout, stderr string
	code           int
	cutOff         bool
}

// run does what a command line of redeye does on a real host. Its scripts name themselves in $0: sh -c SCRIPT NAME ARGS.
func (h *host) run(line, unit string, stdin io.Reader) answer {
	how := h.how()
	if how.CommandMs > 0 {
		time.Sleep(time.Duration(how.CommandMs) * time.Millisecond)
	}
	argv := words(line)
	h.remember(line)
	switch how.Output {
	case "garbage":
		return answer{stdout: "\x1b[2J\x1b]0;owned\x07\xff\xfe\x00ActiveState=active\r\n"}
	case "flood":
		return answer{stdout: strings.Repeat("flood flood flood flood flood!\n", 350_000)}
	}
	if len(argv) < 4 || argv[0] != "sh" || argv[1] != "-c" {
		return h.plain(argv)
	}
	arguments := argv[4:]
	switch argv[3] {
	case "redeye-look":
		return h.look(arguments, unit)
	case "redeye-restart":
		return h.restart(arguments, unit)
	case "redeye-wait":
		return h.wait(arguments, unit)
	case "redeye-health":
		return h.health(arguments, unit)
	case "redeye-may":
		return h.may()
	case "redeye-reboot":
		return h.reboot()
	}
	// Before its arguments it gets the script that needs the rights.
	arguments = arguments[min(1, len(arguments)):]
	switch argv[3] {
	case "redeye-file":
		return h.lookAtFile(arguments)
	case "redeye-push":
		return h.push(arguments, stdin)
	case "redeye-put-back":
		return h.putBack(arguments)
	}
	return answer{stderr: "sh: 1: " + argv[3] + ": not found\n", code: 127}
}

// look prints the boot id and the state of the unit, as systemctl show does.
func (h *host) look(arguments []string, unit string) answer {
	h.Lock()
	defer h.Unlock()
	h.settle()
	return answer{stdout: "Boot=" + h.bootID + "\n" + h.show(arguments, unit)}
}

// show is called with the lock held.
func (h *host) show(arguments []string, unit string) string {
	if len(arguments) == 0 || arguments[0] != unit || h.behaviour.Unit == "no-unit" {
		name := ""
		if len(arguments) > 0 {
			name = arguments[0]
		}
		return fmt.Sprintf("Id=%s\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nInvocationID=\nNRestarts=0\nExecMainStartTimestampMonotonic=0\n", name)
	}
	s := h.state
	return fmt.Sprintf("Id=%s\nLoadState=loaded\nActiveState=%s\nSubState=%s\nInvocationID=%s\nNRestarts=%d\nExecMainStartTimestampMonotonic=%d\n",
		unit, s.Active, s.Sub, s.Invocation, s.NRestarts, s.Started.Sub(h.booted).Microseconds())
}

// settle lets a crash loop go on: a new start every second, which succeeds once somebody has repaired the host. It is called
// with the lock held.
func (h *host) settle() {
	if h.state.Sub != "auto-restart" {
		return
	}
	for time.Since(h.state.Started) >= time.Second {
		h.state.Started = h.state.Started.Add(time.Second)
		h.state.NRestarts++
		h.state.Invocation = randomHex()
		if h.behaviour.Unit != "crash-loop" {
			h.state.Active, h.state.Sub = "active", "running"
			return
		}
	}
}

func (h *host) restart(arguments []string, unit string) answer {
	how := h.how()
	if len(arguments) == 0 || arguments[0] != unit || how.Unit == "no-unit" {
		return answer{stderr: "Failed to restart: Unit not found.\n", code: 5}
	}
	if how.Unit == "no-sudo" {
		return answer{stderr: "sudo: a password is required\n", code: 1}
	}
	h.count(&h.asked)
	if how.Restart == "drop-before" {
		return answer{cutOff: true}
	}
	if how.RestartMs > 0 {
		time.Sleep(time.Duration(how.RestartMs) * time.Millisecond)
	}
	if how.Unit == "hangs" {
		return answer{code: 0}
	}
	h.takeHold(how.Unit)
	if how.Restart == "drop-after" {
		return answer{cutOff: true}
	}
	return answer{}
}

// takeHold starts the unit anew.
func (h *host) takeHold(unit string) {
	h.Lock()
	defer h.Unlock()
	h.restarts++
	h.start(unit)
}

// start is called with the lock held.
func (h *host) start(unit string) {
	h.state = unitState{Active: "active", Sub: "running", Invocation: randomHex(), Started: time.Now()}
	switch unit {
	case "crash-loop":
		h.state.Active, h.state.Sub = "activating", "auto-restart"
	case "fails":
		h.state.Active, h.state.Sub = "failed", "failed"
	}
}

// wait answers once the unit has run for so long under another invocation, or when the time is up.
// Arguments: UNIT, INVOCATION before, seconds to hold, seconds at most.
func (h *host) wait(arguments []string, unit string) answer {
	if len(arguments) < 4 {
		return answer{stderr: "usage\n", code: 2}
	}
	stable, _ := strconv.ParseFloat(arguments[2], 64)
	limit, _ := strconv.ParseFloat(arguments[3], 64)
	ends := time.Now().Add(seconds(limit))
	for {
		h.Lock()
		h.settle()
		state, shown := h.state, h.show(arguments, unit)
		h.Unlock()
		held := time.Duration(0)
		if state.Active == "active" && state.Invocation != arguments[1] {
			held = time.Since(state.Started)
		}
		if held >= seconds(stable) || state.Active == "failed" || time.Now().After(ends) {
			return answer{stdout: fmt.Sprintf("Held=%d\n%s", int(held.Seconds()), shown)}
		}
		time.Sleep(min(seconds(stable)-held, 200*time.Millisecond))
	}
}

func (h *host) health(arguments []string, unit string) answer {
	h.Lock()
	defer h.Unlock()
	h.settle()
	uptime := int(time.Since(h.booted).Seconds())
	return answer{stdout: fmt.Sprintf("Boot=%s\nClock=%d\nUptime=%d\nDiskUsedPercent=%d\nTemperatureMilli=%d\nThrottled=0x0\n%s",
		h.bootID, time.Now().Unix(), uptime, 20+h.index%40, 45000+h.index%20*1000, h.show(arguments, unit))}
}

// plain is any other command, for exec: few hosts answer otherwise than the others.
func (h *host) plain(argv []string) answer {
	if len(argv) == 0 {
		return answer{}
	}
	switch argv[0] {
	case "uname":
		if h.index%10_000 == 7 {
			return answer{stdout: "6.1.0-rpi4\n"}
		}
		return answer{stdout: "6.6.31-rpi8\n"}
	case "false":
		return answer{code: 1}
	case "sleep":
		if len(argv) > 1 {
			duration, _ := strconv.ParseFloat(argv[1], 64)
			time.Sleep(seconds(duration))
		}
		return answer{}
	case "echo":
		return answer{stdout: strings.Join(argv[1:], " ") + "\n"}
	}
	return answer{stderr: "sh: 1: " + argv[0] + ": not found\n", code: 127}
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second))
}
