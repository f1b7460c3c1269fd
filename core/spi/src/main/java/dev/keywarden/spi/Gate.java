package dev.keywarden.spi;

/** The enforcement point in front of an action. */
public enum Gate {
    /** Before root keys are made. */
    BOOTSTRAP,
    /** Before root keys are accepted from a source KMS. */
    ONBOARD,
    /** Before a trusted RPC is answered. */
    RPC
}
