/**
 * An authorizer that decides by a file, in the format of the reference implementation's file-backed policy service and
 * with the checks of its newer revision (wire protocol, section 4.5), stricter where that service guesses.
 *
 * <p>{@link dev.keywarden.plugin.allowlist.AllowlistAuthorizer} holds the order of the checks and their words. {@link
 * dev.keywarden.plugin.allowlist.AllowlistFile} answers each question with what is in the file <em>now</em>: it looks at
 * the file's {@link dev.keywarden.files.FileStamp} for every decision and reads it when that differs. {@link
 * dev.keywarden.plugin.allowlist.AllowlistReader} turns the text into an {@link
 * dev.keywarden.plugin.allowlist.Allowlist}, whose millions of hashes lie in a few {@link
 * dev.keywarden.files.PackedTable}s. A file that can't be used denies everything and says why; the list that
 * was read before it is never used again.
 */
@NullMarked
package dev.keywarden.plugin.allowlist;

import org.jspecify.annotations.NullMarked;
