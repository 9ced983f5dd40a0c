package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// operations takes over the methods it has, whatever object they are called on: the handler points the call here, and
// the request's body still names the object. So neither the registry nor sessions hold wrappers, and no object is
// locked while we work.
type operations struct {
	Self ref
	sim  *sim
}

var operationsRef = ref{Type: "Operations", Value: "redeye"}

func (o *operations) Reference() ref { return o.Self }

// Lock and Unlock opt out of the registry's lock.
func (o *operations) Lock()   {}
func (o *operations) Unlock() {}

// redirected are the methods of operations.
var redirected = map[string]bool{
	"EnterMaintenanceMode_Task":        true,
	"ExitMaintenanceMode_Task":         true,
	"RebootHost_Task":                  true,
	"RelocateVM_Task":                  true,
	"CheckRelocate_Task":               true,
	"QueryVMotionCompatibilityEx_Task": true,
	"PowerOnVM_Task":                   true,
	"PowerOffVM_Task":                  true,
	"SuspendVM_Task":                   true,
	"ReconfigVM_Task":                  true,
	"ShutdownGuest":                    true,
	"QueryDateTime":                    true,
	"AnswerVM":                         true,
	"CancelTask":                       true,
	"HasPrivilegeOnEntities":           true,
	"WaitForUpdatesEx":                 true,
}

func userOf(ctx *simulator.Context) string {
	if ctx.Session == nil {
		return ""
	}
	return ctx.Session.UserName
}

// failed is a task that has failed before it began, as vCenter reports what it finds out by itself.
func (s *sim) failed(entity ref, name, description, user string, fault types.LocalizedMethodFault) ref {
	j := s.newJob(entity, name, description, user, types.TaskInfoStateRunning)
	j.fail(fault)
	return j.ref()
}

func notFound(of ref) *types.ManagedObjectNotFound {
	return &types.ManagedObjectNotFound{Obj: of}
}
