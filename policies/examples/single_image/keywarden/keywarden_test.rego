package keywarden_test

import data.keywarden

_image := "0505050505050505050505050505050505050505050505050505050505050505"

_question(fields) := object.union(
	{
		"version": 1,
		"gate": "rpc",
		"subject": "app",
		"boot_info": {"tcb_status": "UpToDate", "os_image_hash": _image},
		"provenance": {"os_image_hash": "self_asserted"},
	},
	fields,
)

_codes(question) := [reason.code | some reason in reasons] if {
	reasons := keywarden.decision.reasons with input as question
}

test_allows_the_image if {
	keywarden.decision == {"allow": true, "reasons": []} with input as _question({})
}

test_denies_another_image if {
	_codes(_question({"boot_info": {"os_image_hash": ""}})) == ["policy.image_not_allowed"]
}

test_denies_an_image_that_must_be_checked_and_was_not if {
	images := {_image: {"provenance": ["measured"]}}
	keywarden.decision.allow == false with input as _question({}) with data.images as images
}

test_denies_an_old_platform if {
	_codes(_question({"boot_info": {"tcb_status": "OutOfDate"}})) == ["policy.platform_not_current"]
}

test_denies_what_it_does_not_understand if {
	_codes({}) == ["policy.image_not_allowed", "policy.platform_not_current", "policy.question_not_understood"]
}
