package keywarden_test

import data.keywarden

# The decision by the fixtures' lists and settings, without exceptions.
_decision(question) := d if {
	d := keywarden.decision with input as question
		with data.lists as full_lists
		with data.settings as full_settings
		with data.exceptions.entries as []
}

_by_settings(question, patch) := d if {
	d := keywarden.decision with input as question
		with data.lists as full_lists
		with data.settings as object.union(full_settings, patch)
		with data.exceptions.entries as []
}

_by_lists(question, patch) := d if {
	d := keywarden.decision with input as question
		with data.lists as object.union(full_lists, patch)
		with data.settings as full_settings
		with data.exceptions.entries as []
}

_excepted(question, checks, match) := d if {
	d := keywarden.decision with input as question
		with data.lists as full_lists
		with data.settings as full_settings
		with data.exceptions.entries as [{
			"checks": checks,
			"match": match,
			"until": "2026-12-01",
			"owner": "app team",
			"reason": "the list is being written",
		}]
}

_codes(decision) := [reason.code | some reason in decision.reasons; decision.allow == false]

_allowed := {"allow": true, "reasons": [{"code": "policy.allowed", "message": ""}], "gateway_app_id": "any"}

test_allows_an_app_that_is_listed if _decision(app_question) == _allowed

test_allows_a_node_that_is_listed if {
	every subject in ["self", "peer_kms"] {
		every gate in ["bootstrap", "onboard", "rpc"] {
			_decision(object.union(node_question, {"subject": subject, "gate": gate})) == _allowed
		}
	}
}

test_the_policy_as_it_is_shipped_denies_everybody if {
	every question in [app_question, node_question, {}, {"subject": "app"}] {
		keywarden.decision.allow == false with input as question
	}
}

test_each_check_has_its_reason if {
	every expected in [
		{"fields": {"tcb_status": "Revoked"}, "codes": ["policy.tcb_status_not_allowed"]},
		{"fields": {"advisory_ids": ["INTEL-SA-00002"]}, "codes": ["policy.advisory_not_allowed"]},
		{"fields": {"os_image_hash": hash("00")}, "codes": ["policy.os_image_not_allowed"]},
		{"fields": {"app_id": id("00")}, "codes": ["policy.app_not_registered"]},
		{"fields": {"compose_hash": hash("00")}, "codes": ["policy.compose_hash_not_allowed"]},
		{"fields": {"device_id": hash("00")}, "codes": ["policy.app_device_not_allowed"]},
	] {
		_codes(_decision(machine(expected.fields))) == expected.codes
	}
}

test_each_check_of_a_node_has_its_reason if {
	every expected in [
		{"fields": {"mr_aggregated": hash("00")}, "codes": ["policy.aggregated_mr_not_allowed"]},
		{"fields": {"device_id": hash("00")}, "codes": ["policy.kms_device_not_allowed"]},
	] {
		question := object.union(machine(expected.fields), {"subject": "peer_kms"})
		_codes(_decision(question)) == expected.codes
	}
}

test_reasons_come_in_the_order_of_the_checks if {
	_codes(_decision(machine({
		"tcb_status": "",
		"advisory_ids": ["INTEL-SA-00009"],
		"os_image_hash": "",
		"compose_hash": hash("00"),
		"device_id": hash("00"),
	}))) == [
		"policy.tcb_status_not_allowed",
		"policy.advisory_not_allowed",
		"policy.os_image_not_allowed",
		"policy.compose_hash_not_allowed",
		"policy.app_device_not_allowed",
	]
}

test_every_reason_of_a_denial_says_what_to_do if {
	every question in [{}, machine({"app_id": ""}), object.union(node_question, {"boot_info": {"mr_aggregated": ""}})] {
		d := _decision(question)
		count(d.reasons) > 0
		every reason in d.reasons {
			count(reason.solution) > 0
		}
	}
}

test_order_names_every_refusal_once if {
	every code in keywarden.check_order {
		count([other | some other in keywarden.check_order; other == code]) == 1
	}
}

test_app_names_its_own_gateway if {
	lists := {"apps": {id("a4"): {"gateway_app_id": "gateway-1"}}}
	_by_lists(app_question, lists).gateway_app_id == "gateway-1"
}

test_gateway_of_an_app_is_not_for_nodes if {
	lists := {"apps": {id("b4"): {"gateway_app_id": "gateway-1"}}}
	_by_lists(node_question, lists).gateway_app_id == "any"
}

test_no_gateway_where_none_is_named if {
	every name in ["", null, 7, ["any"]] {
		d := _by_settings(app_question, {"gateway_app_id": name})
		d.allow == true
		object.keys(d) == {"allow", "reasons"}
	}
}

test_tolerates_a_status_until_its_date if {
	question := machine({"tcb_status": "OutOfDate", "advisory_ids": ["INTEL-SA-00001", "INTEL-SA-00002"]})
	d := _decision(question)
	d.allow == true
	d.reasons == [{
		"code": "policy.tcb_tolerated",
		"message": "TCB status OutOfDate is tolerated until 2026-12-31 by platform team",
	}]
	late := object.union(question, {"time": {"rfc3339": "2026-12-31T00:00:00Z"}})
	_codes(_decision(late)) == ["policy.tcb_status_not_allowed", "policy.advisory_not_allowed"]
}

test_emergency_stop_denies_everybody_and_says_why if {
	every question in [app_question, node_question] {
		d := _by_settings(question, {"emergency_stop": {"active": true, "owner": "oncall", "reason": "incident 42"}})
		_codes(d) == ["policy.emergency_stop"]
		d.reasons[0].message == "an emergency stop is on: incident 42"
	}
}

