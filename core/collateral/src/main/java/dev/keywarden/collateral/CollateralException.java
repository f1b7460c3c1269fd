package dev.keywarden.collateral;

import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** No collateral was had, or none that can be used. The message begins with the code. */
public final class CollateralException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final DcapCode code;
    private final String detail;

    public CollateralException(DcapCode code, String detail) {
        this(code, detail, null);
    }

    public CollateralException(DcapCode code, String detail, @Nullable Throwable cause) {
        super(code + ": " + detail, cause);
        this.code = code;
        this.detail = detail;
    }

    /** What a source gave, and why it was not taken. */
    static CollateralException of(DcapException refusal, String source) {
        return new CollateralException(
                refusal.code(), source + ": " + refusal.object() + ": " + refusal.detail(), refusal);
    }

    /** Why. */
    public DcapCode code() {
        return code;
    }

    /** The message without the code. */
    public String detail() {
        return detail;
    }
}
