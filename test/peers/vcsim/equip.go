package main

import (
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

const (
	evcMode    = "intel-cascadelake"
	cpuMhz     = 2600
	cpuCores   = 16
	linkMb     = 10000
	vmotionNic = "vmotion.key-vim.host.VirtualNic-vmk0"
)

// equipHosts gives hosts what the plain simulator leaves out and every evacuation asks for.
func equipHosts(vim *simulator.Registry, o options) {
	booted := time.Now().Add(-30 * 24 * time.Hour).UTC()
	for _, entity := range vim.All("HostSystem") {
		host := entity.(*simulator.HostSystem)
		memory := int64(o.hostMemoryGB) << 30
		hardware := *host.Hardware
		hardware.MemorySize = memory
		host.Hardware = &hardware
		summary := host.Summary.Hardware
		summary.MemorySize = memory
		summary.CpuMhz, summary.NumCpuCores, summary.NumCpuThreads, summary.NumCpuPkgs = cpuMhz, cpuCores, 2*cpuCores, 2

		capability := *host.Capability
		capability.VmotionSupported = true
		capability.MaintenanceModeSupported = true
		capability.RebootSupported = true
		capability.ShutdownSupported = true
		host.Capability = &capability

		host.Summary.Config.VmotionEnabled = true
		host.Summary.CurrentEVCModeKey, host.Summary.MaxEVCModeKey = evcMode, evcMode
		host.Summary.ManagementServerIp = ""
		host.Summary.OverallStatus = types.ManagedEntityStatusGreen
		host.Runtime.BootTime = &booted
		host.Summary.QuickStats.Uptime = int32(time.Since(booted).Seconds())
		host.Runtime.InQuarantineMode = types.NewBool(false)
		host.ConfigManager.DateTimeSystem = &ref{Type: "HostDateTimeSystem", Value: clockOf + host.Self.Value}
		equipNetwork(host)
	}
}

func equipNetwork(host *simulator.HostSystem) {
	for i := range host.Config.Network.Pnic {
		host.Config.Network.Pnic[i].LinkSpeed = &types.PhysicalNicLinkInfo{SpeedMb: linkMb, Duplex: true}
	}
	nics := host.Config.VirtualNicManagerInfo.NetConfig
	for i := range nics {
		if nics[i].NicType == "vmotion" {
			nics[i].SelectedVnic = []string{vmotionNic}
		}
	}
}

func equipDatastores(vim *simulator.Registry) {
	for _, entity := range vim.All("Datastore") {
		ds := entity.(*simulator.Datastore)
		ds.Summary.Type = "VMFS"
		ds.Summary.MultipleHostAccess = types.NewBool(len(ds.Host) > 1)
		ds.Summary.Capacity, ds.Summary.FreeSpace = 20<<40, 12<<40
		ds.Summary.Accessible = true
	}
}

// equipClusters starts every cluster with DRS fully automated and HA off; tests say otherwise.
func equipClusters(vim *simulator.Registry) {
	for _, entity := range vim.All("ClusterComputeResource") {
		cluster := entity.(*simulator.ClusterComputeResource)
		config := cluster.ConfigurationEx.(*types.ClusterConfigInfoEx)
		config.DrsConfig.Enabled = types.NewBool(true)
		config.DrsConfig.DefaultVmBehavior = types.DrsBehaviorFullyAutomated
		config.DasConfig.Enabled = types.NewBool(false)
		config.DasConfig.AdmissionControlEnabled = types.NewBool(false)
	}
}
