package dev.keywarden.it.load;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a client asks, in the words of the reference's clients: a POST with {@code ?json}. */
enum Rpc {
    GET_APP_KEY("GetAppKey", "{\"api_version\":1,\"vm_config\":\"\"}", "\"k256_key\":\"", Evidence.CERTIFICATE),
    GET_META("GetMeta", "{}", "\"k256_pubkey\":\"", Evidence.NONE),
    GET_TEMP_CA_CERT("GetTempCaCert", "{}", "\"temp_ca_key\":\"", Evidence.NONE),
    GET_APP_ENV_ENCRYPT_PUB_KEY(
            "GetAppEnvEncryptPubKey",
            "{\"app_id\":\"" + Guests.APP_ID.toHex() + "\"}",
            "\"public_key\":\"",
            Evidence.NONE),
    GET_KMS_KEY("GetKmsKey", "{\"vm_config\":\"\"}", "\"ca_key\":\"", Evidence.PEER_CERTIFICATE),
    SIGN_CERT("SignCert", "", "\"certificate_chain\":[\"", Evidence.REQUEST);

    /** Where a call carries evidence. */
    private enum Evidence {
        NONE,
        CERTIFICATE,
        PEER_CERTIFICATE,
        REQUEST
    }

    private final String method;
    private final String body;
    private final String filledField;
    private final Evidence evidence;

    /** @param filledField what a good answer contains, followed by the first character of a value that isn't empty */
    Rpc(String method, String body, String filledField, Evidence evidence) {
        this.method = method;
        this.body = body;
        this.filledField = filledField;
        this.evidence = evidence;
    }

    /**
     * Finds a method by its name on the wire.
     *
     * @throws IllegalArgumentException with the names there are
     */
    static Rpc named(String method) {
        return Arrays.stream(values())
                .filter(rpc -> rpc.method.equals(method))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown method " + method + "; there are "
                        + Arrays.stream(values()).map(Rpc::method).collect(Collectors.joining(", "))));
    }

    String method() {
        return method;
    }

    String path() {
        return "/prpc/" + method + "?json";
    }

    /** What every client sends, unless each has a body of its own. */
    String body() {
        return body;
    }

    /** Whether the client presents a certificate with evidence. */
    boolean attested() {
        return evidence == Evidence.CERTIFICATE || asPeer();
    }

    /** Whether that evidence is a KMS's, and not an app's. */
    boolean asPeer() {
        return evidence == Evidence.PEER_CERTIFICATE;
    }

    /** Whether each guest has a body of its own, with evidence in it. */
    boolean attestedInBody() {
        return evidence == Evidence.REQUEST;
    }

    /** Whether guests make evidence at all. */
    boolean needsEvidence() {
        return evidence != Evidence.NONE;
    }

    /** Whether an answer of status 200 holds what was asked for. */
    boolean isAnsweredBy(String answer) {
        int at = answer.indexOf(filledField);
        int value = at + filledField.length();
        return at >= 0 && value < answer.length() && answer.charAt(value) != '"';
    }
}
