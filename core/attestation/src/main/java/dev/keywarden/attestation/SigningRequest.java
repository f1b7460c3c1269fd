package dev.keywarden.attestation;

import dev.keywarden.spi.Bytes;
import java.util.Objects;

/**
 * A certificate signing request of the protocol (wire protocol, section 5.6): a public key, what its certificate is to say,
 * and evidence of who holds the key. Nothing of it is verified.
 */
public sealed interface SigningRequest {
    /** What {@link #confirm()} has to be, so that a signature made for another purpose is not taken for a request. */
    String CONFIRM = "please sign cert:";

    /** Says that this is a request, if it is {@link #CONFIRM}. */
    String confirm();

    /** The key to certify, SubjectPublicKeyInfo in DER. */
    Bytes publicKey();

    /** What the certificate is to say. */
    RequestedCertificate wanted();

    /**
     * The evidence.
     *
     * @throws EnvelopeException if it can't be put together from what the request has
     */
    AttestationEnvelope evidence();

    /**
     * The evidence as it goes into the certificate: stripped, and in the envelope version that the requester chose, because
     * that is what it can read. Throws as {@link #evidence()}.
     */
    Bytes strippedEvidence();

    /**
     * The older form, with evidence in two parts.
     *
     * @param quote raw quote
     * @param eventLog JSON array of events, UTF-8
     */
    record V1(String confirm, Bytes publicKey, RequestedCertificate wanted, Bytes quote, Bytes eventLog)
            implements SigningRequest {
        public V1 {
            Objects.requireNonNull(confirm, "confirm");
            Objects.requireNonNull(publicKey, "publicKey");
            Objects.requireNonNull(wanted, "wanted");
            Objects.requireNonNull(quote, "quote");
            Objects.requireNonNull(eventLog, "eventLog");
        }

        @Override
        public AttestationEnvelope evidence() {
            return LegacyEvidence.envelope(quote, eventLog);
        }

        @Override
        public Bytes strippedEvidence() {
            return EnvelopeCodec.encode(evidence().stripped());
        }
    }

    /**
     * The newer form.
     *
     * @param messagePack whether the evidence is written as an envelope of version 1
     */
    record V2(
            String confirm,
            Bytes publicKey,
            RequestedCertificate wanted,
            AttestationEnvelope evidence,
            boolean messagePack)
            implements SigningRequest {
        public V2 {
            Objects.requireNonNull(confirm, "confirm");
            Objects.requireNonNull(publicKey, "publicKey");
            Objects.requireNonNull(wanted, "wanted");
            Objects.requireNonNull(evidence, "evidence");
        }

        /** A request of this side, in the envelope version that most readers know. */
        public V2(Bytes publicKey, RequestedCertificate wanted, AttestationEnvelope evidence) {
            this(CONFIRM, publicKey, wanted, evidence, EnvelopeCodec.needsMessagePack(evidence));
        }

        @Override
        public Bytes strippedEvidence() {
            return encode(evidence.stripped());
        }

        Bytes encode(AttestationEnvelope envelope) {
            return messagePack ? EnvelopeCodec.encodeMessagePack(envelope) : EnvelopeCodec.encodeScale(envelope);
        }
    }
}
