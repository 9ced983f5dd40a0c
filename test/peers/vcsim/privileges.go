package main

import (
	"slices"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

const readonlyUser = "readonly@vsphere.local"

type user struct {
	password string
	readonly bool
	// denied are privileges it lacks, by object; the empty object is all of them.
	denied map[ref][]string
}

func defaultUsers(o options) map[string]*user {
	return map[string]*user{
		o.username:   {password: o.password, denied: map[ref][]string{}},
		readonlyUser: {password: o.password, readonly: true, denied: map[ref][]string{}},
	}
}

// needs are the privileges of the calls that change something [method tables of pyVmomi 9.0].
var needs = map[string]string{
	"EnterMaintenanceMode_Task":       "Host.Config.Maintenance",
	"ExitMaintenanceMode_Task":        "Host.Config.Maintenance",
	"RebootHost_Task":                 "Host.Config.Maintenance",
	"DisconnectHost_Task":             "Host.Config.Connection",
	"ReconnectHost_Task":              "Host.Config.Connection",
	"RelocateVM_Task":                 "Resource.ColdMigrate",
	"PowerOnVM_Task":                  "VirtualMachine.Interact.PowerOn",
	"PowerOffVM_Task":                 "VirtualMachine.Interact.PowerOff",
	"ShutdownGuest":                   "VirtualMachine.Interact.PowerOff",
	"SuspendVM_Task":                  "VirtualMachine.Interact.Suspend",
	"ResetVM_Task":                    "VirtualMachine.Interact.Reset",
	"AnswerVM":                        "VirtualMachine.Interact.AnswerQuestion",
	"ReconfigVM_Task":                 "VirtualMachine.Config.EditDevice",
	"MarkAsTemplate":                  "VirtualMachine.Provisioning.MarkAsTemplate",
	"CreateSnapshot_Task":             "VirtualMachine.State.CreateSnapshot",
	"ReconfigureComputeResource_Task": "Host.Inventory.EditCluster",
	"TerminateSession":                "Sessions.TerminateSession",
	"UpdateOptions":                   "Global.Settings",
}

// lacks is nil when the user has the privilege on the object.
func (s *sim) lacks(name, privilege string, on ref) types.BaseMethodFault {
	if s.has(name, privilege, on) {
		return nil
	}
	return &types.NoPermission{Object: &on, PrivilegeId: privilege}
}

func (s *sim) has(name, privilege string, on ref) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.users[name]
	if who == nil || slices.Contains([]string{"System.Anonymous", "System.View", "System.Read"}, privilege) {
		return who != nil
	}
	if who.readonly {
		return false
	}
	return !slices.Contains(who.denied[on], privilege) && !slices.Contains(who.denied[ref{}], privilege)
}

// HasPrivilegeOnEntities answers for the user of the session that is asked about.
func (o *operations) HasPrivilegeOnEntities(_ *simulator.Context, req *types.HasPrivilegeOnEntities) soap.HasFault {
	s := o.sim
	s.mu.Lock()
	name := s.sessions[req.SessionId]
	s.mu.Unlock()
	var answer []types.EntityPrivilege
	for _, entity := range req.Entity {
		one := types.EntityPrivilege{Entity: entity}
		for _, privilege := range req.PrivId {
			one.PrivAvailability = append(one.PrivAvailability,
				types.PrivilegeAvailability{PrivId: privilege, IsGranted: s.has(name, privilege, entity)})
		}
		answer = append(answer, one)
	}
	return &methods.HasPrivilegeOnEntitiesBody{Res: &types.HasPrivilegeOnEntitiesResponse{Returnval: answer}}
}
