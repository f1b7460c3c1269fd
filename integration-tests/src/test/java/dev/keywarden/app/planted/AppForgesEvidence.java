package dev.keywarden.app.planted;

import dev.keywarden.softtee.SoftwareTee;

/** Breaks a rule on purpose: the application knows the software TEE. */
final class AppForgesEvidence {
    Class<?> known = SoftwareTee.class;
}
