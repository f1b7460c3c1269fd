package dev.keywarden.plugin.tdx.attester;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.keywarden.attestation.AttestationEnvelope;
import dev.keywarden.attestation.EnvelopeCodec;
import dev.keywarden.attestation.EnvelopeException;
import dev.keywarden.spi.Bytes;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Evidence of the guest agent, which gives all of it at once: quote, event log and VM configuration (wire protocol, section
 * 11). The agent is inside the guest, but it is not this process; its answer is limited and checked.
 */
final class GuestAgentSource implements EvidenceSource {
    private static final JsonFactory JSON = new JsonFactory();

    private final WireAddress address;
    private final Supplier<LinuxCalls> calls;

    GuestAgentSource(WireAddress address, Supplier<LinuxCalls> calls) {
        this.address = address;
        this.calls = calls;
    }

    @Override
    public String name() {
        return "agent";
    }

    @Override
    public Optional<String> absence() {
        return address.absence();
    }

    @Override
    public AttestationEnvelope attest(Bytes reportData) {
        try (Wire wire = address.connect(calls)) {
            byte[] answer = AgentExchange.call(wire, "Attest", "{\"report_data\":\"" + reportData.toHex() + "\"}");
            AttestationEnvelope envelope = EnvelopeCodec.decode(attestation(answer));
            return envelope.config().isEmpty() ? withConfig(envelope) : envelope;
        } catch (IOException e) {
            throw failed(String.valueOf(e.getMessage()), e);
        } catch (EnvelopeException e) {
            throw failed("its attestation can't be read: " + e.getMessage(), e);
        }
    }

    /** Older agents leave the configuration out of the attestation and tell it by another method. */
    private AttestationEnvelope withConfig(AttestationEnvelope envelope) throws IOException {
        try (Wire wire = address.connect(calls)) {
            String config = member(AgentExchange.call(wire, "Info", "null"), "vm_config");
            return new AttestationEnvelope(
                    envelope.quote(), envelope.eventLog(), envelope.runtimeEvents(), envelope.reportData(), config);
        }
    }

    private static Bytes attestation(byte[] answer) throws IOException {
        try {
            return Bytes.fromHex(member(answer, "attestation"));
        } catch (IllegalArgumentException e) {
            throw new IOException("its attestation is not hex", e);
        }
    }

    /** A text member of an object; empty if it is not there. */
    private static String member(byte[] json, String name) throws IOException {
        String found = "";
        try (JsonParser in = JSON.createParser(json)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("its answer is not a JSON object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String member = in.currentName();
                JsonToken value = in.nextToken();
                if (member.equals(name) && value == JsonToken.VALUE_STRING) {
                    found = in.getText();
                } else {
                    in.skipChildren();
                }
            }
        }
        return found;
    }

    private AttesterException failed(String why, Exception cause) {
        return new AttesterException(AttesterCode.ATTESTER_FAILED, "the guest agent at " + address + ": " + why, cause);
    }
}
