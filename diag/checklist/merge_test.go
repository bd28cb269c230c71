package checklist

import (
	"reflect"
	"testing"
)

// TestMergeCoversEveryFact fills each kind of fact once in each of two hosts:
// a kind that Merge forgets would come out shorter.
func TestMergeCoversEveryFact(t *testing.T) {
	one := func() *Host {
		h := &Host{Kernel: Kernel{Running: "6.1.0-50"}}
		v := reflect.ValueOf(h).Elem()
		for i := range v.NumField() {
			if f := v.Field(i); f.Kind() == reflect.Slice {
				f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			}
		}
		return h
	}
	got := Merge(one(), nil, one())
	v := reflect.ValueOf(got).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.Len() != 2 {
			t.Errorf("%s: %d facts, want 2", v.Type().Field(i).Name, f.Len())
		}
	}
	if got.Kernel.Running != "6.1.0-50" {
		t.Errorf("kernel %+v", got.Kernel)
	}
}

func TestMergeKeepsNotAsked(t *testing.T) {
	got := Merge(&Host{Sockets: []Socket{}}, &Host{})
	if got.Sockets == nil {
		t.Error("sockets were asked for and none found; now they look not asked")
	}
	if got.Processes != nil {
		t.Error("processes were not asked for")
	}
}
