@NullMarked
package dev.keywarden.plugin.mock;

import org.jspecify.annotations.NullMarked;
