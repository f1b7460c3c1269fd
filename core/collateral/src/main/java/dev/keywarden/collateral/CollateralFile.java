package dev.keywarden.collateral;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** Collateral in a file, as tools exchange it (TDX fact sheet, section 4.6). */
public final class CollateralFile implements CollateralSource {
    /** Longest file in bytes: two CRLs in hex, and room for the rest. */
    public static final int MAX_BYTES = 4 * Collateral.MAX_CRL_BYTES + 1024 * 1024;

    private final Path file;

    public CollateralFile(Path file) {
        this.file = file;
    }

    @Override
    public String name() {
        return file.toString();
    }

    /** Whether the file is about the platform in question is for the verification to find. */
    @Override
    public Collateral fetch(CollateralRequest request, Deadline deadline, Function<Collateral, CollateralAge> judge) {
        Collateral collateral = read(file);
        CollateralAge unused = judge.apply(collateral);
        return collateral;
    }

    /**
     * Reads a file.
     *
     * @throws CollateralException if it can't be read, or is not of that form
     */
    public static Collateral read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new CollateralException(
                        DcapCode.COLLATERAL_MALFORMED, file + " has more than " + MAX_BYTES + " bytes");
            }
            return Collateral.ofJson(content);
        } catch (IOException e) {
            throw new CollateralException(DcapCode.COLLATERAL_UNAVAILABLE, file + " can't be read (" + e + ")", e);
        } catch (DcapException e) {
            throw CollateralException.of(e, file.toString());
        }
    }
}
