package dev.keywarden.it.load;

import java.util.Optional;

/** What the figures are held against: the project's own targets, and what the reference needs on two cores. */
final class Targets {
    static final long START_MILLIS = 1500;
    static final long REFERENCE_START_MILLIS = 34;
    static final long IDLE_MEBIBYTES = 200;
    static final long LOADED_MEBIBYTES = 350;
    static final long REFERENCE_MEBIBYTES = 26;

    /** p99 with decision records over p99 without. */
    static final double RECORDS_FACTOR = 1.5;

    private Targets() {}

    /**
     * Of one method on one kind of connection.
     *
     * @param cpuMillis at most, of the server's process per request; absent where there is no target
     * @param referenceCpuMillis what the reference's process takes, with 8 clients
     * @param referencePerSecond requests that the reference answers per second, with 8 clients
     */
    record Target(
            Optional<Double> cpuMillis, Optional<Double> referenceCpuMillis, Optional<Integer> referencePerSecond) {
        private static Target of(double cpuMillis, double referenceCpuMillis, int referencePerSecond) {
            return new Target(Optional.of(cpuMillis), Optional.of(referenceCpuMillis), Optional.of(referencePerSecond));
        }

        private static Target of(double cpuMillis) {
            return new Target(Optional.of(cpuMillis), Optional.empty(), Optional.empty());
        }

        private static Target none() {
            return new Target(Optional.empty(), Optional.empty(), Optional.empty());
        }
    }

    /** The target of a method whose callers are judged by the node's own policy, or need no judging. */
    static Target local(Rpc rpc, boolean kept) {
        return switch (rpc) {
            case GET_APP_KEY -> kept ? Target.of(0.3, 2.9, 445) : Target.of(1.1, 3.5, 351);
            case GET_META -> kept ? Target.of(0.08, 0.19, 8600) : Target.of(0.4, 0.47, 2060);
            case GET_TEMP_CA_CERT -> kept ? Target.of(0.06, 0.06, 22_500) : Target.none();
            case GET_APP_ENV_ENCRYPT_PUB_KEY -> kept ? Target.of(0.4, 0.88, 2150) : Target.none();
            case SIGN_CERT -> kept ? Target.of(1.5) : Target.none();
        };
    }

    /** The target of GetAppKey if a webhook is asked: 0.4 ms more than without. */
    static Target webhook(boolean kept) {
        return kept ? Target.of(0.7, 15, 119) : Target.of(1.5, 15, 102);
    }
}
