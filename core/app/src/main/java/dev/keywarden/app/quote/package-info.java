/** Quotes in the hands of a person: what a file holds, whether it verifies, and how to say so. */
@NullMarked
package dev.keywarden.app.quote;

import org.jspecify.annotations.NullMarked;
