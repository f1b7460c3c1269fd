/**
 * Files that plugins decide by. {@link dev.keywarden.files.WatchedFile} answers every question with what is in a file
 * <em>now</em>; {@link dev.keywarden.files.PackedTable} holds millions of hashes in little memory.
 *
 * <p>The package knows nobody, so that each plugin which decides by a file can bring it along.
 */
@NullMarked
package dev.keywarden.files;

import org.jspecify.annotations.NullMarked;
