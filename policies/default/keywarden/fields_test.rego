package keywarden_test

import data.keywarden

# Each field of the input: does a decision about an app, and one about a node, rest on it?
_fields := {
	"version": {"app": true, "node": true},
	"gate": {"app": true, "node": true},
	"method": {"app": false, "node": false},
	"subject": {"app": true, "node": true},
	"request_id": {"app": false, "node": false},
	"verifier": {"app": false, "node": false},
	"time": {"app": true, "node": true},
	"time/unix": {"app": false, "node": false},
	"time/rfc3339": {"app": true, "node": true},
	"boot_info": {"app": true, "node": true},
	"boot_info/attestation_mode": {"app": false, "node": false},
	"boot_info/mr_aggregated": {"app": false, "node": true},
	"boot_info/mr_system": {"app": false, "node": false},
	"boot_info/os_image_hash": {"app": true, "node": true},
	"boot_info/app_id": {"app": true, "node": false},
	"boot_info/compose_hash": {"app": true, "node": false},
	"boot_info/instance_id": {"app": true, "node": false},
	"boot_info/device_id": {"app": true, "node": true},
	"boot_info/key_provider_info": {"app": false, "node": false},
	"boot_info/tcb_status": {"app": true, "node": true},
	"boot_info/advisory_ids": {"app": true, "node": true},
	"provenance": {"app": false, "node": false},
	"claims": {"app": false, "node": false},
	"facts": {"app": true, "node": true},
}

_lists := object.union(full_lists, {"compose_hashes": {key: {"share_percent": 99}}})

# Everything that a machine has matters here: it is in a share, its status is tolerated, its advisory listed.
_questions := {
	"app": object.union(app_question, {"boot_info": {"tcb_status": "OutOfDate", "advisory_ids": ["INTEL-SA-00001"]}}),
	"node": object.union(node_question, {"boot_info": {"tcb_status": "OutOfDate", "advisory_ids": ["INTEL-SA-00001"]}}),
}

_allows(question) if {
	d := keywarden.decision with input as question
		with data.lists as _lists
		with data.settings as full_settings
		with data.exceptions.entries as []
	d.allow == true
}

_put(question, path, value) := json.patch(question, [{"op": "replace", "path": path, "value": value}])

_without(question, path) := json.remove(question, [path])

_at(question, path) := object.get(question, split(path, "/"), null)

_other_types := {
	"array": [true, -7, "", "INTEL-SA-00001", {"INTEL-SA-00001": "INTEL-SA-00001"}],
	"number": [true, "1", [1], {"1": 1}, 0.5],
	"object": [true, -7, "", [["x"]]],
	"string": [true, -7, ["x"], {"x": "x"}],
}

_denied_as_it_should_be(question, rests) if {
	rests == true
	not _allows(question)
}

_denied_as_it_should_be(question, rests) if {
	rests == false
	_allows(question)
}

test_the_questions_are_allowed_to_begin_with if {
	every question in _questions {
		_allows(question)
	}
}

test_every_field_is_asked_about if {
	top := object.keys(app_question)
	nested := {concat("/", [field, inner]) |
		some field in ["time", "boot_info"]
		some inner in object.keys(app_question[field])
	}
	object.keys(_fields) == top | nested
}

test_absent if {
	every path, rests in _fields {
		every who, question in _questions {
			_denied_as_it_should_be(_without(question, path), rests[who])
		}
	}
}

test_null if {
	every path, rests in _fields {
		every who, question in _questions {
			_denied_as_it_should_be(_put(question, path, null), rests[who])
		}
	}
}

test_of_another_type if {
	every path, rests in _fields {
		every who, question in _questions {
			every value in _other_types[type_name(_at(question, path))] {
				_denied_as_it_should_be(_put(question, path, value), rests[who])
			}
		}
	}
}

test_in_another_case if {
	every path, rests in _fields {
		every who, question in _questions {
			value := _at(question, path)
			every other in _in_another_case(value) {
				_denied_as_it_should_be(_put(question, path, other), rests[who])
			}
		}
	}
}

_in_another_case(value) := [other | some other in [upper(value), lower(value)]; other != value] if is_string(value)

_in_another_case(value) := [[lower(advisory) | some advisory in value]] if is_array(value)

_in_another_case(value) := [] if type_name(value) in {"number", "object"}
