# METADATA
# title: Staged rollout
# description: |
#   Lets a share of an application's instances run something new. The instance id and the compose hash decide together
#   which, so that an instance stays in or out while a share stands, each rollout picks others, and a growing share
#   keeps those it has. It spreads load and risk; who chooses instance ids can choose one that is in.
package lib.rollout

import data.lib.request

_digits := {
	"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "7": 7,
	"8": 8, "9": 9, "a": 10, "b": 11, "c": 12, "d": 13, "e": 14, "f": 15,
}

# METADATA
# title: The instance is in the share that the entry names
# scope: document
# description: |
#   `entry.share_percent` is a number from 0 (nobody) to 100 (everybody, those without an instance id too). An entry
#   without it is for everybody.
included(entry, _, _) if object.get(entry, "share_percent", 100) == 100

included(entry, instance_id, compose_hash) if {
	is_number(entry.share_percent)
	bucket(instance_id, compose_hash) < entry.share_percent
}

# METADATA
# title: The bucket of an instance
# description: From 0 to 99; undefined for an instance without an id.
bucket(instance_id, compose_hash) := bits.xor(_number(instance_id), _number(compose_hash)) % 100 if {
	request.is_id(instance_id)
	request.is_hash(compose_hash)
}

# The first seven hex digits as a number, which fits 32 bits; undefined if one of them is no digit.
_number(text) := sum(places) if {
	places := [place |
		some index in numbers.range(0, 6)
		place := _digits[substring(text, index, 1)] * bits.lsh(1, 4 * (6 - index))
	]
	count(places) == 7
}
