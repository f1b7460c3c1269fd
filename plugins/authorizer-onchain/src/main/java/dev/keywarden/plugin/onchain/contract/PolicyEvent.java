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
 * A change of what a contract allows: its event {@code PolicyChanged(address indexed actor, bytes32 indexed policy, bytes32
 * indexed value, bool enabled)}, which the reference's contracts and this project's log alike.
 *
 * @param list which list was changed
 * @param entry the value that was put in or taken out, 32 bytes; an address is padded to the left
 * @param added whether it was put in
 * @param actor who called the contract
 */
public record PolicyEvent(List list, Bytes entry, boolean added, Address actor) {
    private static final int WORD = 32;
    private static final int TOPICS = 4;
    private static final String POLICY_CHANGED = Hash.sha3String("PolicyChanged(address,bytes32,bytes32,bool)");

    /** The lists of both contracts, each with its name in events and the view function that tells whether an entry is in it. */
    public enum List {
        /** OS images that KMS nodes and apps may boot. */
        OS_IMAGE("os-image", "allowedOsImages(bytes32)"),
        /** Measurements of KMS nodes. */
        KMS_MEASUREMENT("kms-aggregated-mr", "kmsAllowedAggregatedMrs(bytes32)"),
        /** Machines that may run KMS nodes. */
        KMS_DEVICE("kms-device", "kmsAllowedDeviceIds(bytes32)"),
        /** Apps. */
        APP("registered-app", "registeredApps(address)"),
        /** What an app may consist of. */
        COMPOSE_HASH("compose-hash", "allowedComposeHashes(bytes32)"),
        /** Machines that an app may run on. */
        DEVICE("device", "allowedDeviceIds(bytes32)");

        private final String topic;
        private final String view;

        List(String policy, String view) {
            this.topic = Hash.sha3String(policy);
            this.view = view;
        }

        /** Calldata that asks whether an entry is in the list. */
        public String question(Bytes entry) {
            return KmsInterface.about(KmsInterface.selector(view), entry);
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

    private static final Map<String, List> BY_TOPIC =
            Stream.of(List.values()).collect(Collectors.toMap(list -> list.topic, list -> list));

    /**
     * Understands a log entry; empty if it is about something else.
     *
     * @param topics the topics, {@code 0x} and 64 digits each
     * @param data the rest
     */
    public static Optional<PolicyEvent> of(java.util.List<String> topics, Bytes data) {
        if (topics.size() != TOPICS || !topics.get(0).equals(POLICY_CHANGED) || data.length() != WORD) {
            return Optional.empty();
        }
        List list = BY_TOPIC.get(topics.get(2));
        return list == null
                ? Optional.empty()
                : Optional.of(new PolicyEvent(
                        list, word(topics.get(3)), data.unsignedAt(WORD - 1) != 0, address(word(topics.get(1)))));
    }

    private static Bytes word(String topic) {
        return Bytes.fromHex(topic.substring(2));
    }

    /** An entry that is an address. */
    public static Address address(Bytes entry) {
        return new Address(entry.slice(WORD - Address.BYTES, Address.BYTES));
    }

    /** An entry as people write it. */
    public static String words(List list, Bytes entry) {
        return list == List.APP ? address(entry).checksummed() : "0x" + entry.toHex();
    }
}
