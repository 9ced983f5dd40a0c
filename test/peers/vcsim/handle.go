package main

import (
	"slices"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

type moReference = mo.Reference

// handle sees every call before the simulator does: it records, delays and refuses, and points our own methods at us.
func (s *sim) handle(ctx *simulator.Context, method *simulator.Method) (mo.Reference, types.BaseMethodFault) {
	user := userOf(ctx)
	if ctx.Session != nil && user == "" {
		return nil, nil // our own calls, from inside
	}
	s.know(ctx)
	s.record(method, user)
	if delay := s.paceNow().CallMs; delay > 0 {
		time.Sleep(ms(delay))
	}
	if rule, hit := s.callFault(method.Name, method.This, user); hit {
		time.Sleep(ms(rule.DelayMs))
		if rule.fault != nil {
			return nil, rule.fault
		}
	}
	if ctx.Session == nil {
		return nil, s.strangerRefused(method)
	}
	if privilege, ok := needs[method.Name]; ok {
		if fault := s.lacks(user, privilege, method.This); fault != nil {
			return nil, fault
		}
	}
	if s.disabled(method) {
		return nil, &types.MethodDisabled{}
	}
	if redirected[method.Name] {
		method.This = operationsRef
	}
	return nil, nil
}

// know remembers whose session it is; the simulator keeps that to itself.
func (s *sim) know(ctx *simulator.Context) {
	if ctx.Session == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[ctx.Session.Key] = ctx.Session.UserName
}

// strangerRefused: without a session the simulator looks for views of a session in vain and says so; a real server
// says who is missing. Objects that exist it answers with NotAuthenticated for every property.
func (s *sim) strangerRefused(method *simulator.Method) types.BaseMethodFault {
	read, ok := method.Body.(*types.RetrievePropertiesEx)
	if !ok {
		return nil
	}
	for _, spec := range read.SpecSet {
		for _, one := range spec.ObjectSet {
			if s.vim.Get(one.Obj) == nil {
				return notAuthenticated(one.Obj)
			}
		}
	}
	return nil
}

// disabled heeds the property that vCenter's clients are to heed, by the names it has there.
func (s *sim) disabled(method *simulator.Method) bool {
	if _, changes := needs[method.Name]; !changes {
		return false
	}
	entity, ok := s.vim.Get(method.This).(mo.Entity)
	if !ok {
		return false
	}
	found := false
	s.locked(method.This, func() { found = slices.Contains(entity.Entity().DisabledMethod, method.Name) })
	return found
}
