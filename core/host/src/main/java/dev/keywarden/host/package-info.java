@NullMarked
package dev.keywarden.host;

import org.jspecify.annotations.NullMarked;
