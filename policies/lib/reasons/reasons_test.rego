package lib.reasons_test

import data.lib.reasons

_annotation := {"custom": {"code": "too_big", "message": "it is too big", "solution": "make it smaller"}}

test_reason_of_an_annotation if {
	reasons.of(_annotation) == {"code": "policy.too_big", "message": "it is too big", "solution": "make it smaller"}
}

test_detail_follows_the_message if {
	reasons.detailed(_annotation, {"reason": "9 m"}).message == "it is too big: 9 m"
	every settings in [{}, {"reason": 9}, null] {
		reasons.detailed(_annotation, settings) == reasons.of(_annotation)
	}
}

test_plain_reason if reasons.plain("fine", "all is well") == {"code": "policy.fine", "message": "all is well"}
