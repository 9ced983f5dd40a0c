package main

import "time"

// pace is how long things take, in milliseconds, and how many go at once. Part of the control port.
type pace struct {
	CallMs      int `json:"callMs"`      // every call
	CheckMs     int `json:"checkMs"`     // compatibility checks
	RelocateMs  int `json:"relocateMs"`  // one relocation, from running to done
	EnterMs     int `json:"enterMs"`     // from the last VM gone to maintenance mode
	ExitMs      int `json:"exitMs"`      // leaving maintenance mode
	DrsPauseMs  int `json:"drsPauseMs"`  // between two moves that DRS starts
	DrsAtOnce   int `json:"drsAtOnce"`   // moves of DRS side by side
	AgentMs     int `json:"agentMs"`     // until an agent VM leaves an entering host by itself
	ShutdownMs  int `json:"shutdownMs"`  // a guest's shutdown
	ToolsMs     int `json:"toolsMs"`     // from power on to running tools
	RebootMs    int `json:"rebootMs"`    // a host's reboot, until it is connected again
	StaleMs     int `json:"staleMs"`     // until the `vm` lists of hosts follow a move; negative is never
	MovesAtOnce int `json:"movesAtOnce"` // relocations a host takes part in; more are queued
	// Cancel is how CancelTask treats a relocation: `honest` stops it unless it has switched over, `late` accepts and
	// the move completes all the same, `flip` shows RequestCanceled at once and success later (what the plain simulator does).
	Cancel string `json:"cancel"`
	// SwitchoverPercent is when an honest cancel comes too late.
	SwitchoverPercent int `json:"switchoverPercent"`
}

func defaultPace(o options) pace {
	return pace{
		CallMs: o.callDelay, RelocateMs: 200, EnterMs: 20, ExitMs: 20, DrsAtOnce: 2, AgentMs: 50, ShutdownMs: 50,
		ToolsMs: 20, RebootMs: 500, MovesAtOnce: 8, Cancel: "honest", SwitchoverPercent: 90,
	}
}

// paceNow is a copy.
func (s *sim) paceNow() pace {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pace
}

func ms(n int) time.Duration {
	return time.Duration(n) * time.Millisecond
}
