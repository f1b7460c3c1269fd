package lib.tcb_test

import data.lib.tcb

_now := "2026-11-24T00:00:00Z"

_settings := {
	"allowed_statuses": ["UpToDate"],
	"allowed_advisories": ["INTEL-SA-00001"],
	"tolerated": [{
		"status": "OutOfDate",
		"advisories": ["INTEL-SA-00002"],
		"until": "2026-12-31",
		"owner": "platform team",
	}],
}

_tolerated(patch) := object.union(_settings, {"tolerated": [object.union(_settings.tolerated[0], patch)]})

test_status_is_listed_word_for_word if {
	tcb.status_allowed(_settings, "UpToDate")
	every status in ["", "uptodate", "UPTODATE", "UpToDate ", "OutOfDate", null, 1, ["UpToDate"]] {
		not tcb.status_allowed(_settings, status)
	}
}

test_no_list_allows_no_status if {
	not tcb.status_allowed({}, "UpToDate")
	not tcb.status_allowed({"allowed_statuses": "UpToDate"}, "UpToDate")
	not tcb.status_allowed({"allowed_statuses": []}, "UpToDate")
}

test_tolerance_holds_until_its_date if {
	count(tcb.tolerances(_settings, "OutOfDate", _now)) == 1
	count(tcb.tolerances(_settings, "OutOfDate", "2026-12-30T23:59:59Z")) == 1
	count(tcb.tolerances(_settings, "OutOfDate", "2026-12-31T00:00:00Z")) == 0
	count(tcb.tolerances(_settings, "OutOfDate", "2027-01-01T00:00:00Z")) == 0
}

test_tolerance_is_for_its_status_alone if {
	every status in ["UpToDate", "outofdate", "OutOfDateConfigurationNeeded", "", null] {
		count(tcb.tolerances(_settings, status, _now)) == 0
	}
}

test_tolerance_without_owner_or_date_does_not_hold if {
	every patch in [{"owner": ""}, {"owner": null}, {"until": null}, {"until": "soon"}] {
		count(tcb.tolerances(_tolerated(patch), "OutOfDate", _now)) == 0
	}
}

test_no_tolerances_do_not_hold if {
	count(tcb.tolerances({"tolerated": [{"status": "OutOfDate"}]}, "OutOfDate", _now)) == 0
	count(tcb.tolerances({}, "OutOfDate", _now)) == 0
}

test_advisories_are_listed_or_tolerated if {
	holding := tcb.tolerances(_settings, "OutOfDate", _now)
	tcb.advisories_allowed(_settings, holding, [])
	tcb.advisories_allowed(_settings, [], ["INTEL-SA-00001"])
	tcb.advisories_allowed(_settings, holding, ["INTEL-SA-00001", "INTEL-SA-00002"])
	not tcb.advisories_allowed(_settings, [], ["INTEL-SA-00002"])
	not tcb.advisories_allowed(_settings, holding, ["INTEL-SA-00001", "INTEL-SA-00003"])
	not tcb.advisories_allowed(_settings, [], ["intel-sa-00001"])
}

test_advisories_that_are_no_list_are_not_allowed if {
	every advisories in [null, "", "INTEL-SA-00001", {}, {"INTEL-SA-00001": "INTEL-SA-00001"}, 0] {
		not tcb.advisories_allowed(_settings, [], advisories)
	}
}

test_advisory_that_is_no_text_is_not_allowed if not tcb.advisories_allowed(_settings, [], [null])

test_tolerance_without_advisories_tolerates_none if {
	not tcb.advisories_allowed({}, [{"status": "OutOfDate"}], ["INTEL-SA-00002"])
}
