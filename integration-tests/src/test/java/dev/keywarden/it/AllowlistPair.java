package dev.keywarden.it;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.random.RandomGenerator;

/** One allowlist, in the form of the authorizer {@code allowlist} and in that of the default policy's data. */
final class AllowlistPair {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RandomGenerator random;
    private final ObjectNode file = JSON.createObjectNode();
    private final ObjectNode data = JSON.createObjectNode();

    AllowlistPair(RandomGenerator random) {
        this.random = random;
        ObjectNode settings = data.putObject("settings");
        ObjectNode lists = data.putObject("lists");
        data.putObject("exceptions").putArray("entries");
        settings.putObject("emergency_stop").put("active", false);
        String gateway = random.nextBoolean() ? "any" : "";
        file.put("gatewayAppId", gateway);
        settings.put("gateway_app_id", gateway);
        ObjectNode tcb = settings.putObject("tcb");
        texts(file.putArray("allowedTcbStatuses"), tcb.putArray("allowed_statuses"), "UpToDate", "OutOfDate");
        texts(
                file.putArray("allowedAdvisoryIds"),
                tcb.putArray("allowed_advisories"),
                "INTEL-SA-00001",
                "INTEL-SA-00002");
        keys(file.putArray("osImages"), lists.putObject("images"), "a3", "b3");
        ObjectNode kms = file.putObject("kms");
        keys(kms.putArray("mrAggregated"), lists.putObject("kms_measurements"), "a1", "a0");
        devices(kms, settings.putObject("kms"));
        ObjectNode apps = file.putObject("apps");
        ObjectNode appList = lists.putObject("apps");
        ObjectNode hashes = lists.putObject("compose_hashes");
        for (String app : chosen("a4", "b4")) {
            String id = app.repeat(20);
            ObjectNode entry = apps.putObject(spelt(id));
            ObjectNode composes = JSON.createObjectNode();
            keys(entry.putArray("composeHashes"), composes, "a5", "b5");
            composes.fieldNames().forEachRemaining(hash -> hashes.putObject(id + "/" + hash));
            devices(entry, appList.putObject(id));
        }
    }

    private void devices(ObjectNode entry, ObjectNode rule) {
        boolean any = random.nextInt(3) == 0;
        entry.put("allowAnyDevice", any);
        rule.put("allow_any_device", any);
        ObjectNode listed = JSON.createObjectNode();
        keys(entry.putArray("devices"), listed, "a7", "b7");
        ArrayNode devices = rule.putArray("devices");
        listed.fieldNames().forEachRemaining(devices::add);
    }

    private void keys(ArrayNode list, ObjectNode into, String... values) {
        for (String value : chosen(values)) {
            list.add(spelt(value.repeat(32)));
            into.putObject(value.repeat(32));
        }
    }

    private void texts(ArrayNode one, ArrayNode other, String... values) {
        for (String value : chosen(values)) {
            one.add(value);
            other.add(value);
        }
    }

    /** The first one mostly, the others at times. */
    private List<String> chosen(String... values) {
        return java.util.stream.IntStream.range(0, values.length)
                .filter(i -> i == 0 ? random.nextInt(6) > 0 : random.nextBoolean())
                .mapToObj(i -> values[i])
                .toList();
    }

    /** The allowlist takes either case, with or without prefix. */
    private String spelt(String hex) {
        String text = random.nextBoolean() ? hex.toUpperCase(java.util.Locale.ROOT) : hex;
        return random.nextBoolean() ? "0x" + text : text;
    }

    String allowlist() {
        return file.toString();
    }

    String policyData() {
        return data.toString();
    }
}
