package main

import (
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// RebootHostTask succeeds when the host has accepted; the reboot itself comes after.
func (o *operations) RebootHostTask(ctx *simulator.Context, req *types.RebootHost_Task) soap.HasFault {
	body, s := &methods.RebootHost_TaskBody{}, o.sim
	host, ok := s.hostNow(req.This)
	if !ok {
		body.Fault_ = simulator.Fault("", notFound(req.This))
		return body
	}
	j := s.newJob(host.ref, "RebootHost_Task", "HostSystem.reboot", userOf(ctx), types.TaskInfoStateRunning)
	go s.reboot(j, host, req.Force)
	body.Res = &types.RebootHost_TaskResponse{Returnval: j.ref()}
	return body
}

func (s *sim) reboot(j *job, host hostView, force bool) {
	if fault, hit := s.taskFault("RebootHost_Task", host.ref, j.user); hit {
		j.sleep(ms(fault.DelayMs))
		j.fail(fault.localized())
		return
	}
	s.mu.Lock()
	state := *s.host(host.ref)
	s.mu.Unlock()
	switch {
	case host.connection != types.HostSystemConnectionStateConnected || state.rebooting:
		j.fail(localized(&types.HostNotConnected{}, "Unable to communicate with the remote host, since it is disconnected."))
		return
	case !host.inMM && !force:
		j.fail(localized(&types.InvalidState{}, "The operation is not allowed in the current state."))
		return
	}
	s.mu.Lock()
	s.host(host.ref).rebooting = true
	s.mu.Unlock()
	j.succeed(nil)
	time.Sleep(20 * time.Millisecond)
	s.goDown(host)
	if state.neverBack {
		return
	}
	takes := state.rebootMs
	if takes == 0 {
		takes = s.paceNow().RebootMs
	}
	time.Sleep(ms(takes))
	s.comeBack(host.ref)
}

func (s *sim) goDown(host hostView) {
	for _, vm := range s.vmsOn(host.ref) {
		if vm.running() {
			s.setPower(vm.ref, types.VirtualMachinePowerStatePoweredOff)
		}
	}
	s.setConnection(host.ref, types.HostSystemConnectionStateNotResponding)
}

func (s *sim) comeBack(of ref) {
	host, ok := s.vim.Get(of).(*simulator.HostSystem)
	if !ok {
		return
	}
	booted := time.Now().UTC()
	s.locked(host, func() {
		host.Summary.RebootRequired = false
		host.Summary.QuickStats.Uptime = 0
	})
	s.change(of, change{Name: "runtime.bootTime", Val: booted}, change{Name: "summary.runtime.bootTime", Val: booted},
		change{Name: "summary.rebootRequired", Val: false})
	s.mu.Lock()
	s.host(of).rebooting = false
	s.mu.Unlock()
	s.setConnection(of, types.HostSystemConnectionStateConnected)
}

func (s *sim) setConnection(of ref, state types.HostSystemConnectionState) {
	s.change(of, change{Name: "runtime.connectionState", Val: state},
		change{Name: "summary.runtime.connectionState", Val: state})
}
