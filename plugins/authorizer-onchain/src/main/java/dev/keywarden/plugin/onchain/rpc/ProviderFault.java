package dev.keywarden.plugin.onchain.rpc;

import java.io.Serial;

/** Why one provider gave no answer that counts; never an answer of the chain itself. */
public final class ProviderFault extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What kind of fault, by the reason code that records and callers see. */
    public enum Kind {
        /** No connection, or no such host. */
        UNREACHABLE("provider_unreachable"),
        /** No whole answer in time. */
        TIMEOUT("provider_timeout"),
        /** The connection ended before the answer did. */
        CLOSED("provider_closed"),
        /** The TLS handshake failed. */
        TLS("provider_tls"),
        /** A status other than 200 and 429. */
        HTTP_STATUS("provider_http_status"),
        /** Status 429. */
        RATE_LIMITED("provider_rate_limited"),
        /** Too many questions to it are under way. */
        BUSY("provider_busy"),
        /** More bytes than are read. */
        TOO_LARGE("provider_answer_too_large"),
        /** Not JSON-RPC. */
        MALFORMED("provider_malformed"),
        /** JSON-RPC, but a field is missing or of another form. */
        INCOMPLETE("provider_incomplete"),
        /** A JSON-RPC error that is not the contract's. */
        ERROR("provider_error"),
        /** Another chain than the one configured. */
        WRONG_CHAIN("wrong_chain"),
        /** Another block than the one asked for. */
        WRONG_BLOCK("wrong_block"),
        /** A block with a time that has not come yet. */
        BLOCK_IN_FUTURE("block_in_future"),
        /** A head below one that it named before. */
        HEAD_WENT_BACK("head_went_back"),
        /** The block is not, or no longer, part of its chain. */
        UNKNOWN_BLOCK("reorganized");

        private final String code;

        Kind(String code) {
            this.code = "onchain." + code;
        }

        /** The reason code. */
        public String code() {
            return code;
        }
    }

    private final Kind kind;

    /** @param message what happened, as the rest of a sentence that begins with the provider's name */
    public ProviderFault(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    /** What kind. */
    public Kind kind() {
        return kind;
    }

    /** The message; unlike in other exceptions never {@code null}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
