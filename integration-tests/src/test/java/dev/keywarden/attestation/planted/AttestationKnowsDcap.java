package dev.keywarden.attestation.planted;

import dev.keywarden.dcap.Quote;

/** Breaks a rule on purpose: attestation knows more than the SPI. */
final class AttestationKnowsDcap {
    Class<?> known = Quote.class;
}
