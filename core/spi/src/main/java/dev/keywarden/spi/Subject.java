package dev.keywarden.spi;

/** Whom a decision is about. */
public enum Subject {
    /** This KMS itself. */
    SELF,
    /** Another KMS, as source or receiver of root keys. */
    PEER_KMS,
    /** An application in a confidential VM. */
    APP;

    /** Whether the subject is a KMS, this one or another. */
    public boolean isKms() {
        return this != APP;
    }
}
