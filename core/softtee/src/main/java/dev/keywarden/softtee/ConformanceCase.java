package dev.keywarden.softtee;

import dev.keywarden.dcap.DcapCode;
import dev.keywarden.dcap.DcapObject;
import dev.keywarden.dcap.TcbStatus;
import java.util.List;
import java.util.function.Consumer;

/**
 * One thing that may be wrong with evidence, and what a verifier must say to it.
 *
 * @param row its row in the tables of the TDX fact sheet, section 6
 * @param name the row's name, and which of its variants this is
 * @param expected the right answer
 * @param mutation makes right evidence into this
 */
public record ConformanceCase(int row, String name, Expected expected, Consumer<ForgedEvidence> mutation) {
    /** The right answer to a case. */
    public sealed interface Expected {}

    /** A refusal with this code, about this object. */
    public record Refused(DcapCode code, DcapObject object) implements Expected {}

    /** An acceptance with this status and, in any order, these advisories. */
    public record Accepted(TcbStatus status, List<String> advisoryIds) implements Expected {
        public Accepted {
            advisoryIds = List.copyOf(advisoryIds);
        }
    }

    /** The evidence of this case. */
    public ForgedEvidence evidence() {
        ForgedEvidence evidence = new ForgedEvidence();
        mutation.accept(evidence);
        return evidence;
    }

    /** Row and name. */
    @Override
    public String toString() {
        return row + " " + name;
    }
}
