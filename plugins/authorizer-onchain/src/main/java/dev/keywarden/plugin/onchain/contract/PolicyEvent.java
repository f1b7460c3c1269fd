package dev.keywarden.plugin.onchain.contract;

import dev.keywarden.plugin.onchain.rpc.Address;
import dev.keywarden.spi.Bytes;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.web3j.crypto.Hash;

/**
 * A change of what a contract allows, as its log tells it.
 *
 * @param list which list was changed
 * @param entry the value that was put in or taken out, 32 bytes; an address is padded to the left
 * @param added whether it was put in
 */
public record PolicyEvent(List list, Bytes entry, boolean added) {
    private static final int WORD = 32;

    /** The lists of both contracts, each with its events and the view function that tells whether an entry is in it. */
    public enum List {
        /** OS images that KMS nodes and apps may boot. */
        OS_IMAGE("OsImageHash", "bytes32", "allowedOsImages"),
        /** Measurements of KMS nodes. */
        KMS_MEASUREMENT("KmsAggregatedMr", "bytes32", "kmsAllowedAggregatedMrs"),
        /** Machines that may run KMS nodes. */
        KMS_DEVICE("KmsDevice", "bytes32", "kmsAllowedDeviceIds"),
        /** Apps. */
        APP("AppRegistered", "address", "registeredApps"),
        /** What an app may consist of. */
        COMPOSE_HASH("ComposeHash", "bytes32", "allowedComposeHashes"),
        /** Machines that an app may run on. */
        DEVICE("Device", "bytes32", "allowedDeviceIds");

        private final String event;
        private final String type;
        private final String view;

        List(String event, String type, String view) {
            this.event = event;
            this.type = type;
            this.view = view;
        }

        private Stream<Map.Entry<String, Boolean>> topics() {
            return this == APP
                    ? Stream.of(Map.entry(topic(event), true))
                    : Stream.of(Map.entry(topic(event + "Added"), true), Map.entry(topic(event + "Removed"), false));
        }

        private String topic(String name) {
            return Hash.sha3String(name + "(" + type + ")");
        }

        /** Calldata that asks whether an entry is in the list. */
        public String question(Bytes entry) {
            return KmsInterface.about(KmsInterface.selector(view + "(" + type + ")"), entry);
        }

        /** Whether each app has a list of its own. */
        public boolean ofApp() {
            return this == COMPOSE_HASH || this == DEVICE;
        }

        /** For people: {@code os image}. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private record Meaning(List list, boolean added) {}

    private static final Map<String, Meaning> BY_TOPIC = Stream.of(List.values())
            .flatMap(list -> list.topics().map(topic -> Map.entry(topic.getKey(), new Meaning(list, topic.getValue()))))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

    /** {@code PolicyChanged(actor, policy, value, enabled)}, which goes with each and names the caller. */
    public static final String POLICY_CHANGED = Hash.sha3String("PolicyChanged(address,bytes32,bytes32,bool)");

    /**
     * Understands a log entry; empty if it is about something else.
     *
     * @param topics the topics, {@code 0x} and 64 digits each
     * @param data the rest
     */
    public static Optional<PolicyEvent> of(java.util.List<String> topics, Bytes data) {
        Meaning meaning = topics.isEmpty() ? null : BY_TOPIC.get(topics.get(0));
        if (meaning == null) {
            return Optional.empty();
        }
        Bytes entry = topics.size() > 1 ? Bytes.fromHex(topics.get(1).substring(2)) : data;
        return entry.length() < WORD
                ? Optional.empty()
                : Optional.of(new PolicyEvent(meaning.list(), entry.slice(0, WORD), meaning.added()));
    }

    /** An entry that is an address. */
    public static Address address(Bytes entry) {
        return new Address(entry.slice(WORD - Address.BYTES, Address.BYTES));
    }

    /** The entry as people write it. */
    public String words() {
        return list == List.APP ? address(entry).checksummed() : "0x" + entry.toHex();
    }

}
