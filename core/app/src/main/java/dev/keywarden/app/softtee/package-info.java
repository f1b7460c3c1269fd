/** The software TEE on the command line: the one part of the application that can make up collateral. */
@NullMarked
package dev.keywarden.app.softtee;

import org.jspecify.annotations.NullMarked;
