package dev.keywarden.plugin.rego.engine;

import java.io.Serial;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A policy can't be used or gave no answer; the message is one sentence without a subject, for people. */
public final class PolicyException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Code code;

    /** What went wrong, stable, as {@code rego.<name in lower case>} in logs and reasons. */
    public enum Code {
        /** The file, folder or server has no bundle. */
        BUNDLE_MISSING,
        /** There is something, but it can't be read. */
        BUNDLE_UNREADABLE,
        /** The file is not compressed with gzip. */
        BUNDLE_NOT_GZIP,
        /** The file ends too early. */
        BUNDLE_TRUNCATED,
        /** The file is damaged: a checksum or a header in it is wrong. */
        BUNDLE_CORRUPT,
        /** The bundle or what is packed in it is larger than allowed. */
        BUNDLE_TOO_LARGE,
        /** A name in the bundle leads out of it, is there twice, or is none. */
        BUNDLE_BAD_PATH,
        /** The manifest is no manifest, or of a kind that is not supported. */
        BUNDLE_BAD_MANIFEST,
        /** The data is not what OPA takes as data. */
        BUNDLE_BAD_DATA,
        /** There is no WebAssembly in it: it was built without {@code -t wasm}. */
        BUNDLE_WITHOUT_WASM,
        /** It has no signature and must have one. */
        BUNDLE_UNSIGNED,
        /** The signature does not hold. */
        BUNDLE_BAD_SIGNATURE,
        /** The revision is lower than the one that decides. */
        BUNDLE_ROLLED_BACK,
        /** The bundle server did not give a bundle. */
        BUNDLE_SERVER_FAILED,
        /** The code is no WebAssembly, or not one that OPA makes, or of another version of its interface. */
        POLICY_BAD_ABI,
        /** The entry point is not in the policy. */
        POLICY_WITHOUT_ENTRYPOINT,
        /** The policy uses the clock, randomness, the network or the environment. */
        POLICY_NOT_DETERMINISTIC,
        /** The policy uses a function that the engine lacks. */
        POLICY_UNKNOWN_BUILTIN,
        /** One of the inputs that the bundle carries is answered otherwise than it says. */
        POLICY_FAILS_SMOKE,
        /** The policy did not end in time. */
        POLICY_TIMEOUT,
        /** The policy needs more memory than allowed. */
        POLICY_OUT_OF_MEMORY,
        /** The answer is longer than allowed. */
        POLICY_RESULT_TOO_LARGE,
        /** The policy failed while it was evaluated. */
        POLICY_FAILED,
        /** The policy says nothing about this question. */
        UNDEFINED,
        /** The answer does not keep to the contract. */
        BAD_RESULT,
        /** The caller gave up. */
        INTERRUPTED,
        /** A list of facts can't be used. */
        FACTS_UNUSABLE,
        /** The server of OPA gave no answer. */
        SERVER_FAILED;

        /** As it is written. */
        public String text() {
            return "rego." + name().toLowerCase(Locale.ROOT);
        }
    }

    /** A problem. */
    public PolicyException(Code code, String message) {
        this(code, message, null);
    }

    /** A problem with a cause. */
    public PolicyException(Code code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** What kind of problem it is. */
    public Code code() {
        return code;
    }

    /** What went wrong, as a sentence without a subject. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
