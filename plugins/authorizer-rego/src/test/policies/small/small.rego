# The policy of the plugin's unit tests: allows one app, which the data names, and shows a fact where there is one.
package keywarden

default decision := {"allow": false, "reasons": [{
	"code": "small.unknown_app",
	"message": "the app is not listed",
	"solution": "add it to data.lists.apps",
}]}

decision := {"allow": true, "reasons": [{"code": "small.listed", "message": label}], "gateway_app_id": "gw"} if {
	input.boot_info.app_id in data.lists.apps
}

default label := "listed"

label := sprintf("listed for %s", [input.facts.apps.owner])
