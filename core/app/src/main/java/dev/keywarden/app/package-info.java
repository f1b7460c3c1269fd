@NullMarked
package dev.keywarden.app;

import org.jspecify.annotations.NullMarked;
