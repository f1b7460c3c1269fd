package dev.keywarden.attestation;

/** Up to which moment the event log counts (wire protocol, sections 4.1 and 6.4). */
public enum MeasurementPoint {
    /** All events; what the machine is now. */
    RUNTIME,
    /** Up to and including {@code boot-mr-done}; what the machine was when it asked for its keys during boot. */
    BOOT
}
