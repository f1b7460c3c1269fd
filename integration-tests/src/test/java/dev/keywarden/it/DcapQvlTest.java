package dev.keywarden.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.keywarden.dcap.DcapException;
import dev.keywarden.dcap.VerificationCache;
import dev.keywarden.softtee.ConformanceCase;
import dev.keywarden.softtee.ConformanceCases;
import dev.keywarden.softtee.ForgedEvidence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same quotes and collateral through the verifier that the reference uses: verdicts agree, or the reason is named. */
@Tag("blackbox")
final class DcapQvlTest {
    private static final String REFUSED = "refused";

    @Test
    void agreesWithTheReferencesVerifierOrSaysWhyNot() {
        List<ConformanceCase> cases = ConformanceCases.all();
        StringBuilder lines = new StringBuilder();
        List<String> ours = new ArrayList<>();
        for (ConformanceCase it : cases) {
            ForgedEvidence evidence = it.evidence();
            lines.append(line(it.toString(), evidence)).append('\n');
            ours.add(verdict(evidence));
        }

        JsonNode theirs = ForeignClients.dcapQvl(lines.toString());

        TreeSet<String> unexplained = new TreeSet<>();
        List<String> explained = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            String name = cases.get(i).toString();
            String their = theirs.path(name).asText();
            String verdict = their.startsWith(REFUSED) ? REFUSED : their;
            if (!verdict.equals(ours.get(i))) {
                boolean known = DcapQvlDifferences.reason(name).isPresent();
                if (known) {
                    explained.add(name);
                } else {
                    unexplained.add(name + ": we say " + ours.get(i) + ", they say " + their);
                }
            }
        }
        System.out.printf(
                "dcap-qvl 0.7.0: %d cases, %d agree, %d differ for a reason that is named%n",
                cases.size(), cases.size() - explained.size() - unexplained.size(), explained.size());
        assertThat(theirs).hasSize(cases.size());
        assertThat(unexplained).isEmpty();
        assertThat(DcapQvlDifferences.patterns())
                .as("reasons that nothing needs any more")
                .allSatisfy(pattern -> assertThat(explained).anyMatch(name -> Pattern.matches(pattern, name)));
    }

    private static String verdict(ForgedEvidence evidence) {
        try {
            return evidence.verify(VerificationCache.none()).status().token();
        } catch (DcapException e) {
            return REFUSED;
        }
    }

    private static ObjectNode line(String name, ForgedEvidence evidence) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("quote", HexFormat.of().formatHex(evidence.encodedQuote()))
                .put("collateral", new String(evidence.collateral().json(), StandardCharsets.UTF_8))
                .put("root", HexFormat.of().formatHex(evidence.root()))
                .put("now", ForgedEvidence.NOW.getEpochSecond());
    }
}
