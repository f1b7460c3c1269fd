package lib.lists_test

import data.lib.lists

_entry(list) := lists.entry({}, {"a_list": list}, "a_list", "k")

test_entry_of_the_bundle if _entry({"k": {"a": 1}}) == {"a": 1}

test_entry_without_attributes if _entry({"k": {}}) == {}

test_fact_counts_before_the_bundle if {
	lists.entry({"a_list": {"a": 2}}, {"a_list": {"k": {"a": 1}}}, "a_list", "k") == {"a": 2}
}

test_fact_needs_no_list_in_the_bundle if lists.entry({"a_list": {"a": 2}}, {}, "a_list", "k") == {"a": 2}

test_no_fact_is_no_hindrance if lists.entry({"a_list": null}, {"a_list": {"k": {}}}, "a_list", "k") == {}

test_no_entry if {
	not _entry({})
	not _entry({"K": {}})
	not lists.entry({}, {}, "a_list", "k")
	not lists.entry({}, {"a_list": {"": {}}}, "a_list", null)
	not lists.entry({}, {"a_list": [{}]}, "a_list", 0)
}

test_no_entry_where_attributes_are_no_object if {
	every attributes in [null, true, "yes", 1, ["k"]] {
		not _entry({"k": attributes})
	}
}

test_broken_fact_is_no_entry_even_if_the_bundle_has_one if {
	every fact in [false, true, "yes", 1, []] {
		not lists.entry({"a_list": fact}, {"a_list": {"k": {}}}, "a_list", "k")
	}
}

test_facts_that_are_no_object_are_no_facts if {
	every facts in [null, true, "yes", [{}]] {
		not lists.entry(facts, {"a_list": {"k": {}}}, "a_list", "k")
	}
}
