/**
 * What administrators may ask a node on a listener of its own (wire protocol, section 13.1): who they are is decided by {@link
 * dev.keywarden.app.admin.AdminCredentials} for every path, before anything else is looked at.
 */
@NullMarked
package dev.keywarden.app.admin;

import org.jspecify.annotations.NullMarked;
