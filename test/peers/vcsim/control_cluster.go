package main

import (
	"fmt"

	"github.com/vmware/govmomi/vim25/types"
)

type clusterInput struct {
	Cluster          string        `json:"cluster"`
	Name             *string       `json:"name"`
	Drs              *string       `json:"drs"` // off, manual, partiallyAutomated, fullyAutomated
	HA               *bool         `json:"ha"`
	AdmissionControl *bool         `json:"admissionControl"`
	FailoverLevel    *int32        `json:"failoverLevel"` // policy: hosts that may fail
	FailoverPercent  *int32        `json:"failoverPercent"`
	CurrentFailover  *int32        `json:"currentFailoverLevel"`
	EVC              *string       `json:"evc"`
	RefuseEvacuation *bool         `json:"refuseEvacuation"`
	Rules            []rule        `json:"rules"`        // all of them
	DrsOverrides     []drsOverride `json:"drsOverrides"` // all of them
}

type rule struct {
	Name      string   `json:"name"`
	Kind      string   `json:"kind"` // apart, together, on-hosts, off-hosts
	VMs       []string `json:"vms"`
	Hosts     []string `json:"hosts"`
	Mandatory bool     `json:"mandatory"`
	Disabled  bool     `json:"disabled"`
}

type drsOverride struct {
	VM       string `json:"vm"`
	Disabled bool   `json:"disabled"`
	Behavior string `json:"behavior"`
}

func (s *sim) setCluster(in clusterInput) (any, error) {
	of, err := s.find("ClusterComputeResource", in.Cluster)
	if err != nil {
		return nil, err
	}
	config := s.clusterConfig(of)
	if err := s.configure(config, in); err != nil {
		return nil, err
	}
	s.change(of, change{Name: "configurationEx", Val: config})
	if in.Name != nil {
		s.change(of, change{Name: "name", Val: *in.Name})
	}
	cluster := s.clusterOf(of)
	s.locked(cluster, func() {
		summary, ok := cluster.Summary.(*types.ClusterComputeResourceSummary)
		if !ok {
			return
		}
		set(&summary.CurrentFailoverLevel, in.CurrentFailover)
		set(&summary.CurrentEVCModeKey, in.EVC)
	})
	s.mu.Lock()
	set(&s.cluster(of).refuseEvacuation, in.RefuseEvacuation)
	s.mu.Unlock()
	return nil, nil
}

func (s *sim) configure(config *types.ClusterConfigInfoEx, in clusterInput) error {
	if in.Drs != nil {
		config.DrsConfig.Enabled = types.NewBool(*in.Drs != "off")
		if *in.Drs != "off" {
			config.DrsConfig.DefaultVmBehavior = types.DrsBehavior(*in.Drs)
		}
	}
	if in.HA != nil {
		config.DasConfig.Enabled = in.HA
	}
	if in.AdmissionControl != nil {
		config.DasConfig.AdmissionControlEnabled = in.AdmissionControl
	}
	if in.FailoverLevel != nil {
		config.DasConfig.AdmissionControlPolicy = &types.ClusterFailoverLevelAdmissionControlPolicy{FailoverLevel: *in.FailoverLevel}
	}
	if in.FailoverPercent != nil {
		config.DasConfig.AdmissionControlPolicy = &types.ClusterFailoverResourcesAdmissionControlPolicy{
			CpuFailoverResourcesPercent: *in.FailoverPercent, MemoryFailoverResourcesPercent: *in.FailoverPercent,
		}
	}
	if in.Rules != nil {
		if err := s.setRules(config, in.Rules); err != nil {
			return err
		}
	}
	if in.DrsOverrides != nil {
		config.DrsVmConfig = nil
		for _, one := range in.DrsOverrides {
			vm, err := s.find("VirtualMachine", one.VM)
			if err != nil {
				return err
			}
			config.DrsVmConfig = append(config.DrsVmConfig, types.ClusterDrsVmConfigInfo{
				Key: vm, Enabled: types.NewBool(!one.Disabled), Behavior: types.DrsBehavior(one.Behavior),
			})
		}
	}
	return nil
}

func (s *sim) setRules(config *types.ClusterConfigInfoEx, rules []rule) error {
	config.Rule, config.Group = nil, nil
	for i, one := range rules {
		vms, err := s.findAll("VirtualMachine", one.VMs)
		if err != nil {
			return err
		}
		hosts, err := s.findAll("HostSystem", one.Hosts)
		if err != nil {
			return err
		}
		common := types.ClusterRuleInfo{
			Key: int32(i + 1), Name: one.Name, Status: types.ManagedEntityStatusGreen, InCompliance: types.NewBool(true),
			Enabled: types.NewBool(!one.Disabled), Mandatory: types.NewBool(one.Mandatory), UserCreated: types.NewBool(true),
		}
		vmGroup, hostGroup := one.Name+" vms", one.Name+" hosts"
		switch one.Kind {
		case "apart":
			config.Rule = append(config.Rule, &types.ClusterAntiAffinityRuleSpec{ClusterRuleInfo: common, Vm: vms})
			continue
		case "together":
			config.Rule = append(config.Rule, &types.ClusterAffinityRuleSpec{ClusterRuleInfo: common, Vm: vms})
			continue
		case "on-hosts":
			config.Rule = append(config.Rule, &types.ClusterVmHostRuleInfo{ClusterRuleInfo: common, VmGroupName: vmGroup, AffineHostGroupName: hostGroup})
		case "off-hosts":
			config.Rule = append(config.Rule, &types.ClusterVmHostRuleInfo{ClusterRuleInfo: common, VmGroupName: vmGroup, AntiAffineHostGroupName: hostGroup})
		default:
			return fmt.Errorf("there is no rule %q", one.Kind)
		}
		config.Group = append(config.Group,
			&types.ClusterVmGroup{ClusterGroupInfo: types.ClusterGroupInfo{Name: vmGroup}, Vm: vms},
			&types.ClusterHostGroup{ClusterGroupInfo: types.ClusterGroupInfo{Name: hostGroup}, Host: hosts})
	}
	return nil
}
