@NullMarked
package dev.keywarden.testkit;

import org.jspecify.annotations.NullMarked;
