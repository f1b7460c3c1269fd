@NullMarked
package dev.keywarden.plugin.example;

import org.jspecify.annotations.NullMarked;
