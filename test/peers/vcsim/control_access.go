package main

import (
	"bytes"
	"encoding/json"
	"fmt"
)

type endInput struct {
	User string `json:"user"` // none is every session
}

func (s *sim) endSessionsOf(in endInput) (any, error) {
	return map[string]int{"ended": s.endSessions(in.User)}, nil
}

type denyInput struct {
	User       string   `json:"user"`
	Privileges []string `json:"privileges"`
	Entity     string   `json:"entity"` // none is everywhere
}

// deny takes privileges from a user on one object, in place of those taken there before.
func (s *sim) deny(in denyInput) (any, error) {
	var on ref
	if in.Entity != "" {
		found, err := s.findAny(in.Entity)
		if err != nil {
			return nil, err
		}
		on = found
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	who := s.users[in.User]
	if who == nil {
		return nil, fmt.Errorf("there is no user %q", in.User)
	}
	who.denied[on] = in.Privileges
	return nil, nil
}

type userInput struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Readonly bool   `json:"readonly"`
}

func (s *sim) addUser(in userInput) (any, error) {
	if in.Name == "" || in.Password == "" {
		return nil, fmt.Errorf("a user has a name and a password")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users[in.Name] = &user{password: in.Password, readonly: in.Readonly, denied: map[ref][]string{}}
	return nil, nil
}

// setPace changes what is given and leaves the rest.
func (s *sim) setPace(body []byte) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.pace
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&changed); err != nil {
		return nil, err
	}
	if changed.Cancel != "honest" && changed.Cancel != "late" && changed.Cancel != "flip" {
		return nil, fmt.Errorf("a cancel is honest, late or flip, not %q", changed.Cancel)
	}
	s.pace = changed
	return s.pace, nil
}
