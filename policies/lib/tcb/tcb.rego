# METADATA
# title: Trusted computing base
# description: |
#   Judges the platform's state by settings of this shape:
#   `{"allowed_statuses": ["UpToDate"], "allowed_advisories": [], "tolerated": [{"status": "OutOfDate", "advisories":
#   ["INTEL-SA-00001"], "until": "2026-12-31", "owner": "platform team"}]}`.
package lib.tcb

import data.lib.dates

# METADATA
# title: The status is allowed without a limit in time
status_allowed(settings, status) if status in settings.allowed_statuses

# METADATA
# title: The tolerances that hold
# description: |
#   Of the entries of `tolerated` those for this status whose date is still ahead and that somebody owns.
tolerances(settings, status, now) := [tolerance |
	some tolerance in settings.tolerated
	tolerance.status == status
	dates.before(now, tolerance.until)
	is_string(tolerance.owner)
	tolerance.owner != ""
]

# METADATA
# title: Every advisory is allowed, or tolerated along with the status
# description: The parameter `holding` is what `tolerances` gives.
advisories_allowed(settings, holding, advisories) if {
	is_array(advisories)
	allowed := {advisory | some advisory in settings.allowed_advisories}
	tolerated := {advisory | some tolerance in holding; some advisory in tolerance.advisories}
	every advisory in advisories {
		advisory in (allowed | tolerated)
	}
}
