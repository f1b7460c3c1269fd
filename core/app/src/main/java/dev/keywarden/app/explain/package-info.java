/**
 * Asks a chain about a machine without releasing anything: what was proven, what each authorizer says, what would have to change.
 */
@NullMarked
package dev.keywarden.app.explain;

import org.jspecify.annotations.NullMarked;
