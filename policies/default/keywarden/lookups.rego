package keywarden

import data.lib.exceptions
import data.lib.lists
import data.lib.request
import data.lib.tcb

# METADATA
# title: The entry of the node's measurement
measurement := lists.entry(input.facts, data.lists, "kms_measurements", input.boot_info.mr_aggregated) if {
	request.is_hash(input.boot_info.mr_aggregated)
}

# METADATA
# title: The application's entry
app := lists.entry(input.facts, data.lists, "apps", input.boot_info.app_id) if request.is_id(input.boot_info.app_id)

# METADATA
# title: The entry of application and compose hash
# description: The key is `app_id/compose_hash`.
compose := lists.entry(input.facts, data.lists, "compose_hashes", key) if {
	request.is_id(input.boot_info.app_id)
	request.is_hash(input.boot_info.compose_hash)
	key := concat("/", [input.boot_info.app_id, input.boot_info.compose_hash])
}

# METADATA
# title: The device's entry
# scope: document
# description: Empty for a device that no list has.
default device := {}

device := lists.entry(input.facts, data.lists, "devices", input.boot_info.device_id)

# METADATA
# title: The tolerances that hold for this status
tolerances := tcb.tolerances(data.settings.tcb, input.boot_info.tcb_status, input.time.rfc3339)

# METADATA
# title: The exceptions that hold for this machine
holding_exceptions := exceptions.holding(data.exceptions.entries, input.boot_info, input.time.rfc3339)

# METADATA
# title: The checks that an exception lifts
# description: By the code of the reason that the check would give.
excepted contains code if {
	some exception in holding_exceptions
	some code in exception.checks
}

# METADATA
# title: The gateway that the application may trust
# description: The application's own, or that of the settings; an empty name is none.
gateway_app_id := app.gateway_app_id if {
	request.about_app(input)
	_named(app.gateway_app_id)
} else := data.settings.gateway_app_id if _named(data.settings.gateway_app_id)

_named(text) if {
	is_string(text)
	text != ""
}
