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
#   The attributes, undefined if neither has the key. `fact` is what `input.facts` has of the list, or null; `list` is
#   the list in `data.lists`.
entry(fact, _, _) := fact if is_object(fact)

entry(null, list, key) := attributes if {
	is_string(key)
	attributes := list[key]
	is_object(attributes)
}
