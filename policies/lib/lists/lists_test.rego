package lib.lists_test

import data.lib.lists

test_entry_of_the_bundle if lists.entry(null, {"k": {"a": 1}}, "k") == {"a": 1}

test_entry_without_attributes if lists.entry(null, {"k": {}}, "k") == {}

test_fact_counts_before_the_bundle if lists.entry({"a": 2}, {"k": {"a": 1}}, "k") == {"a": 2}

test_no_entry if {
	not lists.entry(null, {}, "k")
	not lists.entry(null, {"k": {}}, "K")
	not lists.entry(null, {"": {}}, null)
	not lists.entry(null, ["k"], 0)
}

test_no_entry_where_attributes_are_no_object if {
	every attributes in [null, true, "yes", 1, ["k"]] {
		not lists.entry(null, {"k": attributes}, "k")
	}
}

test_broken_fact_is_no_entry_even_if_the_bundle_has_one if {
	every fact in [false, true, "yes", 1, []] {
		not lists.entry(fact, {"k": {}}, "k")
	}
}
