package staged_rollout_test

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

_instances := [sprintf("%07x000000000000000000000000000000000", [number]) | some number in numbers.range(1, 200)]

_allowed(compose_hash) := {instance |
	some instance in _instances
	_decision(_question(_id("a1"), compose_hash, instance, _hash("d1"))).allow == true
}

test_everybody_runs_the_present_one if count(_allowed(_hash("c1"))) == 200

test_one_in_ten_runs_the_next_one if {
	share := count(_allowed(_hash("c2")))
	share > 10
	share < 30
}

test_whoever_has_to_wait_reads_why if {
	_decision(_question(_id("a1"), _hash("c2"), "", _hash("d1"))).reasons[0].code == "policy.instance_not_in_rollout"
}
