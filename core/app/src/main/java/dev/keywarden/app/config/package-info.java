/**
 * The node's configuration: the reference's files, keys, defaults and search order (wire protocol, section 12), read
 * strictly.
 *
 * <p>{@link dev.keywarden.app.config.ConfigurationFiles} finds and merges the files, {@link
 * dev.keywarden.app.config.KmsConfiguration} is the checked result. A key that nobody knows is an error that names the
 * nearest known one, and all problems are reported at once.
 */
@NullMarked
package dev.keywarden.app.config;

import org.jspecify.annotations.NullMarked;
