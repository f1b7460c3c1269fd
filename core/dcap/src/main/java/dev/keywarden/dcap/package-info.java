@NullMarked
package dev.keywarden.dcap;

import org.jspecify.annotations.NullMarked;
