# METADATA
# title: Dates
# description: |
#   Points in time as text: a UTC time such as `2026-12-31T18:00:00Z`, or a date such as `2026-12-31`, which means
#   its first moment. Such texts compare as the times they stand for, so that no clock and no parser is needed.
package lib.dates

# METADATA
# title: The time is before a date
# description: |
#   True while `now` (`input.time.rfc3339`) is before `until`. On the moment itself it is false. A text that is
#   neither a time nor a date is before nothing, and nothing is before it.
before(now, until) if {
	is_time(now)
	is_date_or_time(until)
	now < until
}

# METADATA
# title: A text is a UTC time with whole seconds
is_time(text) if {
	is_string(text)
	regex.match(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$`, text)
}

# METADATA
# title: A text is a date, or a UTC time with whole seconds
# scope: document
is_date_or_time(text) if is_time(text)

is_date_or_time(text) if {
	is_string(text)
	regex.match(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, text)
}
