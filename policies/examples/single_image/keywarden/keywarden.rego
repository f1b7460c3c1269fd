# METADATA
# title: A single image
# description: |
#   The smallest useful policy: who runs one of the images in `data.images` on a platform that is up to date may have
#   keys. Everything else an attacker would have to put into the image.
# schemas:
#   - input: schema.input
package keywarden

import data.lib.reasons
import data.lib.request

# METADATA
# title: The decision
# description: The one document that a node asks for.
# scope: document
# entrypoint: true
decision := {"allow": true, "reasons": []} if allow

decision := {"allow": false, "reasons": [reason | some reason in refusal]} if not allow

# METADATA
# title: Everything holds
# scope: document
default allow := false

allow if {
	question_understood
	platform_current
	image_allowed
}

# METADATA
# title: The question is understood
question_understood if request.understood(input)

# METADATA
# title: The platform is up to date
platform_current if input.boot_info.tcb_status == "UpToDate"

# METADATA
# title: The OS image is in the list
# description: An image that nobody checked is only what the machine says of itself, so that it must have been checked.
image_allowed if {
	data.images[input.boot_info.os_image_hash]
	input.provenance.os_image_hash in data.images[input.boot_info.os_image_hash].provenance
}

# METADATA
# title: The question is not understood
# custom:
#   code: question_not_understood
#   message: the question is not one that this policy understands
#   solution: use a policy for this version of Keywarden
refusal contains reasons.of(rego.metadata.rule()) if not question_understood

# METADATA
# title: The platform is not up to date
# custom:
#   code: platform_not_current
#   message: the platform is not up to date
#   solution: update the machine's firmware
refusal contains reasons.of(rego.metadata.rule()) if not platform_current

# METADATA
# title: The OS image is not in the list
# custom:
#   code: image_not_allowed
#   message: OS image is not allowed
#   solution: add the image's hash to images/data.json
refusal contains reasons.of(rego.metadata.rule()) if not image_allowed
