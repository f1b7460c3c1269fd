package dev.keywarden.it.load;

import java.util.List;
import java.util.stream.Stream;

/**
 * One line of a table of loads.
 *
 * @param kept whether clients keep their connections
 */
record Cell(Rpc rpc, boolean kept, int clients) {
    private static final List<Integer> CLIENTS = List.of(1, 8, 32);
    private static final List<Integer> CLIENTS_QUICK = List.of(8);

    /** All loads on a node whose policy judges. */
    static List<Cell> all(boolean quick) {
        return Stream.of(Rpc.values()).flatMap(rpc -> of(rpc, quick).stream()).toList();
    }

    /** All loads of one method. */
    static List<Cell> of(Rpc rpc, boolean quick) {
        return Stream.of(true, false)
                .flatMap(
                        kept -> (quick ? CLIENTS_QUICK : CLIENTS).stream().map(clients -> new Cell(rpc, kept, clients)))
                .toList();
    }

    @Override
    public String toString() {
        return rpc.method() + ", " + clients + " clients, " + (kept ? "kept" : "new") + " connections";
    }
}
