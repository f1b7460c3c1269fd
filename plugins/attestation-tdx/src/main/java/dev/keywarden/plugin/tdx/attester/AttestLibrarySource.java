package dev.keywarden.plugin.tdx.attester;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.keywarden.spi.Bytes;
import java.util.Map;
import java.util.Optional;

/**
 * Quotes through Intel's library (TDX fact sheet, section 5.5). It is bound when it is first looked for: a machine without
 * it is one where this source is absent, and nothing else.
 */
final class AttestLibrarySource implements QuoteSource {
    private static final Map<Integer, AttesterCode> CODES = Map.of(
            2, AttesterCode.ATTESTER_INPUT,
            7, AttesterCode.ATTESTER_ABSENT,
            9, AttesterCode.ATTESTER_BUSY,
            10, AttesterCode.ATTESTER_ABSENT,
            11, AttesterCode.ATTESTER_INPUT);

    private final String library;
    private final TdxGuestDevice device;

    /** The functions that are used. All structures are packed to one byte; these are plain arrays of bytes. */
    interface Functions extends Library {
        @SuppressWarnings("checkstyle:MethodName")
        int tdx_att_get_quote(
                byte[] reportData,
                Pointer attestationKeyIds,
                int idCount,
                byte[] selectedId,
                PointerByReference quote,
                IntByReference size,
                int flags);

        @SuppressWarnings("checkstyle:MethodName")
        int tdx_att_free_quote(Pointer quote);
    }

    /**
     * A source.
     *
     * @param library a name that the dynamic linker finds, or a path
     * @param device without which the library could do nothing
     */
    AttestLibrarySource(String library, TdxGuestDevice device) {
        this.library = library;
        this.device = device;
    }

    @Override
    public String name() {
        return "library";
    }

    @Override
    public Optional<String> absence() {
        return device.absence().or(() -> {
            try {
                functions();
                return Optional.empty();
            } catch (AttesterException e) {
                return Optional.of("the library " + library + " can't be loaded");
            }
        });
    }

    @Override
    public byte[] quote(Bytes reportData) {
        Functions functions = functions();
        PointerByReference quote = new PointerByReference();
        IntByReference size = new IntByReference();
        int code = functions.tdx_att_get_quote(reportData.toArray(), Pointer.NULL, 0, new byte[16], quote, size, 0);
        Pointer taken = quote.getValue();
        try {
            if (code != 0) {
                throw new AttesterException(
                        CODES.getOrDefault(code, AttesterCode.ATTESTER_FAILED),
                        library + " answered with code " + code);
            }
            long length = Integer.toUnsignedLong(size.getValue());
            if (taken == null || length < 1 || length > MAX_QUOTE_BYTES) {
                throw new AttesterException(
                        AttesterCode.ATTESTER_FAILED,
                        library + " gave a quote of " + length + " bytes, which can't be");
            }
            return taken.getByteArray(0, (int) length);
        } finally {
            if (taken != null) {
                functions.tdx_att_free_quote(taken);
            }
        }
    }

    private Functions functions() {
        try {
            return Native.load(library, Functions.class);
        } catch (LinkageError e) {
            throw new AttesterException(
                    AttesterCode.ATTESTER_ABSENT, "the library " + library + " can't be loaded: " + e.getMessage(), e);
        }
    }
}
