package lib.request_test

import data.lib.request

test_understands_every_gate_and_subject if {
	every gate in ["bootstrap", "onboard", "rpc"] {
		every subject in ["self", "peer_kms", "app"] {
			request.understood({"version": 1, "gate": gate, "subject": subject})
		}
	}
}

test_understands_nothing_else if {
	every patch in [
		{"version": 2},
		{"version": "1"},
		{"version": null},
		{"gate": "RPC"},
		{"gate": null},
		{"subject": "App"},
		{"subject": ["app"]},
	] {
		not request.understood(object.union({"version": 1, "gate": "rpc", "subject": "app"}, patch))
	}
}

test_understands_nothing_where_there_is_nothing if {
	not request.understood({})
	not request.understood(null)
}

test_tells_nodes_from_applications if {
	request.about_kms({"subject": "self"})
	request.about_kms({"subject": "peer_kms"})
	not request.about_kms({"subject": "app"})
	request.about_app({"subject": "app"})
	not request.about_app({"subject": "self"})
	not request.about_app({})
}

test_widths if {
	request.is_hash("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")
	request.is_id("00112233445566778899aabbccddeeff00112233")
	every value in ["", "00", null, 64, numbers.range(1, 64), numbers.range(1, 40)] {
		not request.is_hash(value)
		not request.is_id(value)
	}
}
