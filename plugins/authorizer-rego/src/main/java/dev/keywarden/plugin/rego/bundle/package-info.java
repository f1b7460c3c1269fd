/**
 * Bundles of OPA: where they come from, what is in them, and who signed them.
 *
 * @implSpec openpolicyagent.org/docs/management-bundles, "Bundle File Format" and "Signing"
 */
@NullMarked
package dev.keywarden.plugin.rego.bundle;

import org.jspecify.annotations.NullMarked;
