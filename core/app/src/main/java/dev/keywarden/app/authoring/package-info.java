/** What plugin authors begin with. */
@NullMarked
package dev.keywarden.app.authoring;

import org.jspecify.annotations.NullMarked;
