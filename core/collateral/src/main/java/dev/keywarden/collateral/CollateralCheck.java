package dev.keywarden.collateral;

import dev.keywarden.dcap.Collateral;
import dev.keywarden.dcap.CollateralAge;
import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.DcapVerifier;
import dev.keywarden.dcap.VerifiedCollateral;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Decides whether a set that was found may be used for a request. */
final class CollateralCheck {
    private final DcapVerifier verifier;

    CollateralCheck(DcapVerifier verifier) {
        this.verifier = verifier;
    }

    /**
     * Verifies a set, and that it is about the platform asked for.
     *
     * @param used the newest that was used before, or {@code null} if none was or it does not matter
     * @throws CollateralException with the code of the first fault
     */
    VerifiedCollateral check(
            Collateral collateral,
            CollateralRequest request,
            Instant now,
            @Nullable CollateralAge used,
            String source) {
        try {
            VerifiedCollateral verified =
                    verifier.verifyCollateral(collateral, request.platform().teeType(), now);
            if (!verified.tcbInfo().fmspc().equals(request.platform().fmspc())) {
                throw new CollateralException(
                        DcapCode.FMSPC_MISMATCH,
                        source + ": it gave collateral of " + verified.tcbInfo().fmspc() + " for "
                                + request.platform().fmspc());
            }
            boolean otherAuthority = verified.authority()
                    .map(authority -> authority != request.platform().authority())
                    .orElse(false);
            if (otherAuthority) {
                throw new CollateralException(
                        DcapCode.CRL_SIGNATURE_INVALID, source + ": it gave the CRL of another authority");
            }
            if (used != null) {
                verified.age().requireNotOlderThan(used);
            }
            return verified;
        } catch (DcapException e) {
            throw CollateralException.of(e, source);
        }
    }
}
