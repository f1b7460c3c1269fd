@NullMarked
package dev.keywarden.attestation;

import org.jspecify.annotations.NullMarked;
