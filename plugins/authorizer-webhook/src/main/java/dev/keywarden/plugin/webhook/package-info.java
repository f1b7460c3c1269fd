@NullMarked
package dev.keywarden.plugin.webhook;

import org.jspecify.annotations.NullMarked;
