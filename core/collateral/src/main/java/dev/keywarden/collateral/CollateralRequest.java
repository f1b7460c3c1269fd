package dev.keywarden.collateral;

import dev.keywarden.dcap.PlatformKey;
import dev.keywarden.dcap.TeeType;
import java.util.Locale;

/**
 * What names a set of collateral.
 *
 * @param platform the platform it is about
 * @param update which publication
 */
public record CollateralRequest(PlatformKey platform, Update update) {
    /** The services' word for the TEE. */
    String tee() {
        return platform.teeType() == TeeType.TDX ? "tdx" : "sgx";
    }

    /** The FMSPC, 12 hex digits in upper case. */
    String fmspc() {
        return platform.fmspc().toHex().toUpperCase(Locale.ROOT);
    }

    /** The services' word for the PCK CA. */
    String authority() {
        return platform.authority().name().toLowerCase(Locale.ROOT);
    }

    /** For example {@code tdx-B0C06F000000-platform-standard}; usable as the name of a file. */
    @Override
    public String toString() {
        return tee() + "-" + fmspc() + "-" + authority() + "-" + update.word();
    }
}
