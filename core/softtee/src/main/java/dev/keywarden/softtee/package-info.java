/**
 * A software TEE, and the only place that can forge evidence.
 *
 * <p>{@link dev.keywarden.softtee.SoftwareTee} makes, from a seed of 32 bytes, what a real machine makes with hardware: a
 * PCK chain with the SGX extension, the report of a quoting enclave, a TDX quote of version 4, an event log and the
 * envelope around them. Everything is in the genuine formats and passes the strict verifier of {@code dcap} with nothing
 * changed but the root, so that one code path serves simulation and production; the foreign root is what tells them apart.
 *
 * <p>The forges ({@link dev.keywarden.softtee.CertificateForge}, {@link dev.keywarden.softtee.SgxExtensionForge}, {@link
 * dev.keywarden.softtee.QuoteForge}) turn any single part of that wrong, and sign again what stands above it, for the
 * tests of verifiers.
 *
 * <p>Signatures are deterministic (RFC 6979) and certificates do not depend on the clock: a seed gives the same bytes
 * everywhere.
 */
@NullMarked
package dev.keywarden.softtee;

import org.jspecify.annotations.NullMarked;
