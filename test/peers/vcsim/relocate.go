package main

import (
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// move is one relocation as the control port tells it.
type move struct {
	VM      string `json:"vm"`
	From    string `json:"from"`
	To      string `json:"to"`
	By      string `json:"by"`
	Task    string `json:"task"`
	Queued  int64  `json:"queuedAt"` // ms since 1970
	Started int64  `json:"startedAt,omitempty"`
	Ended   int64  `json:"endedAt,omitempty"`
	Outcome string `json:"outcome"` // running, moved, cancelled, failed
}

// RelocateVMTask moves between hosts; moves of disks are not simulated.
func (o *operations) RelocateVMTask(ctx *simulator.Context, req *types.RelocateVM_Task) soap.HasFault {
	body, s := &methods.RelocateVM_TaskBody{}, o.sim
	vm, ok := s.vmNow(req.This)
	switch {
	case !ok:
		body.Fault_ = simulator.Fault("", notFound(req.This))
	case req.Spec.Datastore != nil || len(req.Spec.Disk) > 0:
		body.Fault_ = simulator.Fault("moves of disks are not simulated", &types.NotSupported{})
	case req.Spec.Host == nil:
		body.Fault_ = simulator.Fault("", &types.InvalidArgument{InvalidProperty: "spec.host"})
	}
	if body.Fault_ != nil {
		return body
	}
	if _, ok := s.hostNow(*req.Spec.Host); !ok {
		body.Fault_ = simulator.Fault("", notFound(*req.Spec.Host))
		return body
	}
	j := s.newJob(vm.ref, "RelocateVM_Task", "VirtualMachine.relocate", userOf(ctx), types.TaskInfoStateQueued)
	pace := s.paceNow()
	j.flips, j.deaf = pace.Cancel == "flip", pace.Cancel == "late"
	go s.relocate(j, vm, *req.Spec.Host, req.Spec.Pool)
	body.Res = &types.RelocateVM_TaskResponse{Returnval: j.ref()}
	return body
}

// relocate is the whole life of one move; true when the VM is on the target at the end.
func (s *sim) relocate(j *job, vm vmView, to ref, pool *ref) bool {
	record := &move{VM: vm.name, From: s.nameOf(vm.host), To: s.nameOf(to), By: j.user, Task: j.ref().Value,
		Queued: now(), Outcome: "running"}
	s.mu.Lock()
	s.moves = append(s.moves, record)
	busy := s.vm(vm.ref).relocating
	if busy == nil {
		s.vm(vm.ref).relocating = j
	}
	s.mu.Unlock()
	outcome := "failed"
	if busy != nil {
		j.fail(localized(&types.TaskInProgress{Task: busy.ref()}, "Another task is already in progress."))
	} else {
		outcome = s.relocateAlone(j, record, vm, to, pool)
	}
	s.mu.Lock()
	record.Outcome, record.Ended = outcome, now()
	s.mu.Unlock()
	return outcome == "moved"
}

func (s *sim) relocateAlone(j *job, record *move, vm vmView, to ref, pool *ref) string {
	defer func() {
		s.mu.Lock()
		s.vm(vm.ref).relocating = nil
		s.mu.Unlock()
	}()
	if fault, hit := s.taskFault("RelocateVM_Task", vm.ref, j.user); hit {
		if !j.sleep(ms(fault.DelayMs)) {
			j.failCancelled()
			return "cancelled"
		}
		j.fail(fault.localized())
		return "failed"
	}
	if errors, _ := s.obstacles(vm, to, pool); len(errors) > 0 {
		j.fail(errors[0])
		return "failed"
	}
	if !s.takeSlots(j, vm.host, to) {
		j.failCancelled()
		return "cancelled"
	}
	defer s.freeSlots(vm.host, to)
	s.mu.Lock()
	record.Started = now()
	s.mu.Unlock()
	j.start()
	switch s.transfer(j, vm) {
	case transferCancelled:
		j.failCancelled()
		return "cancelled"
	case transferLost:
		j.fail(localized(&types.HostCommunication{}, "Unable to communicate with the remote host."))
		return "failed"
	}
	if host, _ := s.hostNow(to); host.connection != types.HostSystemConnectionStateConnected {
		j.fail(localized(&types.HostNotConnected{}, "Unable to communicate with the remote host, since it is disconnected."))
		return "failed"
	}
	s.setHost(vm.ref, vm.host, to, pool)
	s.tellMigrated(j, vm)
	j.succeed(nil)
	return "moved"
}

type transferEnd int

const (
	transferDone transferEnd = iota
	transferCancelled
	transferLost
)

const transferSteps = 5

// transfer lets the time of the copy pass. After the switchover a cancel comes too late.
func (s *sim) transfer(j *job, vm vmView) transferEnd {
	pace := s.paceNow()
	s.mu.Lock()
	total := s.vm(vm.ref).relocateMs
	s.mu.Unlock()
	if total == 0 {
		total = pace.RelocateMs
	}
	for step := range transferSteps {
		percent := step * 100 / transferSteps
		if percent > 0 {
			j.progress(percent)
		}
		if percent >= pace.SwitchoverPercent {
			time.Sleep(ms(total) / transferSteps)
		} else if !j.sleep(ms(total) / transferSteps) {
			return transferCancelled
		}
		if host, _ := s.hostNow(vm.host); host.connection != types.HostSystemConnectionStateConnected {
			return transferLost
		}
	}
	return transferDone
}

// takeSlots waits, queued, until both hosts take part in fewer relocations than they may. False when cancelled.
func (s *sim) takeSlots(j *job, from, to ref) bool {
	for {
		s.mu.Lock()
		free := s.host(from).arriving < s.limitOf(from) && s.host(to).arriving < s.limitOf(to)
		if free {
			s.host(from).arriving++
			if from != to {
				s.host(to).arriving++
			}
		}
		s.mu.Unlock()
		if free {
			return true
		}
		if !j.sleep(5 * time.Millisecond) {
			return false
		}
	}
}

func (s *sim) freeSlots(from, to ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.host(from).arriving--
	if from != to {
		s.host(to).arriving--
	}
}

func (s *sim) limitOf(host ref) int {
	if limit := s.host(host).limit; limit > 0 {
		return limit
	}
	return s.pace.MovesAtOnce
}

func now() int64 { return time.Now().UnixMilli() }
