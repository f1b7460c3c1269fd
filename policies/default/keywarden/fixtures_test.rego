package keywarden_test

hash(digits) := concat("", [digits | some _ in numbers.range(1, 32)])

id(digits) := concat("", [digits | some _ in numbers.range(1, 20)])

key := concat("/", [id("a4"), hash("a5")])

boot_info := {
	"attestation_mode": "dstack-tdx",
	"mr_aggregated": hash("a1"),
	"mr_system": hash("a2"),
	"os_image_hash": hash("a3"),
	"app_id": id("a4"),
	"compose_hash": hash("a5"),
	"instance_id": id("a6"),
	"device_id": hash("a7"),
	"key_provider_info": "",
	"tcb_status": "UpToDate",
	"advisory_ids": [],
}

# What an app's machine is asked about; everything in it is allowed by the lists below.
app_question := {
	"version": 1,
	"gate": "rpc",
	"method": "GetAppKey",
	"subject": "app",
	"request_id": "request-1",
	"verifier": "tdx",
	"time": {"unix": 1795500000, "rfc3339": "2026-11-24T06:00:00Z"},
	"boot_info": boot_info,
	"provenance": {field: "hardware" | some field in object.keys(boot_info)},
	"claims": {"fmspc": {"value": "00906ED50000", "binding": "hardware"}},
	"facts": {},
}

node_question := object.union(app_question, {"subject": "self", "boot_info": {"app_id": id("b4")}})

# Another machine than the app's, in some fields.
machine(fields) := object.union(app_question, {"boot_info": object.union(boot_info, fields)})

full_settings := {
	"emergency_stop": {"active": false},
	"gateway_app_id": "any",
	"kms": {"device_groups": ["nodes"]},
	"tcb": {"allowed_statuses": ["UpToDate"], "allowed_advisories": ["INTEL-SA-00001"], "tolerated": [{
		"status": "OutOfDate",
		"advisories": ["INTEL-SA-00002"],
		"until": "2026-12-31",
		"owner": "platform team",
	}]},
}

full_lists := {
	"apps": {id("a4"): {"devices": [hash("a7")]}},
	"compose_hashes": {key: {}},
	"devices": {hash("a7"): {"groups": ["nodes"]}},
	"images": {hash("a3"): {}},
	"kms_measurements": {hash("a1"): {}},
}
