package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// EnterMaintenanceModeTask waits until nothing runs on the host, as long as its timeout (seconds; none when not positive).
func (o *operations) EnterMaintenanceModeTask(ctx *simulator.Context, req *types.EnterMaintenanceMode_Task) soap.HasFault {
	body, s := &methods.EnterMaintenanceMode_TaskBody{}, o.sim
	host, ok := s.hostNow(req.This)
	if !ok {
		body.Fault_ = simulator.Fault("", notFound(req.This))
		return body
	}
	j := s.newJob(host.ref, "EnterMaintenanceMode_Task", "HostSystem.enterMaintenanceMode", userOf(ctx), types.TaskInfoStateRunning)
	go s.enter(j, host, req)
	body.Res = &types.EnterMaintenanceMode_TaskResponse{Returnval: j.ref()}
	return body
}

func (s *sim) enter(j *job, host hostView, req *types.EnterMaintenanceMode_Task) {
	if fault := s.enterRefused(j, host); fault != nil {
		j.fail(*fault)
		return
	}
	defer func() {
		s.mu.Lock()
		s.host(host.ref).entering = nil
		s.mu.Unlock()
		s.clearFaults(host.parent)
	}()
	j.progress(2)
	go s.agentsLeave(j, host)
	evacuateOff := isTrue(req.EvacuatePoweredOffVms)
	if s.drsMoves(host.parent) {
		go s.drsEvacuates(j, host, evacuateOff)
	}
	if !s.emptied(j, host.ref, evacuateOff, req.Timeout) || !j.sleep(ms(s.paceNow().EnterMs)) {
		return
	}
	s.change(host.ref, change{Name: "runtime.inMaintenanceMode", Val: true},
		change{Name: "summary.runtime.inMaintenanceMode", Val: true})
	j.succeed(nil)
}

// enterRefused claims the host for this job when it may begin.
func (s *sim) enterRefused(j *job, host hostView) *types.LocalizedMethodFault {
	if fault, hit := s.taskFault("EnterMaintenanceMode_Task", host.ref, j.user); hit {
		j.sleep(ms(fault.DelayMs))
		said := fault.localized()
		return &said
	}
	if host.connection != types.HostSystemConnectionStateConnected {
		return &oneFault(&types.HostNotConnected{}, "Unable to communicate with the remote host, since it is disconnected.")[0]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cluster(host.parent).refuseEvacuation {
		return &oneFault(&types.InsufficientFailoverResourcesFault{},
			"Insufficient resources to satisfy configured failover level for vSphere HA.")[0]
	}
	if host.inMM || s.host(host.ref).entering != nil {
		return &oneFault(&types.InvalidState{}, "The operation is not allowed in the current state.")[0]
	}
	s.host(host.ref).entering = j
	return nil
}

// emptied is true when nothing is left; otherwise the job has ended.
func (s *sim) emptied(j *job, host ref, evacuateOff bool, timeout int32) bool {
	began := time.Now()
	for {
		left := s.remaining(host, evacuateOff)
		if j.isCancelled() {
			j.failCancelled()
			return false
		}
		if left == 0 {
			return true
		}
		if timeout > 0 && time.Since(began) > time.Duration(timeout)*time.Second {
			j.fail(localized(&types.Timedout{}, "Operation timed out."))
			return false
		}
		if now, _ := s.hostNow(host); now.connection != types.HostSystemConnectionStateConnected {
			j.fail(localized(&types.HostCommunication{}, "Unable to communicate with the remote host."))
			return false
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *sim) remaining(host ref, evacuateOff bool) int {
	return len(slices.DeleteFunc(s.vmsOn(host), func(vm vmView) bool {
		return !vm.running() && !(evacuateOff && vm.power == types.VirtualMachinePowerStatePoweredOff)
	}))
}

// agentsLeave: cluster agents (vCLS) are taken away by vCenter itself.
func (s *sim) agentsLeave(j *job, host hostView) {
	if !j.sleep(ms(s.paceNow().AgentMs)) {
		return
	}
	for _, vm := range s.vmsOn(host.ref) {
		if !vm.agent || !vm.running() {
			continue
		}
		for _, to := range s.siblings(host) {
			if target, _ := s.hostNow(to); len(s.targetState(target)) == 0 {
				s.setHost(vm.ref, host.ref, to, nil)
				break
			}
		}
	}
}

func (s *sim) siblings(host hostView) []ref {
	return slices.DeleteFunc(s.refs("HostSystem"), func(of ref) bool {
		other, _ := s.hostNow(of)
		return of == host.ref || other.parent != host.parent
	})
}

// ExitMaintenanceModeTask fails as often as a test told it to, as hosts do in the minutes after their boot.
func (o *operations) ExitMaintenanceModeTask(ctx *simulator.Context, req *types.ExitMaintenanceMode_Task) soap.HasFault {
	body, s := &methods.ExitMaintenanceMode_TaskBody{}, o.sim
	host, ok := s.hostNow(req.This)
	if !ok {
		body.Fault_ = simulator.Fault("", notFound(req.This))
		return body
	}
	j := s.newJob(host.ref, "ExitMaintenanceMode_Task", "HostSystem.exitMaintenanceMode", userOf(ctx), types.TaskInfoStateRunning)
	go s.exit(j, host)
	body.Res = &types.ExitMaintenanceMode_TaskResponse{Returnval: j.ref()}
	return body
}

func (s *sim) exit(j *job, host hostView) {
	if fault, hit := s.taskFault("ExitMaintenanceMode_Task", host.ref, j.user); hit {
		j.sleep(ms(fault.DelayMs))
		j.fail(fault.localized())
		return
	}
	s.mu.Lock()
	fails := s.host(host.ref).failExit > 0
	if fails {
		s.host(host.ref).failExit--
	}
	s.mu.Unlock()
	switch {
	case host.connection != types.HostSystemConnectionStateConnected:
		j.fail(localized(&types.HostNotConnected{}, "Unable to communicate with the remote host, since it is disconnected."))
	case !host.inMM:
		j.fail(localized(&types.InvalidState{}, "The operation is not allowed in the current state."))
	case fails:
		j.fail(localized(&types.InvalidState{}, fmt.Sprintf("The host %s is not ready to leave maintenance mode.", host.name)))
	case j.sleep(ms(s.paceNow().ExitMs)):
		s.change(host.ref, change{Name: "runtime.inMaintenanceMode", Val: false},
			change{Name: "summary.runtime.inMaintenanceMode", Val: false})
		j.succeed(nil)
	default:
		j.failCancelled()
	}
}
