@NullMarked
package dev.keywarden.keys;

import org.jspecify.annotations.NullMarked;
