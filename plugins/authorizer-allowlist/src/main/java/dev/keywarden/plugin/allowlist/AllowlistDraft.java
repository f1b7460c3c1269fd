package dev.keywarden.plugin.allowlist;

import dev.keywarden.files.BrokenFileException;
import dev.keywarden.files.PackedTable;
import dev.keywarden.spi.AuthorityInfo;
import dev.keywarden.spi.BootInfo;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;

/** What was read of the file so far, with the reference's defaults for what was not (wire protocol, section 4.5). */
final class AllowlistDraft {
    private static final String ZERO_ADDRESS = "0x" + "0".repeat(40);
    private static final int APP_VALUE_BYTES = Allowlist.Apps.NUMBER_BYTES + BootInfo.HASH_BYTES;

    String gatewayAppId = "";
    String kmsContractAddr = ZERO_ADDRESS;
    String appImplementation = ZERO_ADDRESS;
    long chainId;
    Set<String> tcbStatuses = Set.of("UpToDate");
    Set<String> advisoryIds = Set.of();
    boolean kmsAllowsAnyDevice;
    final PackedTable.Builder osImages = new PackedTable.Builder(BootInfo.HASH_BYTES, 0);
    final PackedTable.Builder kmsMeasurements = new PackedTable.Builder(BootInfo.HASH_BYTES, 0);
    final PackedTable.Builder kmsDevices = new PackedTable.Builder(BootInfo.HASH_BYTES, 0);
    final PackedTable.Builder composeHashes = new PackedTable.Builder(APP_VALUE_BYTES, 0);
    final PackedTable.Builder appDevices = new PackedTable.Builder(APP_VALUE_BYTES, 0);
    private final PackedTable.Builder appIds =
            new PackedTable.Builder(BootInfo.APP_ID_BYTES, Allowlist.Apps.NUMBER_BYTES);

    /** The number of the app that is read next. */
    int nextApp() {
        return appIds.count();
    }

    /**
     * Ends an app.
     *
     * @param entry its id, and room for its number
     */
    void addApp(byte[] entry, boolean allowAnyDevice) {
        putNumber(entry, BootInfo.APP_ID_BYTES, nextApp() << 1 | (allowAnyDevice ? 1 : 0));
        appIds.add(entry);
    }

    /** Writes a number as {@link Allowlist.Apps} has it. */
    static void putNumber(byte[] target, int at, int number) {
        for (int i = 0; i < Allowlist.Apps.NUMBER_BYTES; i++) {
            target[at + i] = (byte) (number >>> (8 * i));
        }
    }

    /**
     * Makes the list; the draft is used up.
     *
     * @throws BrokenFileException if an app is in it twice
     */
    Allowlist finish() throws BrokenFileException {
        Set<String> repeated = new HashSet<>();
        PackedTable ids = appIds.build(key -> repeated.add(HexFormat.of().formatHex(key)));
        if (!repeated.isEmpty()) {
            throw new BrokenFileException("apps lists " + repeated.iterator().next()
                    + " more than once; different spellings are one app. Put all of it into one entry");
        }
        return new Allowlist(
                new AuthorityInfo(gatewayAppId, kmsContractAddr, chainId, appImplementation),
                tcbStatuses,
                advisoryIds,
                osImages.build(key -> {}),
                new Allowlist.Kms(kmsMeasurements.build(key -> {}), kmsDevices.build(key -> {}), kmsAllowsAnyDevice),
                new Allowlist.Apps(ids, composeHashes.build(key -> {}), appDevices.build(key -> {})));
    }
}
