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
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forged cases of the TDX fact sheet, section 6, through our verifier and another one: verdicts agree, or the reason is named. */
final class ComparedVerdicts {
    static final String REFUSED = "refused";

    private final Map<String, String> ours = new TreeMap<>();
    private final StringBuilder lines = new StringBuilder();

    /**
     * Makes and verifies all cases.
     *
     * @param root how the other verifier is told of the root that a case trusts
     * @param words makes our TCB status into the other verifier's verdict
     */
    ComparedVerdicts(Function<ForgedEvidence, String> root, UnaryOperator<String> words) {
        for (ConformanceCase it : ConformanceCases.all()) {
            ForgedEvidence evidence = it.evidence();
            lines.append(line(it.toString(), evidence, root.apply(evidence))).append('\n');
            ours.put(it.toString(), verdict(evidence, words));
        }
    }

    /** The cases, one JSON object a line. */
    String cases() {
        return lines.toString();
    }

    /**
     * Compares.
     *
     * @param verifier its name and version
     * @param theirs its verdicts by the name of a case; those that begin with {@link #REFUSED} are one
     * @param reasons why cases differ, by a pattern of their names
     */
    void agreeWith(String verifier, JsonNode theirs, Map<String, String> reasons) {
        TreeSet<String> unexplained = new TreeSet<>();
        List<String> explained = new ArrayList<>();
        ours.forEach((name, our) -> {
            String their = theirs.path(name).asText();
            if (!our.equals(their.startsWith(REFUSED) ? REFUSED : their)) {
                if (reasons.keySet().stream().anyMatch(pattern -> Pattern.matches(pattern, name))) {
                    explained.add(name);
                } else {
                    unexplained.add(name + ": we say " + our + ", they say " + their);
                }
            }
        });
        System.out.printf(
                "%s: %d cases, %d agree, %d differ for a reason that is named%n",
                verifier, ours.size(), ours.size() - explained.size() - unexplained.size(), explained.size());
        assertThat(theirs).hasSize(ours.size());
        assertThat(unexplained.stream().collect(Collectors.joining("\n"))).isEmpty();
        assertThat(reasons.keySet())
                .as("reasons that nothing needs any more")
                .allSatisfy(pattern -> assertThat(explained).anyMatch(name -> Pattern.matches(pattern, name)));
    }

    private static String verdict(ForgedEvidence evidence, UnaryOperator<String> words) {
        try {
            return words.apply(
                    evidence.verify(VerificationCache.none()).status().token());
        } catch (DcapException e) {
            return REFUSED;
        }
    }

    private static ObjectNode line(String name, ForgedEvidence evidence, String root) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("quote", HexFormat.of().formatHex(evidence.encodedQuote()))
                .put("collateral", new String(evidence.collateral().json(), StandardCharsets.UTF_8))
                .put("root", root)
                .put("now", ForgedEvidence.NOW.getEpochSecond());
    }
}
