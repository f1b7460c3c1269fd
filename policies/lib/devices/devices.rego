# METADATA
# title: Devices
# description: |
#   A rule about devices names them one by one (`devices`), by group (`device_groups`), or lets any pass
#   (`allow_any_device`). An empty rule lets none pass. Which groups a device is in, the list of devices says.
package lib.devices

# METADATA
# title: The rule lets the device pass
# scope: document
# description: |
#   `rule` is an entry with any of the three attributes, `device` what the list of devices has of it, or an empty
#   object.
allowed(rule, _, _) if rule.allow_any_device == true

allowed(rule, device_id, _) if device_id in rule.devices

allowed(rule, _, device) if {
	some group in device.groups
	group in rule.device_groups
}
