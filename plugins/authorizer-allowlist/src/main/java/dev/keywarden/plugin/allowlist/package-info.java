@NullMarked
package dev.keywarden.plugin.allowlist;

import org.jspecify.annotations.NullMarked;
