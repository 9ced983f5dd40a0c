package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

type login struct {
	User string `json:"user"`
	OK   bool   `json:"ok"`
	At   int64  `json:"at"`
}

func (s *sim) validLogin(req *types.Login) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.users[req.UserName]
	ok := who != nil && who.password == req.Password
	s.logins = append(s.logins, login{User: req.UserName, OK: ok, At: now()})
	return ok
}

// endSessions ends those of one user, or all: what they call next is answered NotAuthenticated, and what waits for
// updates as well.
func (s *sim) endSessions(name string) int {
	s.mu.Lock()
	var keys []string
	var waits []*wait
	for key, owner := range s.sessions {
		if name == "" || owner == name {
			keys = append(keys, key)
			for one := range s.waits[key] {
				one.killed = true
				waits = append(waits, one)
			}
			delete(s.sessions, key)
		}
	}
	s.mu.Unlock()
	ended := 0
	for _, key := range keys {
		// One that has logged out is not there any more.
		if s.vim.SessionManager().TerminateSession(s.context(), &types.TerminateSession{SessionId: []string{key}}).Fault() == nil {
			ended++
		}
	}
	for _, one := range waits {
		one.collector.CancelWaitForUpdates(&types.CancelWaitForUpdates{})
	}
	return ended
}

// wait is a WaitForUpdatesEx that has not returned.
type wait struct {
	collector *simulator.PropertyCollector
	killed    bool
}

// WaitForUpdatesEx is the simulator's own, and ends when its session does.
func (o *operations) WaitForUpdatesEx(ctx *simulator.Context, req *types.WaitForUpdatesEx) soap.HasFault {
	s := o.sim
	collector, ok := ctx.Session.Get(req.This).(*simulator.PropertyCollector)
	if !ok {
		return &methods.WaitForUpdatesExBody{Fault_: simulator.Fault("", notFound(req.This))}
	}
	one := &wait{collector: collector}
	s.mu.Lock()
	if s.waits[ctx.Session.Key] == nil {
		s.waits[ctx.Session.Key] = map[*wait]bool{}
	}
	s.waits[ctx.Session.Key][one] = true
	s.mu.Unlock()
	body := collector.WaitForUpdatesEx(ctx, req)
	s.mu.Lock()
	delete(s.waits[ctx.Session.Key], one)
	killed := one.killed
	s.mu.Unlock()
	if killed {
		return &methods.WaitForUpdatesExBody{Fault_: simulator.Fault("", notAuthenticated(req.This))}
	}
	return body
}

func notAuthenticated(on ref) *types.NotAuthenticated {
	return &types.NotAuthenticated{NoPermission: types.NoPermission{Object: &on, PrivilegeId: "System.View"}}
}
