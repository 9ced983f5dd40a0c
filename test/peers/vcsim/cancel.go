package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// CancelTask asks a job of ours to end; what of it comes is to be seen in the task. Ended tasks and those of the
// simulator itself answer as the simulator does.
func (o *operations) CancelTask(ctx *simulator.Context, req *types.CancelTask) soap.HasFault {
	body, s := &methods.CancelTaskBody{}, o.sim
	task, ok := s.vim.Get(req.This).(*simulator.Task)
	if !ok {
		body.Fault_ = simulator.Fault("", notFound(req.This))
		return body
	}
	s.mu.Lock()
	j := s.jobs[req.This]
	s.mu.Unlock()
	if j == nil {
		var res soap.HasFault
		ctx.WithLock(task, func() { res = task.CancelTask(ctx, req) })
		return res
	}
	if j.user != userOf(ctx) {
		if fault := s.lacks(userOf(ctx), "Global.CancelTask", *task.Info.Entity); fault != nil {
			body.Fault_ = simulator.Fault("", fault)
			return body
		}
	}
	j.cancel()
	body.Res = &types.CancelTaskResponse{}
	return body
}
