package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// job is a task of ours. It runs in a goroutine and holds no lock of any object: the simulator's own tasks hold that
// of their entity until they end, and whoever reads the entity waits.
type job struct {
	sim       *sim
	task      *simulator.Task
	user      string
	cancelled chan struct{}
	once      sync.Once
	// flips: CancelTask shows an error at once, and the job goes on.
	flips bool
	// deaf: CancelTask is accepted and changes nothing.
	deaf bool
}

// newJob makes a task known: to its entity's recentTask, to the task manager and to collectors.
func (s *sim) newJob(entity ref, name, description, user string, state types.TaskInfoState) *job {
	s.mu.Lock()
	s.nextTask++
	self := ref{Type: "Task", Value: fmt.Sprintf("task-%d", s.nextTask)}
	s.mu.Unlock()
	task := simulator.CreateTask(entity, name, nil)
	task.Self = self
	task.Info.Key, task.Info.Task = self.Value, self
	task.Info.Name, task.Info.DescriptionId = name, description
	task.Info.EntityName = s.nameOf(entity)
	task.Info.Reason = &types.TaskReasonUser{UserName: user}
	task.Info.Cancelable = true
	task.Info.State = state
	if state == types.TaskInfoStateRunning {
		task.Info.StartTime = types.NewTime(time.Now())
	}
	j := &job{sim: s, task: task, user: user, cancelled: make(chan struct{})}
	s.mu.Lock()
	s.jobs[self] = j
	s.mu.Unlock()
	// The simulator appends to the entity's recentTask and trusts that the caller has its lock.
	s.locked(entity, func() { s.vim.Put(task) })
	return j
}

func (j *job) ref() ref { return j.task.Self }

func (j *job) start() {
	j.sim.change(j.ref(), change{Name: "info.state", Val: types.TaskInfoStateRunning},
		change{Name: "info.startTime", Val: time.Now()})
}

func (j *job) progress(percent int) {
	if !j.done() {
		j.sim.change(j.ref(), change{Name: "info.progress", Val: int32(percent)})
	}
}

func (j *job) done() bool {
	var state types.TaskInfoState
	j.sim.locked(j.task, func() { state = j.task.Info.State })
	return state == types.TaskInfoStateSuccess || state == types.TaskInfoStateError
}

// succeed ends the task, also one that a flipping cancel had shown as failed.
func (j *job) succeed(result any) {
	j.end(change{Name: "info.state", Val: types.TaskInfoStateSuccess}, change{Name: "info.result", Val: result},
		change{Name: "info.error", Val: nil})
}

func (j *job) fail(fault types.LocalizedMethodFault) {
	if j.done() {
		j.forget()
		return
	}
	j.end(change{Name: "info.state", Val: types.TaskInfoStateError}, change{Name: "info.error", Val: fault})
}

func (j *job) failCancelled() {
	j.sim.change(j.ref(), change{Name: "info.cancelled", Val: true})
	j.fail(localized(&types.RequestCanceled{}, "The task was canceled by a user."))
}

func (j *job) end(changes ...change) {
	j.forget()
	j.sim.change(j.ref(), append([]change{{Name: "info.completeTime", Val: time.Now()}}, changes...)...)
}

func (j *job) forget() {
	j.sim.mu.Lock()
	delete(j.sim.jobs, j.ref())
	j.sim.mu.Unlock()
}

// cancel is asked for; whether it helps is the job's affair.
func (j *job) cancel() {
	if j.flips {
		j.sim.change(j.ref(), change{Name: "info.cancelled", Val: true},
			change{Name: "info.state", Val: types.TaskInfoStateError},
			change{Name: "info.error", Val: localized(&types.RequestCanceled{}, "The task was canceled by a user.")})
		return
	}
	if !j.deaf {
		j.once.Do(func() { close(j.cancelled) })
	}
}

// sleep is true unless the job was cancelled meanwhile.
func (j *job) sleep(d time.Duration) bool {
	select {
	case <-j.cancelled:
		return false
	case <-time.After(d):
		return true
	}
}

func (j *job) isCancelled() bool {
	select {
	case <-j.cancelled:
		return true
	default:
		return false
	}
}

func localized(fault types.BaseMethodFault, message string) types.LocalizedMethodFault {
	return types.LocalizedMethodFault{Fault: fault, LocalizedMessage: message}
}

func after(milliseconds int, f func()) {
	time.AfterFunc(ms(milliseconds), f)
}
