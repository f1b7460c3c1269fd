package dev.keywarden.dcap;

/** What a quote is about: a trust domain or an enclave. */
public sealed interface ReportBody permits TdReport, SgxReport {
    /** The caller's 64 bytes. */
    ByteView reportData();
}
