package many_apps_test

import data.keywarden

# A question about an app on a machine, in the fields that the default policy looks at.
_question(app_id, compose_hash, instance_id, device_id) := {
	"version": 1,
	"gate": "rpc",
	"subject": "app",
	"time": {"rfc3339": "2026-11-24T06:00:00Z"},
	"boot_info": {
		"os_image_hash": _hash("05"),
		"app_id": app_id,
		"compose_hash": compose_hash,
		"instance_id": instance_id,
		"device_id": device_id,
		"tcb_status": "UpToDate",
		"advisory_ids": [],
	},
	"facts": {},
}

_hash(digits) := concat("", [digits | some _ in numbers.range(1, 32)])

_id(digits) := concat("", [digits | some _ in numbers.range(1, 20)])

_decision(question) := d if {
	d := keywarden.decision with input as question
}

_codes(question) := [reason.code | some reason in _decision(question).reasons]

test_each_app_runs_its_own_code_where_it_may if {
	_decision(_question(_id("a1"), _hash("c1"), "", _hash("d1"))).allow == true
	_decision(_question(_id("a2"), _hash("c2"), "", _hash("d2"))).gateway_app_id == _id("ee")
	_decision(_question(_id("a3"), _hash("c4"), "", _hash("d9"))).allow == true
}

test_no_app_runs_the_code_of_another if {
	_codes(_question(_id("a1"), _hash("c2"), "", _hash("d1"))) == ["policy.compose_hash_not_allowed"]
}

test_no_app_runs_on_devices_of_another_group if {
	_codes(_question(_id("a1"), _hash("c1"), "", _hash("d2"))) == ["policy.app_device_not_allowed"]
}

test_an_app_that_nobody_listed_runs_nowhere if {
	_codes(_question(_id("a9"), _hash("c1"), "", _hash("d1"))) == ["policy.app_not_registered"]
}
