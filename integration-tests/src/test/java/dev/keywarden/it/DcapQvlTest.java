package dev.keywarden.it;

import java.util.HexFormat;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same quotes and collateral through the verifier that the reference uses: verdicts agree, or the reason is named. */
@Tag("blackbox")
final class DcapQvlTest {
    @Test
    void agreesWithTheReferencesVerifierOrSaysWhyNot() {
        ComparedVerdicts verdicts =
                new ComparedVerdicts(evidence -> HexFormat.of().formatHex(evidence.root()), UnaryOperator.identity());
        verdicts.agreeWith("dcap-qvl 0.7.0", ForeignClients.dcapQvl(verdicts.cases()), DcapQvlDifferences.reasons());
    }
}
