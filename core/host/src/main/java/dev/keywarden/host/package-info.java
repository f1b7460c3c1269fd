/**
 * Plugins: loading them from checked bytes, guarding every call into them, and combining what they say (design, sections 5
 * to 7).
 *
 * <p>A tour, in the order in which things happen:
 *
 * <ol>
 *   <li>{@link dev.keywarden.host.PluginHost#load} reads each archive of the folder once. {@code ArchiveReader} refuses what
 *       is no plugin of this interface, {@code TrustPolicy} what nobody vouches for by its SHA-256. {@link
 *       dev.keywarden.host.PluginArchives} does the same for people who only want to look.
 *   <li>{@code CheckedPluginManager} puts PF4J over those bytes; this is the only package that imports it. {@code
 *       ArchiveClassLoader} defines classes from them and shows a plugin the JDK and the interface, nothing of the host. {@code
 *       HostedPlugin} makes the one class that the service entry names.
 *   <li>A plugin gets its settings through {@link dev.keywarden.host.SettingsBinder}, which finds every mistake of a person at
 *       once, and {@link dev.keywarden.host.NearestName} says what was probably meant.
 *   <li>{@code GuardedCalls} stands before every call into a plugin, while loading and ever after: a deadline, a thread and a
 *       context class loader of its own, a bound on calls in flight, and one sentence that names the culprit whatever went
 *       wrong.
 *   <li>{@link dev.keywarden.host.AttestationBackends} says what machine sent evidence; {@link
 *       dev.keywarden.host.AuthorizationChain} makes one {@link dev.keywarden.host.ChainDecision} of the authorizers' answers.
 *       Being unable to decide never allows.
 * </ol>
 *
 * <p>Loading is all or nothing, and every refusal is one sentence that names the file, the finding and the remedy.
 */
@NullMarked
package dev.keywarden.host;

import org.jspecify.annotations.NullMarked;
