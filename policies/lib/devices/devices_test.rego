package lib.devices_test

import data.lib.devices

test_any_device_if_the_rule_says_so if {
	devices.allowed({"allow_any_device": true}, "d1", {})
	every said in [false, null, "true", 1] {
		not devices.allowed({"allow_any_device": said}, "d1", {})
	}
}

test_devices_one_by_one if {
	devices.allowed({"devices": ["d1", "d2"]}, "d2", {})
	not devices.allowed({"devices": ["d1"]}, "d2", {})
	not devices.allowed({"devices": ["d1"]}, "D1", {})
	not devices.allowed({"devices": "d1"}, "d1", {})
}

test_devices_by_group if {
	devices.allowed({"device_groups": ["a", "b"]}, "d1", {"groups": ["b", "c"]})
	not devices.allowed({"device_groups": ["a"]}, "d1", {"groups": ["b"]})
	not devices.allowed({"device_groups": ["a"]}, "d1", {})
	not devices.allowed({}, "d1", {"groups": ["a"]})
}

test_empty_rule_allows_none if {
	not devices.allowed({}, "d1", {})
	not devices.allowed({"devices": [], "device_groups": []}, "d1", {"groups": []})
	not devices.allowed(null, null, null)
}
