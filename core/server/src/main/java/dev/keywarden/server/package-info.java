@NullMarked
package dev.keywarden.server;

import org.jspecify.annotations.NullMarked;
