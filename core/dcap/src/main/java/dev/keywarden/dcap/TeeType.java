package dev.keywarden.dcap;

/** The kinds of trusted execution environment that a quote can be about. */
public enum TeeType {
    SGX(0x00),
    TDX(0x81);

    private final int number;

    TeeType(int number) {
        this.number = number;
    }

    /** The number in the quote's header. */
    public int number() {
        return number;
    }
}
