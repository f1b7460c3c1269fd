package emergency_stop_test

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

test_nobody_gets_keys_and_everybody_reads_why if {
	_decision(_question(_id("a1"), _hash("c1"), "", _hash("d1"))) == {"allow": false, "reasons": [{
		"code": "policy.emergency_stop",
		"message": "an emergency stop is on: incident 42: a leaked image, keys stop until it is off the lists",
		"solution": "ask its owner; settings.emergency_stop of the policy's data says who and why",
	}]}
}

test_keys_flow_again_when_it_is_off if {
	d := keywarden.decision with input as _question(_id("a1"), _hash("c1"), "", _hash("d1"))
		with data.settings.emergency_stop as {"active": false}
	d.allow == true
}
