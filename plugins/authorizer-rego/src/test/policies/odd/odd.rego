# What goes wrong while a policy is evaluated, one entry point for each.
package odd

many := numbers.range(1, 4000)

# Compares billions of times.
loops := {"allow": false} if {
	some x in many
	some y in many
	some z in many
	z == input.time.unix
}

# Keeps millions of arrays.
allocates := {"allow": count(pairs) < 0}

pairs := [[x, y, many] |
	some x in many
	some y in many
]

# Answers with four megabytes.
large := {"allow": false, "reasons": [{"code": "odd.large", "message": four_megabytes}]}

# Answers with a hundred megabytes.
huge := {"allow": false, "reasons": [{"code": "odd.huge", "message": concat("", [four_megabytes |
	some _ in numbers.range(1, 25)
])}]}

four_megabytes := sixty_four_times(sixty_four_times(sixty_four_times("0123456789abcdef")))

sixty_four_times(text) := concat("", [text | some _ in numbers.range(1, 64)])

# Says two things at once.
contradicts := {"allow": true}

contradicts := {"allow": false} if input.boot_info

# Says nothing, unless it is asked for it.
undefined := {"allow": true} if input.method == "Nothing"

# Says what the request's id says.
echo := json.unmarshal(input.request_id)
