package dev.keywarden.spi;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An authorizer's answer. There is no variant for "unable to decide": that is a {@link PluginException}, which the chain
 * turns into a deny that names the authorizer and says it was unavailable.
 */
public sealed interface Decision {
    /**
     * Why, for machines and for people.
     *
     * @param code stable, {@code area.snake_case}, for example {@code allowlist.os_image_not_allowed}
     * @param message one sentence; may be empty on an allow. On a deny it reaches the remote caller word for word
     */
    record Reason(String code, String message) {
        private static final Pattern CODE = Pattern.compile("[a-z][a-z0-9-]*\\.[a-z][a-z0-9_]*");

        public Reason {
            if (!CODE.matcher(code).matches()) {
                throw new IllegalArgumentException("reason code must be area.snake_case, not " + code);
            }
            Objects.requireNonNull(message, "message");
        }
    }

    /**
     * The subject may have it.
     *
     * @param gatewayAppId the gateway that the application may trust, or {@code null} if this authorizer names none
     * @param reason on what grounds
     * @param evidence what the answer rests on, for the decision record, for example a block hash or a file digest
     */
    record Allow(@Nullable String gatewayAppId, Reason reason, Map<String, String> evidence) implements Decision {
        public Allow {
            Objects.requireNonNull(reason, "reason");
            evidence = Map.copyOf(evidence);
        }
    }

    /**
     * The subject may not have it.
     *
     * @param reasons at least one; the first one reaches the caller
     * @param evidence as for an allow
     */
    record Deny(List<Reason> reasons, Map<String, String> evidence) implements Decision {
        public Deny {
            reasons = List.copyOf(reasons);
            if (reasons.isEmpty()) {
                throw new IllegalArgumentException("a denial needs a reason");
            }
            evidence = Map.copyOf(evidence);
        }
    }

    /**
     * The question is none of this authorizer's business. If all abstain, the chain denies.
     *
     * @param reason why not
     */
    record Abstain(Reason reason) implements Decision {
        public Abstain {
            Objects.requireNonNull(reason, "reason");
        }
    }
}
