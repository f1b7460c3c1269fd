package dev.keywarden.dcap;

/**
 * What names the collateral that a quote needs. It comes from a certificate that was verified up to the trusted root, so
 * that no stranger can make anyone fetch anything (TDX fact sheet, section 2.4).
 *
 * @param teeType decides between TCB info and identities of SGX and TDX
 * @param fmspc 6 bytes, names the TCB info
 * @param authority names the PCK CRL
 */
public record PlatformKey(TeeType teeType, ByteView fmspc, PckCa authority) {}
