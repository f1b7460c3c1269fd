/** An authorizer that lets listed apps have their keys, and says nothing about KMS nodes. */
@NullMarked
package dev.keywarden.plugin.example;

import org.jspecify.annotations.NullMarked;
