package keywarden

import data.lib.reasons
import data.lib.request

# METADATA
# title: Why not
# description: The reason of each check that fails, in the order of the checks; the first reaches the caller.
refusals := [refusal[code] | some code in check_order; refusal[code]]

# METADATA
# title: The order of the checks
# description: The codes of their reasons, without area.
check_order := [
	"question_not_understood",
	"emergency_stop",
	"tcb_status_not_allowed",
	"advisory_not_allowed",
	"os_image_not_allowed",
	"aggregated_mr_not_allowed",
	"kms_device_not_allowed",
	"app_not_registered",
	"compose_hash_not_allowed",
	"instance_not_in_rollout",
	"app_device_not_allowed",
]

# METADATA
# title: The question is not understood
# custom:
#   code: question_not_understood
#   message: the question is not one that this policy understands
#   solution: use the policy that came with this version of Keywarden, or a newer one
refusal["question_not_understood"] := reasons.of(rego.metadata.rule()) if not question_understood

# METADATA
# title: An emergency stop is on
# custom:
#   code: emergency_stop
#   message: an emergency stop is on
#   solution: ask its owner; settings.emergency_stop of the policy's data says who and why
refusal["emergency_stop"] := reasons.detailed(rego.metadata.rule(), data.settings.emergency_stop) if not running

# METADATA
# title: The TCB status is not allowed
# custom:
#   code: tcb_status_not_allowed
#   message: TCB status is not allowed
#   solution: update the machine's firmware, or tolerate the status until a date in settings.tcb
refusal["tcb_status_not_allowed"] := reasons.of(rego.metadata.rule()) if not tcb_status_allowed

# METADATA
# title: An advisory is not allowed
# custom:
#   code: advisory_not_allowed
#   message: advisory ID is not allowed
#   solution: read the advisory, then mitigate it or list it in settings.tcb
refusal["advisory_not_allowed"] := reasons.of(rego.metadata.rule()) if not advisories_allowed

# METADATA
# title: The OS image is not listed
# custom:
#   code: os_image_not_allowed
#   message: OS image is not allowed
#   solution: add the image's hash to the list images
refusal["os_image_not_allowed"] := reasons.of(rego.metadata.rule()) if not os_image_allowed

# METADATA
# title: The node's measurement is not listed
# custom:
#   code: aggregated_mr_not_allowed
#   message: aggregated MR not allowed
#   solution: add the node's measurement to the list kms_measurements
refusal["aggregated_mr_not_allowed"] := reasons.of(rego.metadata.rule()) if {
	request.about_kms(input)
	not kms_measurement_allowed
}

# METADATA
# title: A node may not run on the device
# custom:
#   code: kms_device_not_allowed
#   message: KMS is not allowed to boot on this device
#   solution: add the device, or one of its groups, to the entry of the measurement or to settings.kms
refusal["kms_device_not_allowed"] := reasons.of(rego.metadata.rule()) if {
	request.about_kms(input)
	not kms_device_allowed
}

# METADATA
# title: The application is not registered
# custom:
#   code: app_not_registered
#   message: app not registered
#   solution: add the app to the list apps
refusal["app_not_registered"] := reasons.of(rego.metadata.rule()) if {
	request.about_app(input)
	not app_registered
}

# METADATA
# title: The compose hash is not listed for the application
# custom:
#   code: compose_hash_not_allowed
#   message: compose hash not allowed
#   solution: add app_id/compose_hash to the list compose_hashes
refusal["compose_hash_not_allowed"] := reasons.of(rego.metadata.rule()) if {
	request.about_app(input)
	app_registered
	not compose_hash_allowed
}

# METADATA
# title: The rollout has not reached the instance
# custom:
#   code: instance_not_in_rollout
#   message: this instance is not in the share that may run this compose hash
#   solution: wait for the rollout, or raise share_percent of the list compose_hashes
refusal["instance_not_in_rollout"] := reasons.of(rego.metadata.rule()) if {
	request.about_app(input)
	app_registered
	compose_hash_allowed
	not rollout_reached
}

# METADATA
# title: The application may not run on the device
# custom:
#   code: app_device_not_allowed
#   message: app is not allowed to boot on this device
#   solution: add the device, or one of its groups, to the app's entry in the list apps
refusal["app_device_not_allowed"] := reasons.of(rego.metadata.rule()) if {
	request.about_app(input)
	app_registered
	not app_device_allowed
}

# METADATA
# title: On what grounds
# description: The tolerances and exceptions that hold for this machine, each with who answers for it and until when.
grounds := array.concat(tolerated, excused) if count(tolerances) + count(holding_exceptions) > 0

else := [reasons.plain("allowed", "")]

# METADATA
# title: The tolerances as reasons
tolerated := [reasons.plain("tcb_tolerated", concat("", [
	"TCB status ",
	tolerance.status,
	" is tolerated until ",
	tolerance.until,
	" by ",
	tolerance.owner,
])) |
	some tolerance in tolerances
]

# METADATA
# title: The exceptions as reasons
excused := [reasons.plain("excepted", concat("", [
	exception.reason,
	" (exception of ",
	exception.owner,
	" until ",
	exception.until,
	")",
])) |
	some exception in holding_exceptions
]
