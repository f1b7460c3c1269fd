@NullMarked
package dev.keywarden.softtee;

import org.jspecify.annotations.NullMarked;
