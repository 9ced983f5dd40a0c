package main

import (
	"fmt"
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

type pair struct{ vm, host ref }

// pairRule is an answer told by a test for one VM and one host.
type pairRule struct {
	errors, warnings []types.LocalizedMethodFault
	onlyChecks       bool
}

// obstacles are the faults that vCenter finds when a VM is to go to a host, worst first, and warnings. One list for
// relocations, for CheckRelocate_Task and for QueryVMotionCompatibilityEx_Task.
func (s *sim) obstacles(vm vmView, to ref, pool *ref) (errors, warnings []types.LocalizedMethodFault) {
	target, _ := s.hostNow(to)
	errors = append(errors, s.targetState(target)...)
	errors = append(errors, s.vmState(vm, target, pool)...)
	errors = append(errors, s.storage(vm, target)...)
	errors = append(errors, networks(vm, target)...)
	if vm.running() {
		errors = append(errors, s.vmotion(vm, target)...)
		errors = append(errors, s.memory(vm, target)...)
		errors = append(errors, devices(vm)...)
		errors = append(errors, s.hostRules(vm, target)...)
	}
	s.mu.Lock()
	rule := s.pairs[pair{vm.ref, to}]
	s.mu.Unlock()
	if rule != nil && !rule.onlyChecks {
		errors = append(errors, rule.errors...)
		warnings = append(warnings, rule.warnings...)
	}
	return errors, warnings
}

// told are the answers that tests gave for checks alone.
func (s *sim) told(vm, to ref) (errors, warnings []types.LocalizedMethodFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rule := s.pairs[pair{vm, to}]; rule != nil && rule.onlyChecks {
		return rule.errors, rule.warnings
	}
	return nil, nil
}

func (s *sim) targetState(target hostView) []types.LocalizedMethodFault {
	if target.connection != types.HostSystemConnectionStateConnected {
		return oneFault(&types.HostNotConnected{}, "Unable to communicate with the remote host, since it is disconnected.")
	}
	s.mu.Lock()
	entering := s.host(target.ref).entering != nil
	s.mu.Unlock()
	if target.inMM || entering {
		return oneFault(&types.InvalidState{}, "The operation is not allowed in the current state of the host.")
	}
	return nil
}

func (s *sim) vmState(vm vmView, target hostView, pool *ref) []types.LocalizedMethodFault {
	if vm.connection != types.VirtualMachineConnectionStateConnected {
		return oneFault(&types.InvalidState{}, "The operation is not allowed in the current state.")
	}
	if vm.question {
		return oneFault(&types.InvalidState{}, "The virtual machine waits for an answer.")
	}
	if vm.template && pool == nil {
		return oneFault(&types.InvalidArgument{InvalidProperty: "spec.pool"}, "A specified parameter was not correct: spec.pool")
	}
	if source, ok := s.hostNow(vm.host); ok && source.parent != target.parent && pool == nil {
		return oneFault(&types.InvalidArgument{InvalidProperty: "spec.pool"}, "A specified parameter was not correct: spec.pool")
	}
	if source, ok := s.hostNow(vm.host); ok && source.connection != types.HostSystemConnectionStateConnected {
		return oneFault(&types.HostNotConnected{}, "Unable to communicate with the remote host, since it is disconnected.")
	}
	return nil
}

func (s *sim) storage(vm vmView, target hostView) (faults []types.LocalizedMethodFault) {
	for _, of := range vm.datastores {
		if !s.mounted(of, target) {
			message := fmt.Sprintf("Unable to access the virtual machine configuration: datastore %s is not accessible from host %s.",
				s.nameOf(of), target.name)
			faults = append(faults, localized(&types.CannotAccessVmDisk{
				CannotAccessVmDevice: types.CannotAccessVmDevice{Device: "Hard disk 1", Backing: "[" + s.nameOf(of) + "]", Connected: true},
				Fault:                localized(&types.InvalidDatastore{Datastore: &of, Name: s.nameOf(of)}, message),
			}, message))
		}
	}
	return faults
}

func (s *sim) mounted(of ref, target hostView) bool {
	ds, ok := s.vim.Get(of).(*simulator.Datastore)
	if !ok || !slices.Contains(target.datastores, of) {
		return false
	}
	usable := true
	s.locked(ds, func() {
		for _, mount := range ds.Host {
			if mount.Key == target.ref && mount.MountInfo.Accessible != nil && !*mount.MountInfo.Accessible {
				usable = false
			}
		}
	})
	return usable
}

func networks(vm vmView, target hostView) (faults []types.LocalizedMethodFault) {
	for _, of := range vm.networks {
		if !slices.Contains(target.networks, of) {
			faults = append(faults, localized(&types.CannotAccessNetwork{
				CannotAccessVmDevice: types.CannotAccessVmDevice{Device: "Network adapter 1", Backing: of.Value, Connected: true},
				Network:              &of,
			}, fmt.Sprintf("Currently connected network interface 'Network adapter 1' uses network %s, which is not accessible on %s.",
				of.Value, target.name)))
		}
	}
	return faults
}

func (s *sim) vmotion(vm vmView, target hostView) (faults []types.LocalizedMethodFault) {
	source, _ := s.hostNow(vm.host)
	for _, host := range []hostView{source, target} {
		if !host.vmotion {
			faults = append(faults, localized(&types.VMotionNotConfigured{VMotionInterfaceIssue: types.VMotionInterfaceIssue{
				AtSourceHost: host.ref == source.ref, FailedHost: host.name, FailedHostEntity: &host.ref,
			}}, fmt.Sprintf("The vMotion interface is not configured (or is misconfigured) on host %s.", host.name)))
		}
	}
	return faults
}

func (s *sim) memory(vm vmView, target hostView) []types.LocalizedMethodFault {
	free := target.memoryMB - target.usedMB
	if vm.host == target.ref || vm.demandMB() <= free {
		return nil
	}
	return oneFault(&types.InsufficientMemoryResourcesFault{Unreserved: free << 20, Requested: vm.demandMB() << 20},
		fmt.Sprintf("The host %s does not have enough memory: %d MB are free, %d MB are needed.", target.name, free, vm.demandMB()))
}

func oneFault(fault types.BaseMethodFault, message string) []types.LocalizedMethodFault {
	return []types.LocalizedMethodFault{localized(fault, message)}
}
