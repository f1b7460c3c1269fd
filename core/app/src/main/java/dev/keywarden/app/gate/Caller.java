package dev.keywarden.app.gate;

import java.util.Optional;

/**
 * Who is at the other end of a connection, as far as evidence goes.
 *
 * @param evidence the verified evidence of the client certificate; empty if there was no certificate, or none with evidence
 * @param remote network address, untrusted, for records
 */
public record Caller(Optional<VerifiedEvidence> evidence, String remote) {}
