# METADATA
# title: Exceptions
# description: |
#   An exception lifts named checks for what it matches, until a date, and somebody answers for it:
#   `{"id": "EX-1", "checks": ["os_image_not_allowed"], "match": {"app_id": "…"}, "until": "2026-12-31", "owner": "…",
#   "reason": "…"}`. Each field of `match` must equal the field of the boot info; one without any matches nothing.
package lib.exceptions

import data.lib.dates

# METADATA
# title: The exceptions that hold for a machine
# description: Of all exceptions those that match, are not over, and have an owner and a reason.
holding(exceptions, boot_info, now) := [exception |
	some exception in exceptions
	dates.before(now, exception.until)
	_stated(exception.owner)
	_stated(exception.reason)
	_matches(exception.match, boot_info)
]

_stated(text) if {
	is_string(text)
	text != ""
}

_matches(match, boot_info) if {
	count(match) > 0
	every field, value in match {
		_stated(value)
		boot_info[field] == value
	}
}
