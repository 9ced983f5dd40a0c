package main

import (
	"fmt"
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// clusterConfig is undefined outside of clusters. The value is shared: read it only.
func (s *sim) clusterConfig(of ref) *types.ClusterConfigInfoEx {
	cluster, ok := s.vim.Get(of).(*simulator.ClusterComputeResource)
	if !ok {
		return nil
	}
	var config *types.ClusterConfigInfoEx
	s.locked(cluster, func() {
		if found, ok := cluster.ConfigurationEx.(*types.ClusterConfigInfoEx); ok {
			copied := *found
			config = &copied
		}
	})
	return config
}

func isTrue(flag *bool) bool { return flag != nil && *flag }

// hostRules are mandatory rules that tie groups of VMs to groups of hosts. vCenter refuses no manual move for a rule
// between VMs; DRS heeds those.
func (s *sim) hostRules(vm vmView, target hostView) []types.LocalizedMethodFault {
	config := s.clusterConfig(target.parent)
	if config == nil {
		return nil
	}
	for _, base := range config.Rule {
		rule, ok := base.(*types.ClusterVmHostRuleInfo)
		if !ok || !isTrue(rule.Enabled) || !isTrue(rule.Mandatory) || !inVMGroup(config, rule.VmGroupName, vm.ref) {
			continue
		}
		must := rule.AffineHostGroupName != "" && !inHostGroup(config, rule.AffineHostGroupName, target.ref)
		mustNot := rule.AntiAffineHostGroupName != "" && inHostGroup(config, rule.AntiAffineHostGroupName, target.ref)
		if must || mustNot {
			return oneFault(&types.VmHostAffinityRuleViolation{VmName: vm.name, HostName: target.name},
				fmt.Sprintf("Virtual machine '%s' on host '%s' would violate a virtual machine - host affinity rule.", vm.name, target.name))
		}
	}
	return nil
}

func inVMGroup(config *types.ClusterConfigInfoEx, name string, vm ref) bool {
	return slices.ContainsFunc(config.Group, func(base types.BaseClusterGroupInfo) bool {
		group, ok := base.(*types.ClusterVmGroup)
		return ok && group.Name == name && slices.Contains(group.Vm, vm)
	})
}

func inHostGroup(config *types.ClusterConfigInfoEx, name string, host ref) bool {
	return slices.ContainsFunc(config.Group, func(base types.BaseClusterGroupInfo) bool {
		group, ok := base.(*types.ClusterHostGroup)
		return ok && group.Name == name && slices.Contains(group.Host, host)
	})
}

// keptApart is whether another VM of an anti-affinity rule runs on the target already.
func (s *sim) keptApart(config *types.ClusterConfigInfoEx, vm vmView, target ref) bool {
	for _, base := range config.Rule {
		rule, ok := base.(*types.ClusterAntiAffinityRuleSpec)
		if !ok || !isTrue(rule.Enabled) || !slices.Contains(rule.Vm, vm.ref) {
			continue
		}
		for _, peer := range rule.Vm {
			if other, ok := s.vmNow(peer); ok && peer != vm.ref && other.host == target {
				return true
			}
		}
	}
	return false
}

func (s *sim) clusterOf(of ref) *simulator.ClusterComputeResource {
	cluster, _ := s.vim.Get(of).(*simulator.ClusterComputeResource)
	return cluster
}
