package main

import (
	"strings"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// clockOf begins the number of every host's HostDateTimeSystem; the host's own follows.
const clockOf = "dateTimeSystem-"

// QueryDateTime is the host's clock, wrong by as much as a test told.
func (o *operations) QueryDateTime(_ *simulator.Context, req *types.QueryDateTime) soap.HasFault {
	body, s := &methods.QueryDateTimeBody{}, o.sim
	host, ok := s.hostNow(ref{Type: "HostSystem", Value: strings.TrimPrefix(req.This.Value, clockOf)})
	if !ok {
		body.Fault_ = simulator.Fault("", notFound(req.This))
		return body
	}
	if host.connection != types.HostSystemConnectionStateConnected {
		body.Fault_ = simulator.Fault("", &types.HostNotConnected{})
		return body
	}
	s.mu.Lock()
	wrong := s.host(host.ref).clockWrongMs
	s.mu.Unlock()
	body.Res = &types.QueryDateTimeResponse{Returnval: time.Now().UTC().Add(ms(wrong))}
	return body
}
