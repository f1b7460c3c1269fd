# METADATA
# title: Reasons
# description: Makes a reason of the annotation of the rule that gives it, so that the manual and the answer agree.
package lib.reasons

# METADATA
# title: The reason of a rule
# description: |
#   `annotation` is `rego.metadata.rule()`; its custom fields `code`, `message` and `solution` become the reason, the
#   code under the area `policy`.
of(annotation) := {
	"code": concat(".", ["policy", annotation.custom.code]),
	"message": annotation.custom.message,
	"solution": annotation.custom.solution,
}

# METADATA
# title: The reason of a rule, with what the settings say about it
# description: The text `reason` of `settings`, if there is one, follows the message.
# scope: document
detailed(annotation, settings) := object.union(of(annotation), {"message": message}) if {
	is_string(settings.reason)
	message := concat(": ", [annotation.custom.message, settings.reason])
} else := of(annotation)

# METADATA
# title: A reason without a solution
# description: For what allows, and for what nobody can mend.
plain(code, message) := {"code": concat(".", ["policy", code]), "message": message}
