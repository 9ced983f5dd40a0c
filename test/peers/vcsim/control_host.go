package main

import (
	"slices"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

type hostInput struct {
	Host          string   `json:"host"`
	Name          *string  `json:"name"`
	Connection    *string  `json:"connection"` // connected, disconnected, notResponding
	InMaintenance *bool    `json:"inMaintenance"`
	Quarantine    *bool    `json:"quarantine"`
	MemoryMB      *int64   `json:"memoryMB"`
	ExtraMemoryMB *int64   `json:"extraMemoryMB"` // in use beside the VMs
	Vmotion       *bool    `json:"vmotion"`
	LinkMb        *int32   `json:"linkMb"` // every uplink; 0 is down
	EVC           *string  `json:"evc"`
	Status        *string  `json:"status"`
	DasState      *string  `json:"dasState"` // empty takes it away
	RebootNeeded  *bool    `json:"rebootRequired"`
	Alarms        []alarm  `json:"alarms"`
	ConfigIssues  []string `json:"configIssues"`
	VSAN          *bool    `json:"vsan"`
	ManagedBy     *string  `json:"managementServerIp"`
	Networks      []string `json:"networks"`
	LimitMoves    *int     `json:"limitMoves"`
	FailExit      *int     `json:"failExit"`
	RebootMs      *int     `json:"rebootMs"`
	NeverBack     *bool    `json:"neverBack"`
	ClockWrongMs  *int     `json:"clockWrongMs"`
}

type alarm struct {
	Name   string `json:"name"`
	Status string `json:"status"` // red, yellow
}

func (s *sim) setHostState(in hostInput) (any, error) {
	of, err := s.find("HostSystem", in.Host)
	if err != nil {
		return nil, err
	}
	if in.Networks != nil {
		var refs []ref
		for _, name := range in.Networks {
			network, err := s.findAny(name)
			if err != nil {
				return nil, err
			}
			refs = append(refs, network)
		}
		s.change(of, change{Name: "network", Val: refs})
	}
	s.change(of, hostChanges(of, in)...)
	s.setHardware(of, in)
	if in.Alarms != nil {
		s.change(of, change{Name: "triggeredAlarmState", Val: s.alarmStates(of, in.Alarms)})
	}
	s.mu.Lock()
	state := s.host(of)
	set(&state.limit, in.LimitMoves)
	set(&state.failExit, in.FailExit)
	set(&state.rebootMs, in.RebootMs)
	set(&state.neverBack, in.NeverBack)
	set(&state.clockWrongMs, in.ClockWrongMs)
	set(&state.extraMemory, in.ExtraMemoryMB)
	if in.Connection != nil {
		state.rebooting = false
	}
	s.mu.Unlock()
	s.account(of)
	return nil, nil
}

func hostChanges(of ref, in hostInput) []change {
	var changes []change
	add := func(value any, paths ...string) {
		for _, path := range paths {
			changes = append(changes, change{Name: path, Val: value})
		}
	}
	if in.Name != nil {
		add(*in.Name, "name", "summary.config.name")
	}
	if in.Connection != nil {
		add(types.HostSystemConnectionState(*in.Connection), "runtime.connectionState", "summary.runtime.connectionState")
	}
	if in.InMaintenance != nil {
		add(*in.InMaintenance, "runtime.inMaintenanceMode", "summary.runtime.inMaintenanceMode")
	}
	if in.Quarantine != nil {
		add(*in.Quarantine, "runtime.inQuarantineMode")
	}
	if in.Vmotion != nil {
		add(*in.Vmotion, "summary.config.vmotionEnabled")
	}
	if in.EVC != nil {
		add(*in.EVC, "summary.maxEVCModeKey", "summary.currentEVCModeKey")
	}
	if in.Status != nil {
		add(types.ManagedEntityStatus(*in.Status), "overallStatus", "summary.overallStatus")
	}
	if in.DasState != nil {
		var state any
		if *in.DasState != "" {
			state = types.ClusterDasFdmHostState{State: *in.DasState}
		}
		add(state, "runtime.dasHostState")
	}
	if in.RebootNeeded != nil {
		add(*in.RebootNeeded, "summary.rebootRequired")
	}
	if in.ManagedBy != nil {
		add(*in.ManagedBy, "summary.managementServerIp")
	}
	if in.VSAN != nil {
		add(types.VsanHostConfigInfo{Enabled: in.VSAN, HostSystem: &of}, "config.vsanHostConfig")
	}
	if in.ConfigIssues != nil {
		issues := []types.BaseEvent{}
		for _, text := range in.ConfigIssues {
			issues = append(issues, &types.EventEx{
				Event: types.Event{CreatedTime: time.Now(), FullFormattedMessage: text}, EventTypeId: "redeye.lab.issue", Message: text,
			})
		}
		add(issues, "configIssue")
	}
	return changes
}

func (s *sim) setHardware(of ref, in hostInput) {
	host := s.vim.Get(of).(*simulator.HostSystem)
	s.locked(host, func() {
		if in.MemoryMB != nil {
			host.Summary.Hardware.MemorySize = *in.MemoryMB << 20
			host.Hardware.MemorySize = *in.MemoryMB << 20
		}
		if in.LinkMb == nil {
			return
		}
		nics := slices.Clone(host.Config.Network.Pnic)
		for i := range nics {
			nics[i].LinkSpeed = nil
			if *in.LinkMb > 0 {
				nics[i].LinkSpeed = &types.PhysicalNicLinkInfo{SpeedMb: *in.LinkMb, Duplex: true}
			}
		}
		host.Config.Network.Pnic = nics
	})
}

func (s *sim) alarmStates(of ref, alarms []alarm) []types.AlarmState {
	states := []types.AlarmState{}
	for i, one := range alarms {
		states = append(states, types.AlarmState{
			Key: of.Value + "." + one.Name, Entity: of, Alarm: s.alarmCalled(one.Name),
			OverallStatus: types.ManagedEntityStatus(one.Status), Time: time.Now().UTC(), EventKey: int32(i + 1),
			Acknowledged: types.NewBool(false),
		})
	}
	return states
}

// alarmCalled is the alarm of that name, made when there is none.
func (s *sim) alarmCalled(name string) ref {
	self := ref{Type: "Alarm", Value: "alarm-" + name}
	if s.vim.Get(self) == nil {
		one := &mo.Alarm{}
		one.Self = self
		one.Info.Alarm, one.Info.Name, one.Info.Enabled = self, name, true
		s.vim.Put(one)
	}
	return self
}
