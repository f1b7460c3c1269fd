package lib.rollout_test

import data.lib.rollout

_compose := "0000000aa5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"

_other := "00001f4aa5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"

_instances := [sprintf("%07x00112233445566778899aabbccddeeff0", [number]) | some number in numbers.range(1000, 1999)]

_in(compose, percent) := {instance |
	some instance in _instances
	rollout.included({"share_percent": percent}, instance, compose)
}

test_bucket_by_hand if {
	# 0x0000064 xor 0x0000000 is 100, and 0x0fffffe xor 0x0000000 is 16777214.
	rollout.bucket("000006400112233445566778899aabbccddeeff0", _compose) == 0
	rollout.bucket("0fffffe00112233445566778899aabbccddeeff0", _compose) == 14
	rollout.bucket("000006400112233445566778899aabbccddeeff0", _other) == 0
}

test_share_is_about_what_it_says_and_grows if {
	count(_in(_compose, 0)) == 0
	count(_in(_compose, 10)) == 100
	count(_in(_compose, 50)) == 500
	count(_in(_compose, 100)) == 1000
	count(_in(_compose, 10) - _in(_compose, 50)) == 0
}

test_each_rollout_picks_others if count(_in(_compose, 10) & _in(_other, 10)) < 100

test_entry_without_a_share_is_for_everybody if {
	rollout.included({}, "", _compose)
	rollout.included({"share_percent": 100}, "", _compose)
}

test_who_has_no_id_is_in_no_share if {
	every instance in ["", null, "0", "zzzzzzz00112233445566778899aabbccddeeff0"] {
		not rollout.included({"share_percent": 99}, instance, _compose)
	}
}

test_share_that_is_no_number_is_for_nobody if {
	every share in [null, "50", "100", true, [100]] {
		not rollout.included({"share_percent": share}, _instances[0], _compose)
	}
}
