# METADATA
# title: The default policy
# description: |
#   Decides what the authorizer `allowlist` decides, by lists that come with the bundle or from the node's fact
#   sources, and besides: tolerated states of the platform, device groups, staged rollouts, exceptions, emergency stop.
#   Whatever is not said to be allowed is denied, and nothing is allowed because something is missing.
# schemas:
#   - input: schema.input
package keywarden

import data.lib.request

# METADATA
# title: The decision
# description: The one document that a node asks for.
# scope: document
# entrypoint: true
decision := {"allow": true, "reasons": grounds, "gateway_app_id": gateway_app_id} if allow

decision := {"allow": true, "reasons": grounds} if {
	allow
	not gateway_app_id
}

decision := {"allow": false, "reasons": refusals} if not allow

# METADATA
# title: Everything holds
# scope: document
# description: Earned check by check. The reasons below explain, they do not decide.
default allow := false

allow if {
	question_understood
	running
	tcb_status_allowed
	advisories_allowed
	os_image_allowed
	subject_allowed
}

# METADATA
# title: The subject may have what it asks for
# scope: document
# description: What is asked of a node, or of an application, beyond what is asked of both.
subject_allowed if {
	request.about_kms(input)
	kms_measurement_allowed
	kms_device_allowed
}

subject_allowed if {
	request.about_app(input)
	app_registered
	compose_hash_allowed
	rollout_reached
	app_device_allowed
}
