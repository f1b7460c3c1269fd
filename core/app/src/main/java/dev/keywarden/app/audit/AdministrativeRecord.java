package dev.keywarden.app.audit;

import java.time.Instant;

/**
 * What an administrator did to a node.
 *
 * @param time when it was done
 * @param requestId of the request
 * @param act the method, for example {@code Reload}
 * @param outcome what came of it, {@code done} or {@code refused}
 * @param details in a sentence; possibly empty
 * @param user who showed credentials: {@code token}, {@code user NAME}, or {@code nobody} where none are needed
 * @param remote network address, untrusted
 */
public record AdministrativeRecord(
        Instant time, String requestId, String act, String outcome, String details, String user, String remote)
        implements AuditRecord {}
