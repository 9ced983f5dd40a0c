package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/vmware/govmomi/vim25/types"
)

type setInput struct {
	Entity string          `json:"entity"`
	Path   string          `json:"path"`
	Value  json.RawMessage `json:"value"` // VI JSON: `_typeName` where a type has subtypes; null takes it away
}

// setProperty sets any property to a value of its own type; anything else is an error and changes nothing.
func (s *sim) setProperty(in setInput) (any, error) {
	of, err := s.findAny(in.Entity)
	if err != nil {
		return nil, err
	}
	obj := s.vim.Get(of)
	var field, decoded reflect.Value
	s.locked(obj, func() {
		if field, err = fieldAt(reflect.ValueOf(obj), strings.Split(in.Path, ".")); err != nil {
			return
		}
		decoded = reflect.New(field.Type())
		if err = types.NewJSONDecoder(bytes.NewReader(in.Value)).Decode(decoded.Interface()); err != nil {
			err = fmt.Errorf("%s is of type %s: %w", in.Path, field.Type(), err)
			return
		}
		field.Set(decoded.Elem())
	})
	if err != nil {
		return nil, err
	}
	if !s.tell(of, in.Path, decoded.Elem()) {
		s.locked(obj, func() { field.Set(decoded.Elem()) })
	}
	return nil, nil
}

// tell lets collectors know, and is false where the simulator cannot: it has no path into values of a subtype, and may
// have cleared the property before it noticed.
func (s *sim) tell(of ref, path string, value reflect.Value) (ok bool) {
	defer func() { ok = recover() == nil }()
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	told := change{Name: path}
	if value.IsValid() {
		told.Val = value.Interface()
	}
	s.change(of, told)
	return true
}

func fieldAt(v reflect.Value, path []string) (reflect.Value, error) {
	for _, name := range path {
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
			if v.IsNil() {
				if v.Kind() == reflect.Interface {
					return v, fmt.Errorf("%q: what is above it has no value: set that whole", name)
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return v, fmt.Errorf("%q: what is above it has no properties", name)
		}
		field, ok := fieldCalled(v, name)
		if !ok {
			return v, fmt.Errorf("there is no property %q", name)
		}
		v = field
	}
	if !v.CanSet() {
		return v, fmt.Errorf("it cannot be set")
	}
	return v, nil
}

// fieldCalled goes by the wire's names, through embedded types.
func fieldCalled(v reflect.Value, name string) (reflect.Value, bool) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		if field.Anonymous {
			inner := v.Field(i)
			if inner.Kind() == reflect.Pointer && !inner.IsNil() {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct {
				if found, ok := fieldCalled(inner, name); ok {
					return found, true
				}
			}
			continue
		}
		if tag, _, _ := strings.Cut(field.Tag.Get("json"), ","); tag == name {
			return v.Field(i), true
		}
	}
	return v, false
}
