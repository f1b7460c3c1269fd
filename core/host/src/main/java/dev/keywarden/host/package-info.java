/**
 * Plugins: loading them from checked bytes, guarding every call into them, and combining what they say.
 *
 * <p>The only place that imports PF4J, made strict: an archive is read once, its digest is compared with the pins, and its
 * classes are loaded from exactly those bytes by a loader that shows it the JDK and the SPI only. {@link
 * dev.keywarden.host.PluginHost} is the way in, {@link dev.keywarden.host.AuthorizationChain} and {@link
 * dev.keywarden.host.AttestationBackends} are what comes out.
 */
@NullMarked
package dev.keywarden.host;

import org.jspecify.annotations.NullMarked;
