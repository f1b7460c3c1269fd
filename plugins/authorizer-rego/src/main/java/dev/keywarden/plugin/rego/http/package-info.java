/** Asks servers over HTTP, with an end to every wait and to every answer. */
@NullMarked
package dev.keywarden.plugin.rego.http;

import org.jspecify.annotations.NullMarked;
