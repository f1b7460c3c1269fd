/**
 * The only place that sees key bytes: root keys, derivation, certificates, signatures, and the store on disk.
 *
 * <p>Bytes of keys live in {@link dev.keywarden.keys.KeyMaterial}, which never prints itself, is overwritten when closed, and
 * is read through one method whose callers outside this package are counted by a test. {@link
 * dev.keywarden.keys.KeyDerivation} makes an application's keys, {@link dev.keywarden.keys.CertificateAuthority} its
 * certificates, {@link dev.keywarden.keys.KeyDirectory} keeps the roots. Formats are those of the wire protocol's fact
 * sheet, sections 7 to 9.
 */
@NullMarked
package dev.keywarden.keys;

import org.jspecify.annotations.NullMarked;
