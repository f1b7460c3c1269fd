/** Plugins that must not be loaded; tests pack them into archives. */
@NullMarked
package dev.keywarden.it.faulty;

import org.jspecify.annotations.NullMarked;
