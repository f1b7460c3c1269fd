/** What a node counts and times, and how it shows it (wire protocol, section 13.2). Nothing here decides anything. */
@NullMarked
package dev.keywarden.app.metrics;

import org.jspecify.annotations.NullMarked;
