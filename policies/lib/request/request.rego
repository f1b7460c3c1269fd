# METADATA
# title: The question
# description: What has to hold of an input document before anything in it is worth comparing.
package lib.request

# METADATA
# title: The question is one that this library understands
# description: Its version, gate and subject are known.
understood(question) if {
	question.version == 1
	question.gate in {"bootstrap", "onboard", "rpc"}
	question.subject in {"self", "peer_kms", "app"}
}

# METADATA
# title: The subject is a node
about_kms(question) if question.subject in {"self", "peer_kms"}

# METADATA
# title: The subject is an application
about_app(question) if question.subject == "app"

# METADATA
# title: A text has the width of a hash
# description: 64 characters. The host sends nothing but lower-case hex, so the width is what an absent value lacks.
is_hash(text) if {
	is_string(text)
	count(text) == 64
}

# METADATA
# title: A text has the width of an id
# description: 40 characters, as application and instance ids have.
is_id(text) if {
	is_string(text)
	count(text) == 40
}
