package lib.dates_test

import data.lib.dates

test_before_until_the_moment_itself if {
	dates.before("2026-12-30T23:59:59Z", "2026-12-31")
	not dates.before("2026-12-31T00:00:00Z", "2026-12-31")
	dates.before("2026-12-31T17:59:59Z", "2026-12-31T18:00:00Z")
	not dates.before("2026-12-31T18:00:00Z", "2026-12-31T18:00:00Z")
}

test_nothing_is_before_what_is_no_date if {
	every until in [null, true, 99999999999, "", "never", "31.12.2026", "2026-12-31T18:00:00+02:00", "9", ["9"]] {
		not dates.before("2026-11-24T00:00:00Z", until)
	}
}

test_what_is_no_time_is_before_nothing if {
	every now in [null, false, 0, "", "2026-11-24", "2026-11-24T00:00:00.5Z", "2026-11-24t00:00:00z", {}] {
		not dates.before(now, "9999-12-31")
	}
}
