/** A plugin to be packed in right and wrong ways. */
@NullMarked
package dev.keywarden.plugin.sample;

import org.jspecify.annotations.NullMarked;
