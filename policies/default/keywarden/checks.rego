package keywarden

import data.lib.devices
import data.lib.lists
import data.lib.request
import data.lib.rollout
import data.lib.tcb

# METADATA
# title: The question is understood
# description: Its version, gate and subject are known to this policy.
question_understood if request.understood(input)

# METADATA
# title: No emergency stop is on
# description: The settings say in so many words that it is off.
running if data.settings.emergency_stop.active == false

# METADATA
# title: The TCB status is allowed
# scope: document
# description: It is listed, tolerated for the time being, or excepted.
tcb_status_allowed if tcb.status_allowed(data.settings.tcb, input.boot_info.tcb_status)

tcb_status_allowed if count(tolerances) > 0

tcb_status_allowed if excepted.tcb_status_not_allowed

# METADATA
# title: The advisories are allowed
# scope: document
# description: Each is listed, tolerated along with the status, or excepted.
advisories_allowed if tcb.advisories_allowed(data.settings.tcb, tolerances, input.boot_info.advisory_ids)

advisories_allowed if excepted.advisory_not_allowed

# METADATA
# title: The OS image is allowed
# scope: document
# description: It is in the list `images`, or excepted.
os_image_allowed if {
	request.is_hash(input.boot_info.os_image_hash)
	lists.entry(input.facts, data.lists, "images", input.boot_info.os_image_hash)
}

os_image_allowed if excepted.os_image_not_allowed

# METADATA
# title: The node's measurement is allowed
# scope: document
# description: It is in the list `kms_measurements`, or excepted.
kms_measurement_allowed if measurement

kms_measurement_allowed if excepted.aggregated_mr_not_allowed

# METADATA
# title: A node may run on the device
# scope: document
# description: |
#   The entry of the measurement, or the settings of all nodes, name it, one of its groups, or any device; or it is
#   excepted.
kms_device_allowed if devices.allowed(measurement, input.boot_info.device_id, device)

kms_device_allowed if devices.allowed(data.settings.kms, input.boot_info.device_id, device)

kms_device_allowed if excepted.kms_device_not_allowed

# METADATA
# title: The application is registered
# description: It is in the list `apps`.
app_registered if app

# METADATA
# title: The compose hash is allowed
# scope: document
# description: Application and compose hash are in the list `compose_hashes`, or excepted.
compose_hash_allowed if compose

compose_hash_allowed if excepted.compose_hash_not_allowed

# METADATA
# title: The rollout has reached the instance
# scope: document
# description: The entry of the compose hash is for every instance, or this one is in its share, or excepted.
rollout_reached if rollout.included(compose, input.boot_info.instance_id, input.boot_info.compose_hash)

rollout_reached if excepted.compose_hash_not_allowed

rollout_reached if excepted.instance_not_in_rollout

# METADATA
# title: The application may run on the device
# scope: document
# description: Its entry names the device, one of its groups, or any device; or it is excepted.
app_device_allowed if devices.allowed(app, input.boot_info.device_id, device)

app_device_allowed if excepted.app_device_not_allowed
