/**
 * The plugin {@code tdx}: verifies evidence of Intel TDX with the collateral that Intel publishes, and makes evidence on a
 * TDX machine.
 *
 * <p>{@link dev.keywarden.plugin.tdx.TdxPlugin} reads {@link dev.keywarden.plugin.tdx.TdxSettings} and returns one {@link
 * dev.keywarden.plugin.tdx.TdxBackend}. Verifying is done by {@code dcap}, keeping collateral by {@code collateral}; what is
 * here ties the two to the plugin interface, and to the sources of evidence in the package {@code attester}.
 */
@NullMarked
package dev.keywarden.plugin.tdx;

import org.jspecify.annotations.NullMarked;
