package main

import (
	"fmt"
	"time"

	"github.com/vmware/govmomi/vim25/types"
)

// drsMoves is whether DRS carries out what it thinks.
func (s *sim) drsMoves(cluster ref) bool {
	config := s.clusterConfig(cluster)
	if config == nil || !isTrue(config.DrsConfig.Enabled) {
		return false
	}
	behavior := config.DrsConfig.DefaultVmBehavior
	return behavior == "" || behavior == types.DrsBehaviorFullyAutomated
}

// drsEvacuates moves what runs on an entering host, a few at a time, until the task that asked for it ends.
func (s *sim) drsEvacuates(enter *job, host hostView, evacuateOff bool) {
	busy := make(chan bool, max(1, s.paceNow().DrsAtOnce))
	tried := map[ref]bool{}
	for !enter.done() && !enter.isCancelled() {
		vm, to, found := s.drsChoice(host, tried, evacuateOff)
		if !found {
			tried = map[ref]bool{}
			time.Sleep(20 * time.Millisecond)
			continue
		}
		tried[vm.ref] = true
		busy <- true
		go func() {
			defer func() { <-busy }()
			j := s.newJob(vm.ref, "Drm.ExecuteVMotionLRO", "Drm.ExecuteVMotionLRO", "com.vmware.vim.drs", types.TaskInfoStateQueued)
			s.relocate(j, vm, to, nil)
		}()
		time.Sleep(ms(s.paceNow().DrsPauseMs))
	}
}

// drsChoice is the next VM to go, to the host with the most memory free. What cannot go is told as a DRS fault.
func (s *sim) drsChoice(host hostView, tried map[ref]bool, evacuateOff bool) (vmView, ref, bool) {
	config := s.clusterConfig(host.parent)
	var stuck []vmView
	for _, vm := range s.vmsOn(host.ref) {
		off := evacuateOff && vm.power == types.VirtualMachinePowerStatePoweredOff && !vm.template
		if tried[vm.ref] || vm.agent || !(vm.running() || off) || s.isRelocating(vm.ref) {
			continue
		}
		if !s.drsMovesVM(config, vm.ref) {
			continue
		}
		if to, ok := s.drsTarget(config, host, vm); ok {
			return vm, to, true
		}
		stuck = append(stuck, vm)
	}
	s.tellStuck(host, stuck)
	return vmView{}, ref{}, false
}

func (s *sim) isRelocating(vm ref) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.vm(vm).relocating != nil
}

// drsMovesVM heeds the VM's own exception.
func (s *sim) drsMovesVM(config *types.ClusterConfigInfoEx, vm ref) bool {
	for _, own := range config.DrsVmConfig {
		if own.Key == vm {
			disabled := own.Enabled != nil && !*own.Enabled
			return !disabled && (own.Behavior == "" || own.Behavior == types.DrsBehaviorFullyAutomated)
		}
	}
	return true
}

func (s *sim) drsTarget(config *types.ClusterConfigInfoEx, host hostView, vm vmView) (ref, bool) {
	s.mu.Lock()
	pinned := s.vm(vm.ref).pinned
	s.mu.Unlock()
	if pinned {
		return ref{}, false
	}
	var best hostView
	for _, of := range s.siblings(host) {
		target, _ := s.hostNow(of)
		if errors, _ := s.obstacles(vm, of, nil); len(errors) > 0 || s.keptApart(config, vm, of) {
			continue
		}
		if best.ref.Value == "" || target.memoryMB-target.usedMB > best.memoryMB-best.usedMB {
			best = target
		}
	}
	return best.ref, best.ref.Value != ""
}

// tellStuck sets the cluster's drsFault, once for each set of VMs.
func (s *sim) tellStuck(host hostView, stuck []vmView) {
	cluster := s.clusterOf(host.parent)
	if cluster == nil || len(stuck) == 0 {
		return
	}
	faults := types.ClusterDrsFaults{Reason: "hostMaint"}
	for _, vm := range stuck {
		message := fmt.Sprintf("Virtual machine '%s' cannot be moved off host '%s': no host is compatible with it.", vm.name, host.name)
		faults.FaultsByVm = append(faults.FaultsByVm, &types.ClusterDrsFaultsFaultsByVm{
			Vm: &vm.ref, Fault: oneFault(&types.NoCompatibleHost{}, message),
		})
	}
	same := false
	s.locked(cluster, func() {
		same = len(cluster.DrsFault) == 1 && len(cluster.DrsFault[0].FaultsByVm) == len(stuck)
	})
	if !same {
		s.change(host.parent, change{Name: "drsFault", Val: []types.ClusterDrsFaults{faults}})
	}
}

func (s *sim) clearFaults(parent ref) {
	cluster := s.clusterOf(parent)
	if cluster == nil {
		return
	}
	had := false
	s.locked(cluster, func() { had = len(cluster.DrsFault) > 0 })
	if had {
		s.change(parent, change{Name: "drsFault", Val: []types.ClusterDrsFaults{}})
	}
}
