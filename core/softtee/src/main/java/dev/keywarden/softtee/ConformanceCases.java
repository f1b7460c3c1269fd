package dev.keywarden.softtee;

import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapObject;
import dev.keywarden.dcap.TcbStatus;
import dev.keywarden.softtee.ConformanceCase.Accepted;
import dev.keywarden.softtee.ConformanceCase.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The negative tests of the TDX fact sheet, sections 6.1 to 6.8, as named mutations of right evidence. Each changes exactly
 * one thing, and has everything above it signed again unless its row says otherwise. Rows that name two tokens have the one
 * that this project fixed.
 *
 * <p>Not here are rows that need more than one verification or a service: they are tests of their own.
 */
public final class ConformanceCases {
    private final List<ConformanceCase> cases = new ArrayList<>();

    private ConformanceCases() {}

    /** All cases, by row. */
    public static List<ConformanceCase> all() {
        ConformanceCases list = new ConformanceCases();
        QuoteCases.addTo(list);
        CertificationCases.addTo(list);
        ChainCases.addTo(list);
        ExtensionCases.addTo(list);
        CrlCases.addTo(list);
        SignedObjectCases.addTo(list);
        SchemaCases.addTo(list);
        QeCases.addTo(list);
        TcbCases.addTo(list);
        RelaunchCases.addTo(list);
        TdPolicyCases.addTo(list);
        list.cases.sort(Comparator.comparingInt(ConformanceCase::row).thenComparing(ConformanceCase::name));
        return List.copyOf(list.cases);
    }

    /** The status that Intel calls this. */
    static TcbStatus status(String token) {
        return Arrays.stream(TcbStatus.values())
                .filter(status -> status.token().equals(token))
                .findFirst()
                .orElseThrow();
    }

    void refuse(int row, String name, DcapCode code, DcapObject object, Consumer<ForgedEvidence> mutation) {
        cases.add(new ConformanceCase(row, name, new Refused(code, object), mutation));
    }

    void accept(int row, String name, Consumer<ForgedEvidence> mutation) {
        accept(row, name, TcbStatus.UP_TO_DATE, List.of(), mutation);
    }

    void accept(int row, String name, TcbStatus status, List<String> advisories, Consumer<ForgedEvidence> mutation) {
        cases.add(new ConformanceCase(row, name, new Accepted(status, advisories), mutation));
    }
}
