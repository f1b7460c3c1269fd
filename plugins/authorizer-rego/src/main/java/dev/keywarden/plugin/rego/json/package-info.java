/** JSON as plain values: read strictly, written compactly. */
@NullMarked
package dev.keywarden.plugin.rego.json;

import org.jspecify.annotations.NullMarked;
