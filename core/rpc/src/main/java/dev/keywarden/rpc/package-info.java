@NullMarked
package dev.keywarden.rpc;

import org.jspecify.annotations.NullMarked;
