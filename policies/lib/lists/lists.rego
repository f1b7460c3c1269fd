# METADATA
# title: Lists
# description: |
#   A list is an object from keys to attributes. It may come with the bundle (`data.lists`), or from a fact source of
#   the node, which has looked the key up already (`input.facts`). Where both have the key, the fact counts.
package lib.lists

# METADATA
# title: The entry of a key
# scope: document
# description: |
#   The attributes, undefined if neither has the key. `facts` is `input.facts`, `lists` is `data.lists`, `name` is the
#   list's name in both.
entry(facts, _, name, _) := facts[name] if is_object(facts[name])

entry(facts, lists, name, key) := attributes if {
	object.get(facts, name, null) == null
	is_string(key)
	attributes := lists[name][key]
	is_object(attributes)
}