test_emergency_stop_that_is_not_off_in_so_many_words_is_on if {
	every active in [true, null, 0, "", "false", []] {
		_codes(_by_settings(app_question, {"emergency_stop": {"active": active}})) == ["policy.emergency_stop"]
	}
}

test_device_groups_of_apps if {
	lists := {"apps": {id("a4"): {"devices": [], "device_groups": ["nodes"]}}}
	_by_lists(app_question, lists).allow == true
	_codes(_by_lists(machine({"device_id": hash("00")}), lists)) == ["policy.app_device_not_allowed"]
}

test_devices_of_a_measurement if {
	elsewhere := object.union(node_question, {"boot_info": {"device_id": hash("00")}})
	_codes(_decision(elsewhere)) == ["policy.kms_device_not_allowed"]
	_by_lists(elsewhere, {"kms_measurements": {hash("a1"): {"allow_any_device": true}}}) == _allowed
}

test_rollout_reaches_a_share if {
	# 0xa6a6a6a xor 0xa5a5a5a is 3158064, which is in bucket 64.
	_by_lists(app_question, {"compose_hashes": {key: {"share_percent": 65}}}) == _allowed
	_codes(_by_lists(app_question, {"compose_hashes": {key: {"share_percent": 64}}})) == ["policy.instance_not_in_rollout"]
}

test_exception_lifts_the_check_it_names if {
	every lifted in [
		{"check": "tcb_status_not_allowed", "fields": {"tcb_status": ""}},
		{"check": "advisory_not_allowed", "fields": {"advisory_ids": ["INTEL-SA-00009"]}},
		{"check": "os_image_not_allowed", "fields": {"os_image_hash": ""}},
		{"check": "compose_hash_not_allowed", "fields": {"compose_hash": hash("00")}},
		{"check": "app_device_not_allowed", "fields": {"device_id": hash("00")}},
	] {
		question := machine(lifted.fields)
		by_app := {"app_id": id("a4")}
		_excepted(question, [lifted.check], by_app) == _by_exception
		_excepted(question, ["question_not_understood"], by_app).allow == false
		_excepted(question, [lifted.check], {"app_id": id("b4")}).allow == false
	}
}

test_exception_lifts_checks_of_nodes if {
	every lifted in [
		{"check": "aggregated_mr_not_allowed", "fields": {"mr_aggregated": hash("00")}},
		{"check": "kms_device_not_allowed", "fields": {"device_id": hash("00")}},
	] {
		question := object.union(node_question, {"boot_info": lifted.fields})
		_excepted(question, [lifted.check], lifted.fields) == _by_exception
		_excepted(question, [lifted.check], {"instance_id": id("00")}).allow == false
	}
}

_by_exception := {
	"allow": true,
	"gateway_app_id": "any",
	"reasons": [{
		"code": "policy.excepted",
		"message": "the list is being written (exception of app team until 2026-12-01)",
	}],
}

test_exception_lets_an_instance_into_a_rollout if {
	lists := {"compose_hashes": {key: {"share_percent": 0}}}
	d := keywarden.decision with input as app_question
		with data.lists as object.union(full_lists, lists)
		with data.settings as full_settings
		with data.exceptions.entries as [{
			"checks": ["instance_not_in_rollout"],
			"match": {"instance_id": id("a6")},
			"until": "2026-12-01",
			"owner": "app team",
			"reason": "the first one",
		}]
	d.allow == true
}

test_no_exception_registers_an_app if {
	question := machine({"app_id": id("00")})
	checks := ["app_not_registered", "compose_hash_not_allowed", "app_device_not_allowed"]
	_codes(_excepted(question, checks, {"app_id": id("00")})) == ["policy.app_not_registered"]
}

test_no_exception_ends_an_emergency_stop if {
	d := keywarden.decision with input as app_question
		with data.lists as full_lists
		with data.settings as object.union(full_settings, {"emergency_stop": {"active": true}})
		with data.exceptions.entries as [{
			"checks": ["emergency_stop"],
			"match": {"app_id": id("a4")},
			"until": "2026-12-01",
			"owner": "app team",
			"reason": "ours goes on",
		}]
	d.allow == false
}

# The lists of the bundle are empty here, and the node's fact sources have found what this asks about.
_by_facts(facts) := d if {
	d := keywarden.decision with input as object.union(app_question, {"facts": facts})
		with data.lists as {"apps": {}, "compose_hashes": {}, "devices": {}, "images": {}, "kms_measurements": {}}
		with data.settings as full_settings
		with data.exceptions.entries as []
}

_facts := {"apps": {"device_groups": ["edge"]}, "compose_hashes": {}, "devices": {"groups": ["edge"]}, "images": {}}

test_allows_by_facts_alone if _by_facts(_facts) == _allowed

test_every_fact_counts if {
	every lacking in [
		{"fact": "apps", "code": "policy.app_not_registered"},
		{"fact": "compose_hashes", "code": "policy.compose_hash_not_allowed"},
		{"fact": "devices", "code": "policy.app_device_not_allowed"},
		{"fact": "images", "code": "policy.os_image_not_allowed"},
	] {
		_codes(_by_facts(object.remove(_facts, [lacking.fact]))) == [lacking.code]
		every value in [null, true, "", []] {
			_codes(_by_facts(object.union(_facts, {lacking.fact: value}))) == [lacking.code]
		}
	}
}

test_node_allowed_by_facts if {
	question := object.union(node_question, {"facts": {"images": {}, "kms_measurements": {"allow_any_device": true}}})
	d := keywarden.decision with input as question
		with data.lists as {}
		with data.settings as full_settings
		with data.exceptions.entries as []
	d == _allowed
}

test_undecided_where_the_settings_are_missing if {
	keywarden.decision.allow == false with input as app_question with data.settings as null
}
