package lib.exceptions_test

import data.lib.exceptions

_now := "2026-11-24T00:00:00Z"

_machine := {"app_id": "a4", "device_id": "d7", "os_image_hash": "", "advisory_ids": []}

_exception := {
	"checks": ["os_image_not_allowed"],
	"match": {"app_id": "a4"},
	"until": "2026-12-01",
	"owner": "app team",
	"reason": "image is being rebuilt",
}

_holds(patch) if count(exceptions.holding([object.union(_exception, patch)], _machine, _now)) == 1

test_holds_for_what_it_matches if {
	_holds({})
	_holds({"match": {"device_id": "d7"}})
}

test_does_not_hold_for_others if {
	not _holds({"match": {"device_id": "d8"}})
	not _holds({"match": {"app_id": "A4"}})
	not _holds({"match": {"instance_id": "a6"}})
}

test_every_field_has_to_match if {
	exceptions.holding([object.union(_exception, {"match": {"device_id": "d7"}})], _machine, _now)[0].match.app_id == "a4"
	not _holds({"match": {"app_id": "a4", "device_id": "d8"}})
}

test_empty_match_matches_nothing if {
	count(exceptions.holding([object.remove(_exception, ["match"])], _machine, _now)) == 0
	count(exceptions.holding([object.union(object.remove(_exception, ["match"]), {"match": {}})], _machine, _now)) == 0
}

test_absent_value_is_nothing_to_match if {
	not _holds({"match": {"os_image_hash": ""}})
	not _holds({"match": {"advisory_ids": []}})
	not _holds({"match": {"tcb_status": null}})
}

test_is_over_on_its_date if {
	count(exceptions.holding([_exception], _machine, "2026-11-30T23:59:59Z")) == 1
	count(exceptions.holding([_exception], _machine, "2026-12-01T00:00:00Z")) == 0
}

test_without_date_owner_or_reason_it_does_not_hold if {
	every patch in [{"until": null}, {"until": ""}, {"owner": ""}, {"owner": null}, {"reason": ""}, {"reason": 1}] {
		not _holds(patch)
	}
	every field in ["until", "owner", "reason"] {
		count(exceptions.holding([object.remove(_exception, [field])], _machine, _now)) == 0
	}
}
