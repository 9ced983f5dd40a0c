package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// CheckRelocateTask answers for one VM and the host in its spec.
func (o *operations) CheckRelocateTask(ctx *simulator.Context, req *types.CheckRelocate_Task) soap.HasFault {
	body, s := &methods.CheckRelocate_TaskBody{}, o.sim
	vm, ok := s.vmNow(req.Vm)
	if !ok {
		body.Fault_ = simulator.Fault("", notFound(req.Vm))
		return body
	}
	if req.Spec.Host != nil {
		if _, ok := s.hostNow(*req.Spec.Host); !ok {
			body.Fault_ = simulator.Fault("", notFound(*req.Spec.Host))
			return body
		}
	}
	j := s.newJob(vm.ref, "CheckRelocate_Task", "VirtualMachineProvisioningChecker.checkRelocate", userOf(ctx), types.TaskInfoStateRunning)
	go s.check(j, "CheckRelocate_Task", vm.ref, func() []types.CheckResult {
		result := types.CheckResult{Vm: &vm.ref}
		if req.Spec.Host != nil {
			result = s.checkPair(vm, *req.Spec.Host, req.Spec.Pool)
		}
		return []types.CheckResult{result}
	})
	body.Res = &types.CheckRelocate_TaskResponse{Returnval: j.ref()}
	return body
}

// QueryVMotionCompatibilityExTask answers for every pair of running VM and host.
func (o *operations) QueryVMotionCompatibilityExTask(ctx *simulator.Context, req *types.QueryVMotionCompatibilityEx_Task) soap.HasFault {
	body, s := &methods.QueryVMotionCompatibilityEx_TaskBody{}, o.sim
	var vms []vmView
	for _, of := range req.Vm {
		vm, ok := s.vmNow(of)
		if !ok {
			body.Fault_ = simulator.Fault("", notFound(of))
			return body
		}
		vms = append(vms, vm)
	}
	for _, of := range req.Host {
		if _, ok := s.hostNow(of); !ok {
			body.Fault_ = simulator.Fault("", notFound(of))
			return body
		}
	}
	j := s.newJob(req.This, "QueryVMotionCompatibilityEx_Task", "VirtualMachineProvisioningChecker.queryVMotionCompatibilityEx",
		userOf(ctx), types.TaskInfoStateRunning)
	go s.check(j, "QueryVMotionCompatibilityEx_Task", req.This, func() (results []types.CheckResult) {
		for _, vm := range vms {
			for _, host := range req.Host {
				results = append(results, s.checkPair(vm, host, nil))
			}
		}
		return results
	})
	body.Res = &types.QueryVMotionCompatibilityEx_TaskResponse{Returnval: j.ref()}
	return body
}

func (s *sim) check(j *job, method string, entity ref, answer func() []types.CheckResult) {
	if fault, hit := s.taskFault(method, entity, j.user); hit {
		j.sleep(ms(fault.DelayMs))
		j.fail(fault.localized())
		return
	}
	if !j.sleep(ms(s.paceNow().CheckMs)) {
		j.failCancelled()
		return
	}
	j.succeed(types.ArrayOfCheckResult{CheckResult: answer()})
}

func (s *sim) checkPair(vm vmView, host ref, pool *ref) types.CheckResult {
	errors, warnings := s.obstacles(vm, host, pool)
	toldErrors, toldWarnings := s.told(vm.ref, host)
	return types.CheckResult{
		Vm: &vm.ref, Host: &host, Error: append(errors, toldErrors...), Warning: append(warnings, toldWarnings...),
	}
}
