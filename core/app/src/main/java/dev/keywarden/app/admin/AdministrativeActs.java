package dev.keywarden.app.admin;

import com.google.protobuf.Message;
import dev.keywarden.app.audit.AdministrativeRecord;
import dev.keywarden.app.audit.CurrentLog;
import dev.keywarden.app.audit.DecisionLogException;
import dev.keywarden.rpc.PeerConnection;
import dev.keywarden.rpc.RpcCall;
import dev.keywarden.rpc.RpcException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** Puts on record who did what to a node. What can't be recorded is not done. */
public final class AdministrativeActs {
    private final CurrentLog log;
    private final InstantSource clock;

    /**
     * Of one node.
     *
     * @param log where they are recorded
     */
    public AdministrativeActs(CurrentLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
    }

    /**
     * Does something and records it, or why it could not be done.
     *
     * @param details what exactly, possibly empty
     * @throws RpcException if it fails, or can't be recorded
     */
    <M extends Message> M record(RpcCall<PeerConnection> call, String details, Supplier<M> act) {
        log.problem().ifPresent(problem -> {
            throw new RpcException(call.method() + " is not done, because it can't be recorded: " + problem);
        });
        try {
            M answer = act.get();
            write(call, "done", details);
            return answer;
        } catch (RpcException e) {
            write(call, "refused", (details.isEmpty() ? "" : details + ": ") + e.getMessage());
            throw e;
        }
    }

    private void write(RpcCall<PeerConnection> call, String outcome, String details) {
        try {
            log.commit(List.of(new AdministrativeRecord(
                    clock.instant(),
                    call.requestId(),
                    call.method(),
                    outcome,
                    details,
                    Administrator.name(call.caller()),
                    call.caller().remoteAddress())));
        } catch (DecisionLogException e) {
            throw new RpcException(call.method() + " was " + outcome + ", but can't be recorded: " + e.getMessage());
        }
    }
}
